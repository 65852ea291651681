package dev.weir.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/// Proves that what is written of a handler that failed names the request and the thread.
@Balanced
final class FailureWordsTest {
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
        Logger log = Logger.getLogger(type.getName());
        var written = new Written();
        log.addHandler(written);
        log.setUseParentHandlers(false);
        try {
            step.run();
        } finally {
            log.setUseParentHandlers(true);
            log.removeHandler(written);
        }
        assertThat(written.lines).hasSize(1);
        return written.lines.getFirst();
    }

    private static void asks(Stage stage) {
        var peer = stage.dial();
        peer.send("PUT /orders/7 HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(Stage.read(peer).status()).isEqualTo(500);
        peer.close();
    }

    @Test
    void handlerOnTheLoopThatFailedIsNamedByItsRequestAndThread(Scene scene) {
        var stage = Stage.open(scene, exchange -> {
            throw new IllegalStateException("planned");
        });

        assertThat(written(Serving.class, () -> asks(stage)))
                .contains(
                        "PUT /orders/7",
                        "a handler failed on thread " + Thread.currentThread().getName());
    }

    @Test
    void blockingHandlerThatFailedIsNamedByItsRequestAndThread(Scene scene) {
        var names = Collections.synchronizedList(new ArrayList<String>());
        var stage = Stage.blocking(scene, (request, response) -> {
            names.add(Thread.currentThread().getName());
            throw new IllegalStateException("planned");
        });

        assertThat(written(BlockingExchange.class, () -> asks(stage)))
                .contains("PUT /orders/7: a handler failed on ")
                .endsWith(names.getFirst().isEmpty() ? "" : names.getFirst());
    }
}
