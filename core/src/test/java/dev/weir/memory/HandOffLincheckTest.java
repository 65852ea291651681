package dev.weir.memory;

import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Buffer;
import dev.weir.memory.block.MemoryDebug;
import dev.weir.memory.block.Urgency;
import dev.weir.memory.wait.FairBy;
import dev.weir.memory.wait.LoopTask;
import dev.weir.memory.wait.ManualClock;
import dev.weir.memory.wait.OwnerLoop;
import dev.weir.memory.wait.Waiter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Proves that the hand-off is linearizable: two loops want the one block outside the reserve, and whatever
/// way their steps interleave, each gets what it would get if every call were one step. Without the second
/// look of a releaser, or when an asker looks into the slots before it says so, a wake-up is lost and this
/// fails.
class HandOffLincheckTest {
    private static final MemorySegment MEMORY = Arena.global().allocate(BlockSize.NORMAL.bytes(), Long.BYTES);

    @ParameterizedTest
    @ValueSource(classes = {ByArrival.class, ByAddress.class})
    void everyInterleavingIsLinearizable(Class<?> played) {
        new ModelCheckingOptions()
                .threads(2)
                .iterations(30)
                .invocationsPerIteration(500)
                .actorsBefore(3)
                .actorsPerThread(3)
                .actorsAfter(3)
                .check(played);
    }

    /// What is played: two loops and the one block outside the reserve.
    public abstract static class Played {
        private final BufferPool pool;
        private final Actor[] actors = {Actor.make(0), Actor.make(1)};

        /// Starts with the block in the cache of loop A.
        Played(FairBy fairBy) {
            var plan = Plans.slabs(4, 1, 3, fairBy, MemoryDebug.OFF);
            pool = new BufferPool(plan, SameMemory::new, new ManualClock(), 2, dev.weir.ledger.LedgerListener.NONE);
            Objects.requireNonNull(pool.tryAcquire(BlockSize.NORMAL, Urgency.INTAKE, 0, "first"))
                    .release();
        }

        @Operation(nonParallelGroup = "a")
        public String takeA() {
            return take(0);
        }

        @Operation(nonParallelGroup = "a")
        public boolean releaseA() {
            return release(0);
        }

        @Operation(nonParallelGroup = "a")
        public boolean cancelA() {
            return pool.cancel(actors[0]);
        }

        @Operation(nonParallelGroup = "a")
        public boolean deliverA() {
            return actors[0].deliver();
        }

        @Operation(nonParallelGroup = "b")
        public String takeB() {
            return take(1);
        }

        @Operation(nonParallelGroup = "b")
        public boolean releaseB() {
            return release(1);
        }

        @Operation(nonParallelGroup = "b")
        public boolean cancelB() {
            return pool.cancel(actors[1]);
        }

        @Operation(nonParallelGroup = "b")
        public boolean deliverB() {
            return actors[1].deliver();
        }

        private String take(int loop) {
            Actor actor = actors[loop];
            if (actor.buffer != null || actor.isWaiting()) return "busy";
            if (!actor.isFree()) { // its late delivery is still to come, which is nobody's business here
                actor = Actor.make(loop);
                actors[loop] = actor;
            }
            actor.buffer = pool.acquire(actor, BlockSize.NORMAL, Urgency.INTAKE, loop, "actor");
            return actor.buffer == null ? "queued" : "got";
        }

        private boolean release(int loop) {
            Buffer buffer = actors[loop].buffer;
            if (buffer == null) return false;
            actors[loop].buffer = null;
            buffer.release();
            return true;
        }
    }

    /// First come, first served.
    public static final class ByArrival extends Played {
        /// Starts with the block in the cache of loop A.
        public ByArrival() {
            super(FairBy.ARRIVAL);
        }
    }

    /// Each loop waits for a client of its own, and these take turns.
    public static final class ByAddress extends Played {
        /// Starts with the block in the cache of loop A.
        public ByAddress() {
            super(FairBy.ADDRESS);
        }
    }

    private static final class Actor extends Waiter {
        private final Box box;

        @Nullable
        Buffer buffer;

        private Actor(Box box) {
            super(box);
            this.box = box;
        }

        static Actor make(int loop) {
            var actor = new Actor(new Box());
            actor.setAddress(loop + 1);
            return actor;
        }

        boolean deliver() {
            if (!box.take()) return false;
            Objects.requireNonNull(box.task).run();
            return buffer != null;
        }

        @Override
        protected void granted(Buffer granted) {
            buffer = granted;
        }
    }

    /// A home with a mailbox for one waiter.
    private static final class Box implements OwnerLoop, LoopTask {
        private @Nullable Runnable task;
        private int posted;

        @Override
        public LoopTask loopTask(Runnable newTask) {
            task = newTask;
            return this;
        }

        @Override
        public synchronized boolean post() {
            posted++;
            return true;
        }

        synchronized boolean take() {
            if (posted == 0) return false;
            posted--;
            return true;
        }
    }

    /// Gives the same memory again and again: thousands of pools are made, and nobody reads or writes.
    private static final class SameMemory implements Arena {
        @Override
        public MemorySegment allocate(long bytes, long alignment) {
            return MEMORY;
        }

        @Override
        public MemorySegment.Scope scope() {
            return MEMORY.scope();
        }

        @Override
        public void close() {}
    }
}
