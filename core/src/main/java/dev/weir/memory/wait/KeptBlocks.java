package dev.weir.memory.wait;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weir.memory.block.Block;
import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Buffer;
import dev.weir.memory.block.Depot;
import dev.weir.memory.block.Urgency;
import dev.weir.time.Clock;
import dev.weir.time.Secrets;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// A few large blocks that are kept for one purpose, and the queue of waiters for one of them.
///
/// They are no part of the slabs, so nothing else can use them up: a holder of a normal block may wait for one of
/// these. Among the waiters, addresses take turns. A holder must not wait for another of the same purpose.
///
/// **Owns:** its blocks, as a fixed part of the budget.
/// **Threads:** thread-safe.
/// **Waits:** never waits; a caller that must wait leaves a [Waiter], which is called back.
/// **Limits:** as many blocks of [BlockSize#LARGE] as the plan says; each is allocated when it is first
/// needed.
/// **Fails:** once the budget is closed, acquiring throws `IllegalStateException`.
/// **Source:** ADR 32.
public final class KeptBlocks {
    private static final int QUEUE = 0;

    private final Object lock = new Object();
    private final Lender lender = new Queue();
    private final Depot depot;
    private final Clock clock;
    private final String purpose;
    private final int count;
    private final IntFunction<ByteBuffer> memory;

    @GuardedBy("lock")
    private final List<Block> carved = new ArrayList<>();

    @GuardedBy("lock")
    private final FairQueues<Waiter> waiters;

    @GuardedBy("lock")
    private @Nullable Block free;

    @GuardedBy("lock")
    private int out;

    @GuardedBy("lock")
    private int waiting;

    @GuardedBy("lock")
    private boolean isClosed;

    /// Makes `count` blocks, none of which is allocated yet.
    ///
    /// @param others the depot of all other blocks
    /// @param memory allocates direct memory of the size in bytes that it is given
    public KeptBlocks(String purpose, int count, Depot others, Clock clock, IntFunction<ByteBuffer> memory) {
        this.purpose = purpose;
        this.count = count;
        this.depot = new Kept(others);
        this.clock = clock;
        this.memory = memory;
        this.waiters = new FairQueues<>(1, Secrets.next(clock));
    }

    /// Acquires one block, or queues the waiter; [Waiter#cancel] ends the wait.
    ///
    /// @param waiter called back when a block is granted; must be free
    /// @param loop the number of the waiter's loop
    /// @param owner the holder, as usage and errors name it; a constant
    /// @return a buffer, **owned by the caller**; or null, and [Waiter#granted] is called later unless cancelled
    public @Nullable Buffer acquire(Waiter waiter, int loop, String owner) {
        waiter.requireFree();
        waiter.ask(BlockSize.LARGE, Urgency.INTAKE, loop, owner);
        Block block;
        synchronized (lock) {
            if (isClosed) throw new IllegalStateException("the memory budget is closed");
            block = take();
            if (block == null) {
                waiter.begin(lender, clock.nanoTime());
                waiters.add(QUEUE, waiter);
                waiting++;
            }
        }
        if (block != null) return block.lend(owner, loop);
        WaitEvents.begun(waiter);
        return null;
    }

    /// Cancels a wait; false when there is none or its buffer was delivered.
    private boolean end(Waiter waiter) {
        Block passed = null;
        synchronized (lock) {
            if (waiter.giveUp(clock.nanoTime())) {
                waiters.gaveUp(QUEUE, waiter);
                waiting--;
                waiter.unlinked();
            } else {
                // Why: under the lock, so that no later grant of the same waiter can be taken for this one.
                Buffer grant = waiter.withdraw();
                if (grant == null) return false;
                passed = waiter.reclaim(grant);
            }
        }
        if (passed != null) putBack(passed);
        return true;
    }

    /// How many waiters are queued.
    public int waiting() {
        synchronized (lock) {
            return waiting;
        }
    }

    /// Whether half of them are free, and there is no waiter: one may be held for what may never be needed.
    public boolean isSpare() {
        synchronized (lock) {
            return waiting == 0 && out * 2L <= count;
        }
    }

    /// Takes back a block whose lease has ended, or gives it to the waiter whose turn it is.
    private void putBack(Block block) {
        Block offered = block;
        while (offered != null) {
            Waiter next;
            synchronized (lock) {
                next = waiters.next(QUEUE);
                if (next == null) {
                    offered.link(free);
                    free = offered;
                    out--;
                    return;
                }
                waiters.served(QUEUE, next);
                waiting--;
                next.grant(offered.grant(next.owner, next.loop, next.getClass()));
            }
            offered = next.send();
        }
    }

    @GuardedBy("lock")
    private @Nullable Block take() {
        Block block = free;
        if (block == null && carved.size() < count) {
            block = Block.outsideSlabs(depot, BlockSize.LARGE, memory.apply(BlockSize.LARGE.bytes()));
            carved.add(block);
        } else if (block != null) {
            free = block.linked();
            block.link(null);
        }
        if (block != null) out++;
        return block;
    }

    /// The depot its blocks return to.
    private final class Kept extends Depot {
        private final Depot others;

        Kept(Depot others) {
            super(others);
            this.others = others;
        }

        @Override
        protected void putBack(Block block, int loop) {
            KeptBlocks.this.putBack(block);
        }

        @Override
        public @Nullable Buffer trySmall(Urgency urgency, int loop, String owner) {
            return others.trySmall(urgency, loop, owner);
        }

        @Override
        protected boolean isSpare() {
            return KeptBlocks.this.isSpare();
        }
    }

    /// What its waiters see of it.
    private final class Queue implements Lender {
        @Override
        public long now() {
            return clock.nanoTime();
        }

        @Override
        public void arrived() {
            // Why: how the waits here end is not counted; their number is enough.
        }

        @Override
        public boolean end(Waiter waiter, CancelReason why) {
            return KeptBlocks.this.end(waiter);
        }
    }

    /// The purpose they are kept for.
    public String purpose() {
        return purpose;
    }

    /// The bytes that are held.
    public long outBytes() {
        synchronized (lock) {
            return (long) out * BlockSize.LARGE.bytes();
        }
    }

    /// All blocks that are allocated.
    public Block[] carved() {
        synchronized (lock) {
            return carved.toArray(new Block[0]);
        }
    }

    /// Closes this when every block is back and there is no waiter, and `others` close as well; else changes
    /// nothing.
    public boolean close(BooleanSupplier others) {
        synchronized (lock) {
            isClosed = out == 0 && waiting == 0 && others.getAsBoolean();
            return isClosed;
        }
    }

    /// What is inconsistent, while no thread uses these; null when all is well.
    public @Nullable String complaint() {
        synchronized (lock) {
            long held = carved.stream().filter(block -> block.holder() != null).count();
            if (held != out) return purpose() + ": " + out + " are counted as held, and " + held + " are";
            if (waiters.count() != waiting) {
                return purpose() + ": " + waiting + " wait, and in turns are " + waiters.count();
            }
            boolean isLeft = free != null || carved.size() < count;
            return waiting > 0 && isLeft ? purpose() + ": there is a waiter, and a block is free" : null;
        }
    }
}
