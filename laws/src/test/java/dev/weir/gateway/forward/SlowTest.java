package dev.weir.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.config.Route;
import dev.weir.memory.block.BlockSize;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Proves that slow peers cost a small constant of memory, and that the time they have ends.
@Balanced
final class SlowTest {
    private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final Duration STALL = Setup.BODY_STALL;
    private static final Duration MOMENT = Duration.ofMillis(200);

    @Test
    @DisplayName("H-29 fifty clients that send a head byte by byte hold a small block each, then get 408")
    void slowHeads(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var clients = new ArrayList<Peer>();
        for (int i = 0; i < 50; i++) clients.add(stage.client());
        String head = "GET /a HTTP/1.1\r\nHost: h\r\nX: ";
        for (int at = 0; at < head.length(); at++) {
            for (Peer client : clients) client.send(head.substring(at, at + 1));
            stage.settle();
            assertThat(stage.heldBytes()).isLessThanOrEqualTo(50L * BlockSize.SMALL.bytes());
        }
        stage.pass(Setup.HEADER.plus(MOMENT));
        for (Peer client : clients) assertThat(client.message().status()).isEqualTo(408);
        assertThat(stage.ended.getLast().end()).isEqualTo("TR");
        assertThat(stage.heldBytes()).isZero();
        assertThat(stage.origin().count()).isZero();
    }

    @Test
    @DisplayName("H-29 a client slow with its body holds nothing between bytes, and gets 408 when it stops")
    void aSlowBody(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        client.send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n");
        var origin = stage.origin().next();
        origin.head();
        for (int i = 0; i < 5; i++) {
            client.send("x");
            stage.pass(STALL.minus(MOMENT));
            assertThat(stage.heldBytes()).isZero();
            assertThat(client.isQuiet()).isTrue();
        }
        stage.pass(MOMENT.multipliedBy(2));
        assertThat(client.message().status()).isEqualTo(408);
        assertThat(stage.only().end()).isEqualTo("TD");
        assertThat(origin.hasEnded() || origin.hasReset()).isTrue();
    }

    @Test
    @DisplayName("H-29 a client that does not take its answer holds one block, and is reset when its time is over")
    void aClientThatDoesNotRead(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN.withPipeBytes(20_000));
        var client = stage.client();
        client.send(GET);
        var origin = stage.origin().next();
        origin.head();
        String answer = "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + "x".repeat(1_000_000);
        int sent = 0;
        for (int i = 0; i < 20; i++) {
            sent += origin.offer(answer.substring(sent));
            stage.settle();
        }
        assertThat(sent).isLessThan(80_000);
        assertThat(stage.heldBytes()).isLessThanOrEqualTo(BlockSize.NORMAL.bytes());
        stage.pass(STALL.plus(MOMENT));
        assertThat(client.hasReset()).isTrue();
        assertThat(stage.only().end()).isEqualTo("TD");
        assertThat(origin.hasEnded() || origin.hasReset()).isTrue();
        assertThat(stage.heldBytes()).isZero();
    }

    @Test
    @DisplayName("H-29 the rest of a large block moves to a normal one as soon as it fits, and is whole")
    void aFastAnswerThatStallsUsesSmallBlocksAgain(Scene scene) {
        var stage =
                Stage.inMemory(scene, Setup.ONE_ORIGIN.withPipeBytes(100_000).withBlocks(256, 32));
        var client = stage.client();
        client.send(GET);
        var origin = stage.origin().next();
        origin.head();
        String body = "0123456789".repeat(30_000);
        String answer = "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        int sent = 0;
        for (int i = 0; i < 4; i++) sent += origin.offer(answer.substring(sent));
        stage.settle();
        sent = fill(origin, answer, sent);
        stage.settle();
        assertThat(stage.heldBytes()).isEqualTo(BlockSize.LARGE.bytes());

        var got = new StringBuilder();
        // Why: at once, because the path tells of room when a third of it is free, and the rest must fit then.
        for (int i = 0; i < 6; i++) got.append(client.some(10_000));
        stage.settle();
        assertThat(stage.heldBytes()).isEqualTo(BlockSize.NORMAL.bytes());

        while (!got.toString().endsWith(body)) {
            sent = fill(origin, answer, sent);
            stage.settle();
            for (String some = client.some(10_000); !some.isEmpty(); some = client.some(10_000)) got.append(some);
            stage.settle();
        }
        assertThat(got.substring(got.indexOf("\r\n\r\n") + 4)).isEqualTo(body);
        assertThat(stage.only().end()).isEqualTo("--");
    }

    /// Sends as much as the path takes before the gateway acts.
    private static int fill(Peer peer, String text, int from) {
        int sent = from;
        for (int some = peer.offer(text.substring(sent)); some > 0; some = peer.offer(text.substring(sent))) {
            sent += some;
        }
        return sent;
    }

    @Test
    @DisplayName("H-29 a client that takes its answer slowly gets all of it")
    void aClientThatReadsSlowly(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN.withPipeBytes(1000));
        var client = stage.client();
        client.send(GET);
        var origin = stage.origin().next();
        origin.head();
        String body = "0123456789".repeat(2000);
        String answer = "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        var got = new StringBuilder();
        for (int sent = 0; !got.toString().endsWith(body); ) {
            if (sent < answer.length()) sent += origin.offer(answer.substring(sent));
            stage.pass(Duration.ofSeconds(5));
            got.append(client.some(800));
            assertThat(stage.heldBytes()).isLessThanOrEqualTo(BlockSize.NORMAL.bytes());
        }
        assertThat(stage.only().end()).isEqualTo("--");
    }

    @Test
    @DisplayName("H-29 an origin slow with its answer holds nothing between bytes; when it stops the client is reset")
    void aSlowAnswer(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        client.send(GET);
        var origin = stage.origin().next();
        origin.head();
        origin.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
        for (int i = 0; i < 5; i++) {
            origin.send("x");
            stage.pass(STALL.minus(MOMENT));
            assertThat(stage.heldBytes()).isZero();
            assertThat(client.hasReset()).isFalse();
        }
        stage.pass(MOMENT.multipliedBy(2));
        assertThat(client.hasReset()).isTrue();
        assertThat(stage.only().end()).isEqualTo("TD");
    }

    @Test
    @DisplayName("H-29 an origin that does not take the request holds one block, and ends in 504")
    void anOriginThatDoesNotRead(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN.withPipeBytes(20_000));
        var client = stage.client();
        String request = "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n" + "x".repeat(1_000_000);
        int sent = 0;
        for (int i = 0; i < 20; i++) {
            sent += client.offer(request.substring(sent));
            stage.settle();
        }
        assertThat(sent).isLessThan(80_000);
        assertThat(stage.heldBytes()).isLessThanOrEqualTo(BlockSize.NORMAL.bytes());
        stage.pass(STALL.minus(MOMENT));
        assertThat(client.isQuiet()).isTrue();
        stage.pass(MOMENT.multipliedBy(2));
        assertThat(client.message().status()).isEqualTo(504);
        assertThat(stage.only().end()).isEqualTo("TD");
        assertThat(stage.heldBytes()).isZero();
    }

    @Test
    @DisplayName("H-29 an origin that takes the request slowly gets all of it, however long that lasts")
    void anOriginThatReadsSlowly(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN.withPipeBytes(1000));
        var client = stage.client();
        String body = "0123456789".repeat(1000);
        String request = "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        int sent = client.offer(request);
        var origin = stage.origin().next();
        var got = new StringBuilder();
        while (!got.toString().endsWith(body)) {
            if (sent < request.length()) sent += client.offer(request.substring(sent));
            stage.pass(Duration.ofSeconds(10));
            got.append(origin.some(800));
        }
        stage.pass(Setup.RESPONSE.minusSeconds(11)); // the last bytes may have lain in the pipe for 10 s
        origin.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ntoken");
        assertThat(client.message().body()).isEqualTo("token");
    }

    @Test
    @DisplayName("H-29 one way may rest for as long as bytes move the other way, and no longer")
    void oneDirectionIsIdleWhileTheOtherMoves(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        client.send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nx");
        var origin = stage.origin().next();
        origin.head();
        origin.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\ny");
        for (int i = 0; i < 6; i++) {
            stage.pass(STALL.dividedBy(3));
            client.send("x");
            stage.settle();
            assertThat(client.hasReset()).as("up %d", i).isFalse();
        }
        for (int i = 0; i < 6; i++) {
            stage.pass(STALL.dividedBy(3));
            origin.send("y");
            stage.settle();
            assertThat(client.hasReset()).as("down %d", i).isFalse();
        }
        assertThat(origin.seen()).isEqualTo("x".repeat(7));
        assertThat(client.seen()).endsWith("\r\n\r\n" + "y".repeat(7));
        stage.pass(STALL.plus(MOMENT));
        assertThat(client.hasReset()).isTrue();
        assertThat(stage.only().end()).isEqualTo("TD");
    }

    @Test
    @DisplayName("H-29 an idle client is left alone for its time and then closed without a word")
    void anIdleClient(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        stage.pass(Setup.IDLE.minus(MOMENT));
        assertThat(client.isQuiet()).isTrue();
        stage.pass(MOMENT.multipliedBy(2));
        assertThat(client.rest()).isEmpty();
        assertThat(stage.ended).isEmpty();
    }

    @Test
    @DisplayName(
            "H-29 a broken body behind answers that the client does not take ends, and does not keep the loop busy")
    void aBrokenBodyBehindAFullOutputEnds(Scene scene) {
        var routes = new Route("", "/b", "web");
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN.withPipeBytes(512).withRoutes(routes));
        var client = stage.client();
        String nowhere = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
        client.offer(nowhere.repeat(4) + "POST /b HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
        stage.settle();
        client.offer("zz\r\n");
        stage.settle(); // Why: it fails when the loops never come to rest.

        for (int i = 0; i < 5; i++) stage.pass(STALL);

        assertThat(stage.server().connections()).isZero();
        assertThat(stage.heldBytes()).isZero();
    }
}
