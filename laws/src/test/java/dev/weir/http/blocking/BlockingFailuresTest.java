package dev.weir.http.blocking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.http.server.Stage;
import dev.weir.testing.Balanced;
import dev.weir.testing.RawPeer;
import dev.weir.testing.Scene;
import dev.weir.time.Deadline;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Proves that a blocking handler which fails, hangs or loses its client harms only its own exchange, and
/// is stopped or named at the end. A real server over sockets, turned by hand; the handlers' threads are
/// real.
@Balanced
final class BlockingFailuresTest {
    private final List<String> told = new CopyOnWriteArrayList<>();

    @Test
    @DisplayName("W-02 a handler that throws or overflows its stack is answered by 500, others go on")
    void aHandlerThatFailsHarmsOnlyItsExchange(Scene scene) {
        var stage = Stage.blocking(scene, (request, response) -> {
            switch (request.path()) {
                case "/throw" -> throw new IOException("planned");
                case "/overflow" -> overflow(1);
                case "/late" -> {
                    response.body().write(new byte[10_000]);
                    throw new IllegalStateException("planned");
                }
                case "/short" -> response.body(10).write(1);
                default -> response.send("ok");
            }
        });

        for (String path : List.of("/throw", "/overflow")) {
            var peer = stage.dial();
            peer.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(Stage.read(peer).status()).isEqualTo(500);
            assertThat(peer.readToEnd().bytes()).isZero();
        }
        for (String path : List.of("/late", "/short")) {
            var peer = stage.dial();
            peer.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
            if (path.equals("/late")) assertThat(peer.readToEnd().ending()).isEqualTo(RawPeer.Ending.RESET);
            else assertThat(Stage.read(peer).status()).isEqualTo(500);
        }
        var peer = stage.dial();
        peer.send(Stage.GET);
        assertThat(Stage.read(peer).body()).isEqualTo("ok");
        assertThat(stage.ended).hasSize(5).contains("500 LH", "200 --");
    }

    @SuppressWarnings("InfiniteRecursion") // Why: it is what is proved to be contained.
    private static int overflow(int depth) {
        return overflow(depth + 1) + depth;
    }

    @Test
    @DisplayName("W-02 a handler that blocks for ever is interrupted at close and ends")
    void aHandlerThatBlocksIsInterruptedAtClose(Scene scene) {
        var stage = Stage.blocking(scene, (request, response) -> {
            told.add("blocks");
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException asked) {
                told.add("interrupted");
                throw asked;
            }
        });
        var peer = stage.dial();
        peer.send(Stage.GET);
        stage.loops.turnUntil(() -> !told.isEmpty());

        var report = stage.weir.close(Deadline.in(stage.loops.group().clock(), Duration.ofSeconds(5)));

        assertThat(report.survivors()).isEmpty();
        assertThat(told).containsExactly("blocks", "interrupted");
    }

    @Test
    @DisplayName("W-02 a handler that ignores the interrupt is named in the report of close")
    void aHandlerThatDoesNotStopIsNamed(Scene scene) {
        var gate = new Semaphore(0);
        var stage = Stage.blocking(scene, (request, response) -> {
            told.add("blocks");
            gate.acquireUninterruptibly();
        });
        var peer = stage.dial();
        peer.send("GET /stubborn HTTP/1.1\r\nHost: a\r\n\r\n");
        stage.loops.turnUntil(() -> !told.isEmpty());

        var report = stage.weir.close(Deadline.in(stage.loops.group().clock(), Duration.ofMillis(50)));

        assertThat(report.survivors()).singleElement().asString().contains("handler of GET /stubborn");
        gate.release();
        var again = stage.weir.close(Deadline.in(stage.loops.group().clock(), Duration.ofSeconds(5)));
        assertThat(again.survivors()).isEmpty();
    }

    @Test
    void handlerIsInterruptedAndItsReadFailsWhenTheClientLeaves(Scene scene) {
        var stage = Stage.blocking(scene, (request, response) -> {
            try {
                request.body().readAllBytes();
            } catch (IOException gone) {
                told.add("gone");
                assertThatThrownBy(() -> response.send("late")).isInstanceOf(IOException.class);
                told.add("refused");
                throw gone;
            }
        });
        var peer = stage.dial();
        peer.send("POST / HTTP/1.1\r\nHost: a\r\n" + "Content-Length: 5\r\n\r\nhe");
        stage.loops.turnUntilQuiet();

        peer.reset();

        stage.loops.turnUntil(() -> told.contains("refused"));
        stage.loops.turnUntil(() -> stage.server.connections() == 0);
        assertThat(told).containsExactly("gone", "refused");
    }
}
