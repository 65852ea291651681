package dev.weir.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import dev.weir.testing.Shape;
import dev.weir.time.Deadline;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Proves that a blocked loop is told once, with what blocks it, and that one that waits for something to do is
/// not.
@Balanced
@Timeout(60)
final class LoopWatchdogTest {
    private static final Logger LOG = Logger.getLogger(LoopWatchdog.class.getName());

    private final List<LogRecord> told = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch first = new CountDownLatch(1);
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            told.add(line);
            first.countDown();
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        LOG.setUseParentHandlers(false);
        LOG.addHandler(handler);
    }

    @AfterEach
    void listenNoLonger() {
        LOG.removeHandler(handler);
        LOG.setUseParentHandlers(true);
    }

    @Test
    void aBlockedLoopIsReportedOnceWithItsStack(Scene scene) throws InterruptedException {
        var group = scene.weir(Shape.SMALL.withLoops(2)).group();
        for (int i = 0; i < 2; i++) {
            var released = new CountDownLatch(1);
            var ended = new CountDownLatch(1);
            group.loops().getLast().post(new Mailbox.Node(() -> {
                blocks(released);
                ended.countDown();
            }));
            first.await();
            released.countDown();
            ended.await();
        }

        assertThat(told).hasSize(1);
        assertThat(told.getFirst().getMessage())
                .contains(group.loops().getLast().name(), "busy with one turn for");
        assertThat(told.getFirst().getThrown().getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("blocks"));
    }

    private static void blocks(CountDownLatch released) {
        try {
            released.await();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @Test
    void theWatchdogEndsWithItsLoops(Scene scene) {
        var weir = scene.weir(Shape.SMALL);
        String name = weir.group().name() + "-watch";
        assertThat(scene.ledger().survivors()).anyMatch(line -> line.contains(name));
        assertThat(weir.close(Deadline.NEVER).survivors()).isEmpty();
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals(name) && thread.isAlive());
    }
}
