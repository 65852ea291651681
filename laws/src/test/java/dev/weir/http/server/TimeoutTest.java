package dev.weir.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testing.Balanced;
import dev.weir.testing.RawPeer;
import dev.weir.testing.Scene;
import dev.weir.testing.Shape;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Proves what slow clients cost and when they are sent away. A real server over pipes, its clock turned by hand.
@Balanced
final class TimeoutTest {
    private static final Answer OK = Answer.text(200, "ok");
    private static final int SMALL = 2048;

    @Test
    @DisplayName(
            "H-29 a head that comes a byte at a time costs a small block and is 408 ten seconds after its first byte")
    void aSlowHeadIs408(Scene scene) {
        var stage = Stage.open(scene, exchange -> exchange.answer(OK));
        var peer = stage.dial();
        stage.pass(Duration.ofSeconds(30));

        String head = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
        for (int second = 0; second < 10; second++) {
            peer.send(head.substring(second, second + 1));
            stage.loops.turnUntilQuiet();
            assertThat(heldBytes(stage)).isEqualTo(SMALL);
            stage.pass(Duration.ofMillis(990));
        }
        assertThat(peer.readSome(100)).isEmpty();
        stage.pass(Duration.ofMillis(200));

        assertThat(Stage.read(peer).status()).isEqualTo(408);
        assertThat(peer.readToEnd().ending()).isEqualTo(RawPeer.Ending.ORDERLY);
        assertThat(stage.ended).containsExactly("408 TR");
        assertThat(heldBytes(stage)).isZero();
    }

    private static long heldBytes(Stage stage) {
        return stage.loops.group().budget().owners().stream()
                .mapToLong(held -> held.bytes())
                .sum();
    }

    @Test
    @DisplayName("H-29 a body that stops is 408 after the stall, one that drips goes on")
    void aSlowBodyIs408(Scene scene) {
        var stage = Stage.open(scene, exchange -> new BodyCounter(exchange).begin());
        var peer = stage.dial();
        peer.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n");

        for (int i = 0; i < 10; i++) {
            stage.pass(Duration.ofSeconds(29));
            peer.send("x");
            stage.loops.turnUntilQuiet();
        }
        stage.pass(Duration.ofSeconds(29));
        assertThat(peer.readSome(100)).isEmpty();
        assertThat(heldBytes(stage)).isZero();
        stage.pass(Duration.ofSeconds(2));

        assertThat(Stage.read(peer).status()).isEqualTo(408);
        assertThat(peer.readToEnd().bytes()).isZero();
        assertThat(stage.ended).containsExactly("408 TD");
    }

    @Test
    @DisplayName("H-29 a client that takes no answers is aborted after the stall")
    void aSlowReaderIsAborted(Scene scene) {
        var large = Answer.text(200, "x".repeat(15_000));
        var loops = scene.inMemory(Shape.SMALL.withPipeBytes(4096));
        var stage = Stage.open(scene, loops, Stage.SETTINGS, exchange -> exchange.answer(large));
        // Why: of requests at once the second answer waits; one that comes later waits itself, before it is looked at.
        for (var requests : List.of(List.of(Stage.GET.repeat(20)), List.of(Stage.GET, Stage.GET))) {
            var peer = stage.dial();
            for (String request : requests) {
                peer.send(request);
                stage.loops.turnUntilQuiet();
            }

            stage.pass(Duration.ofSeconds(29));
            assertThat(stage.server.connections()).isEqualTo(1);
            stage.pass(Duration.ofSeconds(2));

            assertThat(stage.server.connections()).isZero();
            assertThat(heldBytes(stage)).isZero();
            peer.close();
        }
    }

    @Test
    void pipelinedRequestHasItsOwnHeaderTimeout(Scene scene) {
        var stage = Stage.open(scene, exchange -> exchange.answer(OK));
        var peer = stage.dial();
        peer.send("GET / HT");
        stage.pass(Duration.ofSeconds(8));
        peer.send("TP/1.1\r\nHost: a\r\n\r\nGET / H");
        assertThat(Stage.read(peer).status()).isEqualTo(200);

        stage.pass(Duration.ofSeconds(8));
        peer.send("TTP/1.1\r\nHost: a\r\n\r\n");

        assertThat(Stage.read(peer).status()).isEqualTo(200);
        peer.close();
    }
}
