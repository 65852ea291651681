package dev.weir.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.weir.connection.Starvation;
import dev.weir.gateway.config.Upstream;
import dev.weir.loop.CloseReport;
import dev.weir.loop.LoopGroup;
import dev.weir.runtime.Weir;
import dev.weir.runtime.WeirSettings;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import dev.weir.time.Clock;
import dev.weir.time.Deadline;
import dev.weir.transport.Endpoint;
import dev.weir.transport.NameLookup;
import dev.weir.transport.tcp.TcpNetwork;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/// Proves that the thread that looks names up is gone when it is closed, and is named while the system's resolver
/// keeps it; and that a lookup that breaks ends alone.
@Balanced
final class LookupThreadTest {
    private static Weir open(Scene scene) {
        var clock = Clock.system();
        return Weir.open(
                WeirSettings.of("names", 8 << 20, 64).withLoops(1),
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
    void aTaskThatThrowsAffectsNoOtherTask(Scene scene) throws InterruptedException {
        Weir weir = open(scene);
        var thread = new LookupThread(weir.group());
        for (Error planned : List.of(new AssertionError("planned"), new OutOfMemoryError("planned"))) {
            var done = new CountDownLatch(1);
            thread.execute(() -> {
                throw planned;
            });
            thread.execute(() -> {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("planned");
            });
            thread.execute(done::countDown);
            assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        }
        thread.close();
        assertThat(weir.close(Deadline.in(weir.group().clock(), Duration.ofSeconds(10)))
                        .isClean())
                .isTrue();
    }

    @Test
    void aNewTaskStartsAThreadAfterTheFirstHasEnded(Scene scene) throws InterruptedException {
        Weir weir = open(scene);
        var thread = new LookupThread(weir.group());
        var first = new CompletableFuture<Thread>();
        thread.execute(() -> first.complete(Thread.currentThread()));
        Thread ends = first.join();
        // Why: more than once, because one that comes while a task runs does not count.
        do ends.interrupt();
        while (!ends.join(Duration.ofMillis(10)));

        var done = new CountDownLatch(1);
        thread.execute(done::countDown);

        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        thread.close();
        assertThat(weir.close(Deadline.in(weir.group().clock(), Duration.ofSeconds(10)))
                        .isClean())
                .isTrue();
    }

    @Test
    void aFailedOpenEndsTheLookupsBegunBefore(Scene scene) {
        Weir weir = open(scene);
        var thread = new LookupThread(weir.group());
        var began = new CountDownLatch(1);
        NameLookup names = (host, port) -> {
            if (host.equals("one.test")) return List.of(Endpoint.loopback(port));
            thread.execute(began::countDown);
            awaits(began);
            throw new AssertionError("planned");
        };

        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> Upstreams.open(
                        weir,
                        List.of(named("one.test"), named("two.test")),
                        Starvation.LIMIT,
                        upstream -> Upstreams.NO_FORWARDS,
                        new NameResolution(names, thread, line -> {}),
                        thread))
                .withMessage("planned");

        assertThat(weir.close(Deadline.in(weir.group().clock(), Duration.ofSeconds(10)))
                        .survivors())
                .isEmpty();
    }

    private static Upstream named(String host) {
        return new Upstream(
                host,
                List.of(Endpoint.of(host, 80)),
                Upstream.Balance.ROUND_ROBIN,
                Setup.ONE_ORIGIN.withPool(1, 1).pool(),
                new Upstream.Timeouts(Duration.ofSeconds(2), Setup.RESPONSE),
                Upstream.Retry.SAFE);
    }

    private static void awaits(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    @Test
    void aHangingLookupIsNamedInTheCloseReport(Scene scene) throws InterruptedException {
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
