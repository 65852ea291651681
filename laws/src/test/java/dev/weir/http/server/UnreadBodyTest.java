package dev.weir.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.connection.CloseReason;
import dev.weir.flow.Need;
import dev.weir.flow.Sink;
import dev.weir.http.codec.BodyDecoder;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Proves what becomes of bodies that nobody reads, or reads in part. A real server over pipes.
@Balanced
final class UnreadBodyTest {
    private static final Answer OK = Answer.text(200, "ok");

    @Test
    @DisplayName("W-06 a body that nobody read is drained, and the next request is answered")
    void anUnreadBodyIsDrained(Scene scene) {
        var stage = Stage.open(scene, exchange -> exchange.answer(OK));
        var peer = stage.dial();

        peer.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n" + "x".repeat(60_000) + Stage.GET);
        assertThat(Stage.read(peer).status()).isEqualTo(200);
        assertThat(Stage.read(peer).status()).isEqualTo(200);
        peer.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
        assertThat(Stage.read(peer).status()).isEqualTo(200);
        peer.send("5\r\nhello\r\n0\r\n\r\n" + Stage.GET);
        assertThat(Stage.read(peer).status()).isEqualTo(200);

        assertThat(stage.ended).hasSize(4).containsOnly("200 --");
        peer.close();
    }

    @Test
    @DisplayName("W-06 a longer one ends the connection, and the answer arrives all the same")
    void aLongUnreadBodyEndsTheConnection(Scene scene) {
        var stage = Stage.open(scene, exchange -> exchange.answer(OK));
        var peer = stage.dial();

        peer.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\n\r\n");
        var reply = Stage.read(peer);
        assertThat(reply.has("Connection: close")).isTrue();
        assertThat(peer.readToEnd().bytes()).isZero();

        var chunked = stage.dial();
        chunked.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
        assertThat(Stage.read(chunked).status()).isEqualTo(200);
        byte[] piece = ("4000\r\n" + "x".repeat(0x4000) + "\r\n").getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        for (int i = 0; i < 5; i++) chunked.send(piece);
        assertThat(chunked.readToEnd().bytes()).isZero();
        peer.close();
        chunked.close();
    }

    @Test
    void earlyAnswerToExpectContinueClosesTheConnection(Scene scene) {
        var stage = Stage.open(scene, exchange -> exchange.answer(OK));
        var peer = stage.dial();

        peer.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");

        assertThat(Stage.read(peer).has("Connection: close")).isTrue();
        assertThat(peer.readToEnd().bytes()).isZero();
        peer.close();
    }

    @Test
    void aLoopHandlerReceivesABodyAtEverySplitPoint(Scene scene) {
        List<String> got = new ArrayList<>();
        var stage = Stage.open(scene, exchange -> new Gathering(exchange, got).begin());
        String chunked =
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n";
        var peer = stage.dial();

        for (int split = 1; split < chunked.length(); split++) {
            peer.send(chunked.substring(0, split));
            stage.loops.turnUntilQuiet();
            peer.send(chunked.substring(split));
            assertThat(Stage.read(peer).body()).isEqualTo("hello world");
        }
        peer.send(chunked.repeat(20));
        for (int i = 0; i < 20; i++) assertThat(Stage.read(peer).body()).isEqualTo("hello world");

        stage.loops.turnUntilQuiet();
        assertThat(stage.loops.pool().buffersLive()).isZero();
        peer.close();
    }

    @Test
    void aBodyThatBreaksTheProtocolIs400(Scene scene) {
        List<String> got = new ArrayList<>();
        var stage = Stage.open(scene, exchange -> new Gathering(exchange, got).begin());
        var peer = stage.dial();

        peer.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloXX");

        assertThat(Stage.read(peer).status()).isEqualTo(400);
        assertThat(peer.readToEnd().bytes()).isZero();
        assertThat(got).containsExactly("FAULT");
        assertThat(stage.ended).containsExactly("400 CD");
        peer.close();
    }

    private static final class Gathering implements ExchangeListener, Sink {
        private final ServerExchange exchange;
        private final List<String> endings;
        private final StringBuilder body = new StringBuilder();

        Gathering(ServerExchange exchange, List<String> endings) {
            this.exchange = exchange;
            this.endings = endings;
        }

        void begin() {
            exchange.setListener(this);
            exchange.receiveBody(BodyDecoder.Mode.DATA, this);
        }

        @Override
        public int take(ByteBuffer bytes) {
            int count = bytes.remaining();
            while (bytes.hasRemaining()) body.append((char) bytes.get());
            return count;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void bodyEnded(Need how) {
            endings.add(how.name());
            if (how == Need.NOTHING) exchange.answer(Answer.text(200, body.toString()));
        }

        @Override
        public void writable() {}

        @Override
        public void inputEnded() {}

        @Override
        public void gone(CloseReason reason) {
            endings.add("gone " + reason);
        }
    }
}
