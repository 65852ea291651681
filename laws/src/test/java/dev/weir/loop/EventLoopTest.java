package dev.weir.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.memory.MemoryPlan;
import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Buffer;
import dev.weir.memory.block.Urgency;
import dev.weir.memory.wait.Waiter;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import dev.weir.testing.Shape;
import dev.weir.time.Clock;
import dev.weir.time.Deadline;
import dev.weir.time.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Proves that a loop sleeps when there is nothing to do, wakes when asked, survives its tasks and ends
/// cleanly. Loops with threads over real selectors, and loops turned by hand.
@Balanced
final class EventLoopTest {
    private final List<String> told = new CopyOnWriteArrayList<>();

    private static Deadline soon() {
        return Deadline.in(Clock.system(), Duration.ofSeconds(20));
    }

    private static void awaitAsleep(LoopGroup group) {
        EventLoop loop = group.loops().getFirst();
        long before = -1;
        while (before != loop.turns()) {
            before = loop.turns();
            LockSupport.parkNanos(50_000_000);
        }
    }

    @Test
    void aLoopWithNothingToDoSleeps(Scene scene) {
        var group = scene.tcpThreads(Shape.SMALL);
        awaitAsleep(group);
        long before = group.loops().getFirst().turns();

        LockSupport.parkNanos(300_000_000);

        assertThat(group.loops().getFirst().turns()).isEqualTo(before);
    }

    @Test
    @DisplayName("H-29 after a peak memory is no longer scarce, although nobody asks for any")
    void scarcityEndsBeforeALoopSleeps(Scene scene) {
        var loops = scene.inMemory(Shape.SMALL.withBlocks(7));
        var held = new ArrayList<Buffer>();
        while (!loops.pool().isScarce()) {
            held.add(Objects.requireNonNull(loops.pool()
                    .tryAcquire(BlockSize.NORMAL, Urgency.INTAKE, loops.loop().index(), "peak")));
        }
        held.forEach(Buffer::release);
        assertThat(loops.pool().isScarce()).isTrue();

        loops.turn();
        assertThat(loops.pool().isScarce()).isFalse();
    }

    @Test
    void aPostFromAnotherThreadWakesASleepingLoop(Scene scene) throws InterruptedException {
        var group = scene.tcpThreads(Shape.SMALL);
        for (int i = 0; i < 50; i++) {
            if (i % 10 == 0) awaitAsleep(group);
            var ran = new CountDownLatch(1);
            assertThat(group.loops().getFirst().post(new Mailbox.Node(ran::countDown)))
                    .isTrue();
            ran.await();
        }
    }

    @Test
    void tasksPostedByATaskRunAlthoughTheLoopCloses(Scene scene) {
        var loops = scene.inMemory();
        EventLoop loop = loops.loop();
        var next = new Mailbox.Node(() -> told.add("next"));
        loop.post(new Mailbox.Node(() -> assertThat(loop.post(next)).isTrue()));

        assertThat(loops.group().close(soon()).isClean()).isTrue();

        assertThat(told).containsExactly("next");
    }

    /// A post that comes after the loop has looked into its mailbox and before it can be seen to be asleep.
    @Test
    void aPostWhileALoopFallsAsleepKeepsItAwake(Scene scene) {
        var clock = new PostingClock();
        var poller = new CountingPoller();
        var settings = new LoopGroup.Settings(
                "falls asleep",
                1,
                LoopGroup.Drive.BY_HAND,
                clock,
                scene.ledger(),
                MemoryPlan.of(8 << 20, SCRATCH, List.of(), MemoryPlan.Settings.DEFAULT),
                () -> poller,
                1);
        var group = LoopGroup.open(settings);
        EventLoop loop = group.loops().getFirst();
        loop.post(new Mailbox.Node(() -> told.add("first")));
        clock.posts(() -> loop.post(new Mailbox.Node(() -> told.add("second"))));

        loop.turn(Long.MAX_VALUE);
        loop.turn(0);

        assertThat(poller.asked).containsExactly(0L, 0L);
        assertThat(told).containsExactly("first", "second");
        assertThat(group.close(Deadline.NEVER).isClean()).isTrue();
    }

    private static final List<MemoryPlan.Line> SCRATCH = EventLoop.fixedLines(1);

    /// Lets somebody post when the loop asks for the time the second time in a turn, just before it sleeps.
    private static final class PostingClock implements Clock {
        private @Nullable Runnable post;
        private int reads;

        void posts(Runnable action) {
            post = action;
            reads = 0;
        }

        @Override
        public long nanoTime() {
            if (post != null && ++reads == 2) post.run();
            return 0;
        }

        @Override
        public long epochMillis() {
            return 0;
        }
    }

    /// Never waits, and tells for how long it should have.
    private static final class CountingPoller implements Poller {
        private final List<Long> asked = new ArrayList<>();

        @Override
        public int poll(long waitNanos) {
            asked.add(waitNanos);
            return 0;
        }

        @Override
        public void wake() {}

        @Override
        public void settle() {}

        @Override
        public void close() {}
    }

    @Test
    void aSleepingLoopWakesForItsTimer(Scene scene) throws InterruptedException {
        var group = scene.tcpThreads(Shape.SMALL);
        var loop = group.loops().getFirst();
        var fired = new CountDownLatch(1);
        var timer = new Timer(fired::countDown);

        loop.post(new Mailbox.Node(() -> loop.schedule(timer, 30_000_000)));

        fired.await();
        assertThat(loop.turns()).isLessThan(10);
    }

    @Test
    void aTaskThatThrowsNeitherEndsNorDelaysTheOthers(Scene scene) {
        var loops = scene.inMemory();
        var loop = loops.loop();
        loop.post(new Mailbox.Node(() -> fail("a task")));
        loop.post(new Mailbox.Node(() -> {
            loop.atTurnEnd(() -> fail("a turn's end"));
            loop.atTurnEnd(() -> told.add("turn end"));
            loop.afterClosing(() -> fail("a reaping"));
            loop.afterClosing(() -> told.add("reaped"));
            loop.schedule(new Timer(() -> fail("a timer")), 1);
        }));

        loops.turnUntilQuiet();
        loops.pass(Duration.ofSeconds(1));
        loop.post(new Mailbox.Node(() -> told.add("alive")));
        loops.turnUntilQuiet();

        assertThat(told).containsExactly("turn end", "reaped", "alive");
    }

    @Test
    void aLoopThreadSurvivesATaskThatThrows(Scene scene) throws InterruptedException {
        var group = scene.tcpThreads(Shape.SMALL);
        var loop = group.loops().getFirst();
        var ran = new CountDownLatch(1);
        loop.post(new Mailbox.Node(() -> fail("a task")));
        loop.post(new Mailbox.Node(ran::countDown));

        ran.await();
    }

    @Test
    void closingRunsQueuedTasksAndReportsNothingLeft(Scene scene) {
        var group = scene.tcpThreads(Shape.SMALL.withLoops(3));
        for (EventLoop loop : group.loops()) loop.post(new Mailbox.Node(() -> told.add(loop.name())));

        var report = group.close(soon());

        assertThat(told).hasSize(3);
        assertThat(report.survivors()).isEmpty();
        assertThat(report.isClean()).isTrue();
        assertThat(group.loops().getFirst().post(new Mailbox.Node(() -> told.add("too late"))))
                .isFalse();
        assertThat(group.close(soon()).isClean()).isTrue();
        assertThat(told).hasSize(3);
    }

    @Test
    void aTaskThatThrowsDuringCloseKeepsNothingOpen(Scene scene) {
        var loops = scene.tcpByHand();
        loops.loop().post(new Mailbox.Node(() -> fail("a task")));
        loops.loop().post(new Mailbox.Node(() -> told.add("after it")));

        assertThat(loops.group().close(soon()).isClean()).isTrue();
        assertThat(told).containsExactly("after it");
    }

    @Test
    void aStopIsNotLostWhileDescriptorsAreGivenBack(Scene scene) throws InterruptedException {
        for (int round = 0; round < 5; round++) {
            var group = scene.tcpThreads(Shape.SMALL);
            var loop = group.loops().getFirst();
            var closer = new AtomicReference<@Nullable Thread>();
            loop.post(new Mailbox.Node(() -> {
                loop.afterClosing(() -> {});
                awaitJoining(closer);
            }));
            var closing = Thread.ofPlatform()
                    .unstarted(() -> told.add("" + group.close(soon()).isClean()));
            closer.set(closing);
            closing.start();
            closing.join();
        }

        assertThat(told).hasSize(5).containsOnly("true");
    }

    private static void awaitJoining(AtomicReference<@Nullable Thread> closer) {
        while (true) {
            Thread thread = closer.get();
            if (thread != null && thread.getState() == Thread.State.TIMED_WAITING) return;
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void closingFromOneOfTheLoopsIsRefused(Scene scene) throws InterruptedException {
        var group = scene.tcpThreads(Shape.SMALL);
        var refused = new AtomicReference<@Nullable Throwable>();
        var done = new CountDownLatch(1);
        group.loops().getFirst().post(new Mailbox.Node(() -> {
            try {
                group.close(soon());
            } catch (IllegalStateException expected) {
                refused.set(expected);
            }
            done.countDown();
        }));

        done.await();
        assertThat(refused.get()).hasMessageContaining("was called from");
    }

    @Test
    void aWaiterForMemoryIsNamedWhenTheGroupCloses(Scene scene) {
        var loops = scene.inMemory(Shape.SMALL.withBlocks(4));
        var held = new ArrayList<Buffer>();
        var waiter = new Waiter(loops.loop()) {
            @Override
            protected void granted(Buffer buffer) {
                buffer.release();
            }
        };
        Buffer granted;
        while ((granted = loops.pool().acquire(waiter, BlockSize.NORMAL, Urgency.INTAKE, 0, "greedy")) != null) {
            held.add(granted);
        }

        var report = loops.group().close(soon());

        assertThat(report.isClean()).isFalse();
        assertThat(report.survivors()).anyMatch(line -> line.startsWith("1 waiting for memory"));
        loops.pool().cancel(waiter);
        held.forEach(Buffer::release);
        assertThat(loops.group().close(soon()).isClean()).isTrue();
    }

    @Test
    void theWriteScratchIsNotTakenFromTheConnectionServedByAnothersEnd(Scene scene) {
        var loops = scene.inMemory();
        var loop = loops.loop();
        var answer = new EventLoop.TurnEnd() {
            @Override
            public void turnEnds() {
                var bytes = loop.releaseWriteScratch(this);
                if (bytes != null) told.add("written: " + bytes.remaining());
            }
        };
        var dying = new EventLoop.TurnEnd() {
            @Override
            public void turnEnds() {
                if (loop.releaseWriteScratch(this) != null) {
                    loop.claimWriteScratch(answer).putInt(502);
                }
            }
        };
        EventLoop.TurnEnd third = () -> {};
        loop.claimWriteScratch(dying).putLong(1);

        assertThat(loop.claimWriteScratch(third).position()).isZero();

        assertThat(told).containsExactly("written: 4");
        loop.releaseWriteScratch(third);
        loops.turnUntilQuiet();
    }

    @Test
    void turningUntilQuietFindsASpin(Scene scene) {
        var loops = scene.inMemory();
        var again = new Mailbox.Node[1];
        again[0] = new Mailbox.Node(() -> {
            if (told.isEmpty()) loops.loop().post(again[0]);
        });
        loops.loop().post(again[0]);

        assertThatThrownBy(loops::turnUntilQuiet).isInstanceOf(AssertionError.class);
        told.add("enough");
    }

    private static void fail(String where) {
        throw new IllegalStateException("planted in " + where);
    }
}
