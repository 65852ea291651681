package dev.weir.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.loop.CloseReport;
import dev.weir.loop.LoopGroup;
import dev.weir.server.Weir;
import dev.weir.server.WeirSettings;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import dev.weir.time.Clock;
import dev.weir.time.Deadline;
import dev.weir.transport.tcp.TcpNetwork;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Proves that the thread that looks names up is gone when it is closed, and is named while the system's resolver
/// keeps it.
@Balanced
final class LookupThreadTest {
    private static Weir open(Scene scene) {
        var clock = Clock.system();
        return Weir.open(
                WeirSettings.of("names", 8 << 20, 4).withLoops(1),
                LoopGroup.Drive.THREADS,
                clock,
                scene.ledger(),
                new TcpNetwork(scene.ledger()));
    }

    @Test
    void tasksRunOneAfterTheOther(Scene scene) throws InterruptedException {
        Weir weir = open(scene);
        var thread = new LookupThread(weir.group());
        var done = new CountDownLatch(3);
        for (int i = 0; i < 3; i++) thread.execute(done::countDown);
        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        thread.close();
        assertThat(weir.close(Deadline.in(weir.group().clock(), Duration.ofSeconds(10)))
                        .isClean())
                .isTrue();
    }

    @Test
    void aLookupThatHangsIsNamedByTheClosingReport(Scene scene) throws InterruptedException {
        Weir weir = open(scene);
        var thread = new LookupThread(weir.group());
        var hangs = new CountDownLatch(1);
        var answers = new CountDownLatch(1);
        var later = new AtomicInteger();
        thread.execute(() -> {
            hangs.countDown();
            boolean interrupted = true;
            while (interrupted) {
                try {
                    answers.await();
                    interrupted = false;
                } catch (InterruptedException ignored) {
                    // Why: nothing interrupts the system's resolver.
                }
            }
        });
        thread.execute(later::incrementAndGet);
        assertThat(hangs.await(10, TimeUnit.SECONDS)).isTrue();

        thread.close();
        CloseReport report = weir.close(Deadline.in(weir.group().clock(), Duration.ofSeconds(30)));

        assertThat(report.survivors()).singleElement().asString().contains("names-names");
        answers.countDown();
        thread.close();
        CloseReport second = weir.close(Deadline.in(weir.group().clock(), Duration.ofSeconds(30)));
        assertThat(second.survivors()).isEmpty();
        assertThat(later).as("nothing runs after the close").hasValue(0);
    }
}
