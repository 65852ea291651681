package dev.weir.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.blocking.BlockingHandlers;
import dev.weir.runtime.Weir;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import dev.weir.testing.Shape;
import dev.weir.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/// Proves that what is written of a handler that failed names the request and the thread.
@Balanced
final class HandlerFailureTest {
    private static final String BLOCKING = BlockingHandlers.class.getPackageName() + ".BlockingExchange";

    private static final class Written extends Handler {
        private final List<String> lines = Collections.synchronizedList(new ArrayList<>());

        @Override
        public void publish(LogRecord record) {
            lines.add(record.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    private static String written(Class<?> type, Runnable step) {
        return written(type.getName(), step);
    }

    private static String written(String logger, Runnable step) {
        List<String> lines = allWritten(logger, step);
        assertThat(lines).hasSize(1);
        return lines.getFirst();
    }

    private static List<String> allWritten(String logger, Runnable step) {
        Logger log = Logger.getLogger(logger);
        var written = new Written();
        log.addHandler(written);
        log.setUseParentHandlers(false);
        try {
            step.run();
        } finally {
            log.setUseParentHandlers(true);
            log.removeHandler(written);
        }
        return written.lines;
    }

    private static void asks(Stage stage) {
        var peer = stage.dial();
        peer.send("PUT /orders/7 HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(Stage.read(peer).status()).isEqualTo(500);
        peer.close();
    }

    @Test
    void failedLoopHandlerIsLoggedWithRequestAndThread(Scene scene) {
        var stage = Stage.open(scene, exchange -> {
            throw new IllegalStateException("planned");
        });

        assertThat(written(RequestReading.class, () -> asks(stage)))
                .contains(
                        "PUT /orders/7",
                        "a handler failed on thread " + Thread.currentThread().getName());
    }

    @Test
    void handlerThatNeverAnswersIsLoggedAndTheClientGets504(Scene scene) {
        var stage = Stage.open(scene, new LoopHandler() {
            @Override
            public void handle(ServerExchange exchange) {}

            @Override
            public String toString() {
                return "of orders";
            }
        });
        String line = written(RequestReading.class, () -> {
            var peer = stage.dial();
            peer.send("PUT /orders/7 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n");
            stage.loops.turnUntilQuiet();
            stage.pass(ServerSettings.ANSWER.minusSeconds(1));
            assertThat(stage.ended).isEmpty();
            stage.pass(Duration.ofSeconds(2));
            assertThat(Stage.read(peer).status()).isEqualTo(504);
            peer.close();
        });

        assertThat(line).contains("PUT /orders/7", "the handler of orders has not answered for 120 s");
        assertThat(stage.ended).containsExactly("504 LH");
    }

    @Test
    void blockingHandlerThatNeverAnswersIsInterruptedAndTheClientGets504(Scene scene) {
        var begun = new CountDownLatch(1);
        var interrupted = new CountDownLatch(1);
        var stage = Stage.blocking(scene, (request, response) -> {
            begun.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException woken) {
                interrupted.countDown();
            }
        });
        String line = written(RequestReading.class, () -> {
            var peer = stage.dial();
            peer.send("PUT /orders/7 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n1");
            stage.loops.turnUntil(() -> begun.getCount() == 0);
            stage.pass(ServerSettings.ANSWER.plusSeconds(1));
            assertThat(Stage.read(peer).status()).isEqualTo(504);
            stage.loops.turnUntil(() -> interrupted.getCount() == 0);
            peer.close();
        });

        assertThat(line).contains("has not answered for 120 s");
        assertThat(stage.ended).containsExactly("504 LH");
    }

    @Test
    void zeroAnswerTimeoutLetsAHandlerTakeAnyTime(Scene scene) {
        var kept = new ArrayList<ServerExchange>();
        var settings = Stage.SETTINGS.withAnswerTimeout(Duration.ZERO);
        var stage = Stage.open(scene, scene.inMemory(), settings, kept::add);
        var peer = stage.dial();
        peer.send(Stage.GET);
        stage.loops.turnUntilQuiet();
        stage.pass(Duration.ofHours(1));
        kept.getFirst().answer(Answer.text(200, "late"));
        assertThat(Stage.read(peer).body()).isEqualTo("late");
        peer.close();
    }

    @Test
    void failedBlockingHandlerIsLoggedWithRequestAndThread(Scene scene) {
        var names = Collections.synchronizedList(new ArrayList<String>());
        var stage = Stage.blocking(scene, (request, response) -> {
            names.add(Thread.currentThread().getName());
            throw new IllegalStateException("planned");
        });

        assertThat(written(BLOCKING, () -> asks(stage)))
                .contains("PUT /orders/7: a handler failed on ")
                .endsWith(names.getFirst().isEmpty() ? "" : names.getFirst());
    }

    @Test
    void handlerInterruptedByCloseIsNotLoggedAsFailed(Scene scene) {
        var begun = new Semaphore(0);
        var released = new Semaphore(0);
        Weir weir = scene.weir(Shape.SMALL.withCharge(BlockingHandlers.charge(Stage.IN_FLIGHT_MAX)));
        var handlers = BlockingHandlers.of(
                weir,
                (request, response) -> {
                    begun.release();
                    new CountDownLatch(1).await();
                },
                Stage.IN_FLIGHT_MAX);
        var server = HttpServer.open(weir, Stage.SETTINGS, exchange -> {
            boolean isFirst = exchange.target().equals("/orders/7");
            handlers.handle(exchange);
            if (isFirst) return;
            // Why: the loop cannot tell its handlers that all is over.
            begun.release();
            released.acquireUninterruptibly();
        });
        scene.dial(server.local()).send("PUT /orders/7 HTTP/1.1\r\nHost: a\r\n\r\n");
        begun.acquireUninterruptibly();
        scene.dial(server.local()).send("PUT /orders/8 HTTP/1.1\r\nHost: a\r\n\r\n");
        begun.acquireUninterruptibly();

        var soon = Deadline.in(weir.group().clock(), Duration.ofMillis(1));
        assertThat(allWritten(BLOCKING, () -> {
                    assertThat(weir.close(soon).isClean()).isFalse();
                    released.release();
                    assertThat(weir.close(Deadline.NEVER).survivors()).isEmpty();
                }))
                .isEmpty();
    }
}
