package dev.weir.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.memory.MemoryPlan;
import dev.weir.runtime.Weir;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import dev.weir.testing.Shape;
import dev.weir.time.Clock;
import dev.weir.time.Deadline;
import dev.weir.time.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Proves that nothing a turn calls ends its loop by throwing, and that a loop which cannot go on ends its runtime.
@Balanced
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class LoopFailureTest {
    private static final Duration TIME = Duration.ofSeconds(20);
    private static final List<MemoryPlan.Line> SCRATCH = EventLoop.fixedLines(1);

    private final List<String> ran = new ArrayList<>();

    @Test
    void aPollerThatThrowsNowAndThenDoesNotEndTheLoop(Scene scene) {
        var poller = new ThrowingPoller();
        var clock = new ThrowingClock();
        var group = byHand(scene, poller, clock);
        EventLoop loop = group.loops().getFirst();
        for (int i = 0; i < 100; i++) {
            poller.polls = i % 2 == 0 ? new IllegalStateException("poll") : null;
            poller.settles = i % 3 == 0 ? new IllegalStateException("settle") : null;
            clock.fails = i % 5 == 0;
            loop.post(new Mailbox.Node(() -> loop.afterClosing(() -> ran.add("reaped"))));
            loop.turn(0);
            poller.settles = null;
            clock.fails = false;
            loop.turn(0);
        }

        assertThat(loop.failure()).isNull();
        assertThat(ran).hasSize(100);
        assertThat(group.close(Deadline.NEVER).failures()).isEmpty();
    }

    @Test
    void aPollerThatFailsManyTimesInARowEndsItsLoopAndTheReportSaysWhy(Scene scene) {
        var poller = new ThrowingPoller();
        var group = byHand(scene, poller, new ThrowingClock());
        EventLoop loop = group.loops().getFirst();
        poller.polls = new IllegalStateException("the selector is gone");

        for (int i = 1; i < EventLoop.FAILURES_MAX; i++) loop.turn(0);
        assertThat(loop.failure()).isNull();
        loop.turn(0);

        assertThat(loop.failure()).hasMessage("the selector is gone");
        assertThat(loop.post(new Mailbox.Node(() -> ran.add("too late")))).isFalse();
        var report = group.close(Deadline.NEVER);
        assertThat(report.isClean()).isTrue();
        assertThat(report.failures()).singleElement().asString().contains("the selector is gone");
    }

    @Test
    void aClockThatIsBrokenForGoodEndsItsLoopAndTheReportSaysWhy(Scene scene) {
        var clock = new ThrowingClock();
        var group = byHand(scene, new ThrowingPoller(), clock);
        EventLoop loop = group.loops().getFirst();
        clock.fails = true;
        loop.turn(0);
        assertThat(loop.failure()).isNull();

        for (int i = 0; i < EventLoop.FAILURES_MAX; i++) loop.turn(0);

        assertThat(loop.failure()).hasMessage("clock");
        clock.fails = false;
        var report = group.close(Deadline.NEVER);
        assertThat(report.isClean()).isTrue();
        assertThat(report.failures()).singleElement().asString().contains("clock");
    }

    @Test
    void aPollerThatThrowsAsItIsWokenOrClosedIsAskedAgain(Scene scene) {
        var poller = new ThrowingPoller();
        var group = byHand(scene, poller, new ThrowingClock());
        EventLoop loop = group.loops().getFirst();
        poller.wakesFailing = EventLoop.FAILURES_MAX - 1;
        poller.closesFailing = EventLoop.FAILURES_MAX - 1;

        loop.wake();
        assertThat(poller.woken).isOne();

        assertThat(group.close(Deadline.NEVER).isClean()).isTrue();
        assertThat(poller.closed).isOne();
    }

    @Test
    void resourcesOfALoopEndWithItInReverseOrderAlthoughOneThrows(Scene scene) {
        var group = byHand(scene, new ThrowingPoller(), new ThrowingClock());
        EventLoop loop = group.loops().getFirst();
        loop.turn(0);
        Runnable takenBack = () -> ran.add("taken back");
        Runnable again = () -> loop.atClose(() -> ran.add("again"));
        loop.atClose(() -> ran.add("first"));
        loop.atClose(() -> loop.afterClosing(again));
        loop.atClose(takenBack);
        loop.atClose(() -> {
            throw new IllegalStateException("planted");
        });
        loop.atClose(() -> ran.add("last"));
        loop.cancelAtClose(takenBack);

        assertThat(group.close(Deadline.NEVER).isClean()).isTrue();

        assertThat(ran).containsExactly("last", "first", "again");
    }

    @Test
    void aReadinessHandlerThatThrowsDoesNotCountAsAPollerFailure(Scene scene) {
        var poller = new ThrowingPoller();
        var group = byHand(scene, poller, new ThrowingClock());
        EventLoop loop = group.loops().getFirst();
        poller.polls = new IllegalStateException("a conversation");
        poller.handling = true;

        for (int i = 0; i < 3 * EventLoop.FAILURES_MAX; i++) loop.turn(0);

        assertThat(loop.failure()).isNull();
        assertThat(group.close(Deadline.NEVER).failures()).isEmpty();
    }

    @Test
    void anErrorOfTheVirtualMachineEndsTheLoopWhereverItIsThrown(Scene scene) {
        for (String where : List.of("task", "timer", "turn end", "reaping", "settle", "poll")) {
            var poller = new ThrowingPoller();
            var clock = new ThrowingClock();
            var group = byHand(scene, poller, clock);
            EventLoop loop = group.loops().getFirst();
            var told = new ArrayList<Throwable>();
            group.onLoopFailure((_, why) -> told.add(why));
            switch (where) {
                case "task" -> loop.post(new Mailbox.Node(LoopFailureTest::outOfMemory));
                case "timer" -> loop.schedule(new Timer(LoopFailureTest::outOfMemory), 1);
                case "turn end" -> loop.atTurnEnd(LoopFailureTest::outOfMemory);
                case "reaping" -> loop.afterClosing(LoopFailureTest::outOfMemory);
                case "settle" -> {
                    loop.afterClosing(() -> ran.add("not before it is settled"));
                    poller.settles = new OutOfMemoryError("planted");
                }
                default -> poller.polls = new OutOfMemoryError("planted");
            }
            clock.nanos += 10_000_000;
            loop.turn(0);

            assertThat(told).as(where).singleElement().isInstanceOf(OutOfMemoryError.class);
            poller.settles = null;
            assertThat(group.close(Deadline.NEVER).failures()).as(where).hasSize(1);
        }
    }

    @Test
    void aLogThatThrowsDoesNotEndTheLoop(Scene scene) throws InterruptedException {
        Logger log = Logger.getLogger(EventLoop.class.getName());
        var throwing = new ThrowingHandler();
        log.addHandler(throwing);
        try {
            EventLoop loop = scene.tcpThreads(Shape.SMALL).loops().getFirst();
            loop.post(new Mailbox.Node(() -> {
                throw new IllegalStateException("planted");
            }));
            throwing.published.await();
            long before = loop.turns();
            // Why: a loop that closes runs what is posted too, but makes no turn.
            while (loop.turns() < before + 3) {
                var after = new CountDownLatch(1);
                assertThat(loop.post(new Mailbox.Node(after::countDown))).isTrue();
                after.await();
            }

            assertThat(loop.failure()).isNull();
        } finally {
            log.removeHandler(throwing);
        }
    }

    @Test
    void aFailureInTheTurnItselfEndsTheLoopAndTheReportSaysWhy(Scene scene) {
        var poller = new ThrowingPoller();
        poller.polls = new IllegalStateException("a poll");
        poller.asks = new IllegalStateException("the boundary");
        var group = open(scene, LoopGroup.Drive.THREADS, poller, Clock.system());

        awaitClosed(group.loops().getFirst());

        var report = group.close(Deadline.in(Clock.system(), TIME));
        assertThat(report.isClean()).isTrue();
        assertThat(report.failures()).singleElement().asString().contains("the boundary");
    }

    @Test
    void aRuntimeWithALoopThatCannotGoOnClosesItselfAndSaysWhy(Scene scene) throws InterruptedException {
        Weir weir = scene.weir(Shape.SMALL.withLoops(3));
        EventLoop dying = weir.group().loops().get(1);

        dying.post(new Mailbox.Node(LoopFailureTest::outOfMemory));
        for (EventLoop loop : weir.group().loops()) awaitClosed(loop);

        var report = weir.close(Deadline.in(Clock.system(), TIME));
        assertThat(report.isClean()).isTrue();
        assertThat(report.failures()).singleElement().asString().contains(dying.name(), "OutOfMemoryError");
        assertThatThrownBy(weir::close).hasMessageContaining("OutOfMemoryError");
    }

    @Test
    void awaitClosedReportsWhyALoopCouldNotGoOn(Scene scene) throws InterruptedException {
        Weir weir = scene.weir(Shape.SMALL.withLoops(3));
        EventLoop dying = weir.group().loops().get(1);

        dying.post(new Mailbox.Node(LoopFailureTest::outOfMemory));
        var report = weir.awaitClosed();

        assertThat(report.survivors()).isEmpty();
        assertThat(report.failures()).singleElement().asString().contains(dying.name(), "OutOfMemoryError");
    }

    private static void awaitClosed(EventLoop loop) {
        while (loop.post(new Mailbox.Node(() -> {}))) {
            if (Thread.interrupted()) throw new AssertionError(loop + " was not closed");
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static void outOfMemory() {
        throw new OutOfMemoryError("planted");
    }

    private static LoopGroup byHand(Scene scene, Poller poller, Clock clock) {
        return open(scene, LoopGroup.Drive.BY_HAND, poller, clock);
    }

    private static LoopGroup open(Scene scene, LoopGroup.Drive drive, Poller poller, Clock clock) {
        return LoopGroup.open(new LoopGroup.Settings(
                "fails",
                1,
                drive,
                clock,
                scene.ledger(),
                MemoryPlan.of(8 << 20, SCRATCH, List.of(), MemoryPlan.Settings.DEFAULT),
                () -> poller,
                1));
    }

    private static final class ThrowingClock implements Clock {
        private boolean fails;
        private long nanos;

        @Override
        public long nanoTime() {
            if (fails) throw new IllegalStateException("clock");
            return nanos;
        }

        @Override
        public long epochMillis() {
            return 0;
        }
    }

    /// Throws what it was given, until it is given nothing.
    private static final class ThrowingPoller implements Poller {
        private @Nullable Throwable polls;
        private @Nullable Throwable settles;
        private @Nullable Throwable asks;
        private boolean handling;
        private int wakesFailing;
        private int closesFailing;
        private int woken;
        private int closed;

        @Override
        public int poll(long waitNanos) {
            throwIt(polls);
            return 0;
        }

        @Override
        public boolean isHandling() {
            throwIt(asks);
            return handling;
        }

        @Override
        public void wake() {
            if (wakesFailing-- > 0) throw new IllegalStateException("wake");
            woken++;
        }

        @Override
        public void settle() {
            throwIt(settles);
        }

        @Override
        public void close() {
            if (closesFailing-- > 0) throw new IllegalStateException("close");
            closed++;
        }

        private static void throwIt(@Nullable Throwable planted) {
            if (planted instanceof RuntimeException exception) throw exception;
            if (planted instanceof Error error) throw error;
        }
    }

    private static final class ThrowingHandler extends Handler {
        private final CountDownLatch published = new CountDownLatch(1);

        @Override
        public void publish(LogRecord record) {
            published.countDown();
            throw new IllegalStateException("the log is broken");
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
