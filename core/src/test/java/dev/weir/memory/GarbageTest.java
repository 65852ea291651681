package dev.weir.memory;

import static dev.weir.memory.block.BlockSize.NORMAL;
import static dev.weir.memory.block.BlockSize.SMALL;
import static dev.weir.memory.block.Urgency.INTAKE;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Buffer;
import dev.weir.memory.block.MemoryDebug;
import dev.weir.memory.wait.FairBy;
import dev.weir.memory.wait.Gather;
import dev.weir.memory.wait.ManualClock;
import dev.weir.memory.wait.ManualLoop;
import dev.weir.memory.wait.OwnerLoop;
import dev.weir.memory.wait.Waiter;
import java.lang.management.ManagementFactory;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Proves that leases, waits and grants leave nothing for the collector, by the JVM's own count of allocated bytes.
class GarbageTest {
    private static final int ROUNDS = 50_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void aLeaseFromTheLoopCacheAllocatesNothing() {
        try (var budget = MemoryBudget.open(Plans.usual(8 << 20), new ManualClock(), 1)) {
            Runnable lease = () -> {
                Buffer first = acquire(budget, NORMAL, 0);
                Buffer second = acquire(budget, SMALL, 0).move("other");
                second.bytes().putInt(7);
                second.release();
                first.release();
            };

            assertThat(allocatedBy(lease)).isZero();
        }
    }

    @Test
    void aLeaseFromTheCommonStoreAllocatesNothing() {
        try (var budget = MemoryBudget.open(Plans.usual(8 << 20), new ManualClock(), 0)) {
            Runnable lease = () -> {
                Buffer first = acquire(budget, NORMAL, BufferPool.NO_LOOP);
                acquire(budget, SMALL, BufferPool.NO_LOOP).release();
                first.release();
            };

            assertThat(allocatedBy(lease)).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(FairBy.class)
    void waitingForABlockAllocatesNothing(FairBy fairBy) {
        MemoryPlan plan = Plans.slabs(4, 1, 3, fairBy, MemoryDebug.OFF);
        try (var budget = MemoryBudget.open(plan, new ManualClock(), 1)) {
            var home = new ManualLoop();
            var waiter = new Quiet(home);
            var givesUp = new Quiet(home);
            givesUp.setAddress(7);
            Runnable wait = () -> {
                Buffer only = acquire(budget, NORMAL, 0);
                if (budget.pool().acquire(waiter, NORMAL, INTAKE, 0, "w") != null) throw new AssertionError();
                if (budget.pool().acquire(givesUp, NORMAL, INTAKE, 0, "g") != null) throw new AssertionError();
                budget.pool().cancel(givesUp);
                only.release();
                home.run();
                Objects.requireNonNull(waiter.buffer).release();
            };

            assertThat(allocatedBy(wait)).isZero();
        }
    }

    @Test
    void waitingForSeveralBlocksAllocatesNothing() {
        try (var budget = MemoryBudget.open(Plans.oneBlockSlabs(6, 3), new ManualClock(), 1)) {
            var home = new ManualLoop();
            var gather = new QuietGather(home);
            var givesUp = new QuietGather(home);
            Runnable wait = () -> {
                Buffer one = acquire(budget, NORMAL, 0);
                Buffer two = acquire(budget, NORMAL, 0);
                if (budget.pool().acquireAll(gather, INTAKE, 0, "g")) throw new AssertionError();
                if (budget.pool().acquireAll(givesUp, INTAKE, 0, "u")) throw new AssertionError();
                budget.pool().cancel(givesUp);
                one.release();
                two.release();
                home.run();
                gather.take().release();
                gather.take().release();
                if (!budget.pool().acquireAll(gather, INTAKE, 0, "at once")) throw new AssertionError();
                gather.take().release();
                gather.take().release();
            };

            assertThat(allocatedBy(wait)).isZero();
        }
    }

    private static Buffer acquire(MemoryBudget budget, BlockSize size, int loop) {
        return Objects.requireNonNull(budget.pool().tryAcquire(size, INTAKE, loop, "test"));
    }

    /// The least of several measurements: the JVM itself allocates now and then, when it compiles or resolves.
    private long allocatedBy(Runnable step) {
        long self = Thread.currentThread().threadId();
        long least = Long.MAX_VALUE;
        for (int measurement = 0; measurement < 5; measurement++) {
            long before = threads.getThreadAllocatedBytes(self);
            for (int i = 0; i < ROUNDS; i++) step.run();
            least = Math.min(least, threads.getThreadAllocatedBytes(self) - before);
        }
        return least;
    }

    private static final class QuietGather extends Gather {
        QuietGather(OwnerLoop home) {
            super(home, 2);
        }

        @Override
        protected void granted() {}
    }

    private static final class Quiet extends Waiter {
        @org.jspecify.annotations.Nullable
        Buffer buffer;

        Quiet(OwnerLoop home) {
            super(home);
        }

        @Override
        protected void granted(Buffer granted) {
            buffer = granted;
        }
    }
}
