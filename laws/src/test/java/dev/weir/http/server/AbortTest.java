package dev.weir.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.weir.connection.CloseReason;
import dev.weir.testing.Balanced;
import dev.weir.testing.RawPeer;
import dev.weir.testing.Scene;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Proves that a request cut anywhere leaves nothing behind in the exchange that the next one uses. A real
/// server over pipes with one connection at a time, so that one exchange serves them all.
@Balanced
final class AbortTest {
    private static final String SECRET = String.join(
            "\r\n",
            "POST /secret?s=1 HTTP/1.1",
            "Host: secret",
            "X-Secret: 1",
            "Expect: 100-continue",
            "Transfer-Encoding: chunked",
            "",
            "5",
            "hello",
            "0",
            "X-Trailer: 1",
            "",
            "");

    private static final String PLAIN = "GET /plain HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String UNREAD =
            "POST /unread HTTP/1.1\r\nHost: a\r\nContent-Length: 35\r\n\r\n" + PLAIN.replace("plain", "smuggled");

    private final List<ServerExchange> used = new ArrayList<>();

    @Test
    @DisplayName("W-01 a connection cut after each byte of a request leaves nothing for the next")
    void cutRequestLeavesNothingToTheNext(Scene scene) {
        var stage = Stage.open(scene, recycling(this::describe));

        for (int cut = 0; cut <= SECRET.length(); cut++) {
            for (var ending : RawPeer.Ending.values()) {
                var cutting = stage.dial();
                if (cut > 0) cutting.send(SECRET.substring(0, cut));
                stage.loops.turnUntilQuiet();
                if (ending == RawPeer.Ending.RESET) cutting.reset();
                else cutting.close();
                stage.loops.turnUntilQuiet();

                var peer = stage.dial();
                peer.send(PLAIN);
                assertThat(Stage.read(peer).body()).as("cut after %d", cut).isEqualTo("GET /plain 1 NONE -1 false 32");
                // Why: a body that seems to have been received already would make a request of its bytes.
                peer.send(UNREAD + PLAIN);
                assertThat(Stage.read(peer).body())
                        .as("cut after %d", cut)
                        .startsWith("POST /unread 2 LENGTH 35 false");
                assertThat(Stage.read(peer).body()).as("cut after %d", cut).startsWith("GET /plain 1 NONE -1 false");
                peer.close();
                stage.loops.turnUntilQuiet();
                assertThat(stage.loops.pool().buffersLive()).isZero();
            }
        }
        assertThat(used.stream().distinct()).hasSize(1);
    }

    /// A handler that is given the same exchange again and again.
    static LoopHandler recycling(LoopHandler handler) {
        return new LoopHandler() {
            @Override
            public void handle(ServerExchange exchange) {
                handler.handle(exchange);
            }

            @Override
            public boolean allowsRecycling() {
                return true;
            }
        };
    }

    private void describe(ServerExchange exchange) {
        used.add(exchange);
        var head = exchange.head();
        if (exchange.target().startsWith("/secret")) {
            new BodyCounter(exchange).begin();
            return;
        }
        exchange.answer(Answer.text(
                200,
                head.method() + " " + exchange.target() + " " + head.fields().count() + " " + head.framing() + " "
                        + head.contentLength() + " " + head.expectsContinue() + " " + exchange.bytesIn()));
    }

    @Test
    @DisplayName("W-03 an exchange that a handler kept after its end throws, and answers nobody else's request")
    void anExchangeKeptAfterItsEndThrows(Scene scene) {
        var ok = Answer.text(200, "ok");
        var kept = new ArrayList<ServerExchange>();
        var stage = Stage.open(scene, kept::add);
        var leaver = stage.dial();
        leaver.send(Stage.GET);
        stage.loops.turnUntil(() -> kept.size() == 1);
        leaver.reset();
        stage.loops.turnUntil(() -> stage.server.connections() == 0);
        var peer = stage.dial();
        peer.send(Stage.GET);
        stage.loops.turnUntil(() -> kept.size() == 2);

        assertThatIllegalStateException().isThrownBy(() -> kept.get(0).answer(ok));
        kept.get(1).answer(ok);
        assertThat(Stage.read(peer).body()).isEqualTo("ok");

        peer.send(Stage.GET);
        stage.loops.turnUntil(() -> kept.size() == 3);
        assertThatIllegalStateException().isThrownBy(() -> kept.get(1).answer(ok));
        assertThatIllegalStateException().isThrownBy(() -> kept.get(1).stream().abort(CloseReason.CLOSED));
        assertThat(peer.readSome(10)).isEmpty();
        kept.get(2).answer(ok);
        assertThat(Stage.read(peer).body()).isEqualTo("ok");
    }
}
