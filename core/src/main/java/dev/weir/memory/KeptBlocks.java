package dev.weir.memory;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weir.time.Secrets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// A few large blocks that are kept for one purpose, and the queue of those who wait for one of them.
///
/// They are no part of the slabs, so nothing else can use them up: whoever holds a normal block may wait for one of
/// these. Among those who wait addresses take turns. A holder must not wait for another of the same purpose.
///
/// **Owns:** its blocks, as a fixed part of its [MemoryBudget].
/// **Threads:** thread-safe.
/// **Waits:** never waits; whoever must wait leaves a [Waiter] and is told.
/// **Limits:** as many blocks of [BlockSize#LARGE] as the line of the plan says; each is allocated when it is first
/// needed.
/// **Fails:** once the budget is closed, acquiring throws `IllegalStateException`.
/// **Source:** ADR 32.
public final class KeptBlocks {
    private static final int QUEUE = 0;

    private final Object lock = new Object();
    private final Lender lender = new Queue();
    private final BufferPool pool;
    private final MemoryBudget.FixedPart fixed;
    private final MemoryPlan.Line line;

    /// Stands for the slab that these blocks do not lie in.
    private final Slab none = new Slab(0, false);

    @GuardedBy("lock")
    private final List<Block> carved = new ArrayList<>();

    @GuardedBy("lock")
    private final Rounds<Waiter> waiters;

    @GuardedBy("lock")
    private @Nullable Block free;

    @GuardedBy("lock")
    private int out;

    @GuardedBy("lock")
    private int waiting;

    @GuardedBy("lock")
    private boolean isClosed;

    KeptBlocks(BufferPool pool, MemoryBudget.FixedPart fixed, MemoryPlan.Line line) {
        this.pool = pool;
        this.fixed = fixed;
        this.line = line;
        this.waiters = new Rounds<>(1, Secrets.next(pool.clock()));
    }

    /// The line of the fixed part of a plan that keeps so many blocks.
    public static MemoryPlan.Line line(String purpose, int count) {
        return new MemoryPlan.Line(purpose, count, BlockSize.LARGE.bytes());
    }

    /// Acquires one block, or queues the waiter; [BufferPool#cancel] ends the wait.
    ///
    /// @param waiter told when a block is granted; must be free
    /// @param loop the number of the waiter's loop
    /// @param owner who will hold it, as told by usage and errors; a constant
    /// @return a buffer, **owned by the caller**; or null, and [Waiter#granted] follows unless cancelled
    public @Nullable Buffer acquire(Waiter waiter, int loop, String owner) {
        waiter.requireFree();
        waiter.ask(BlockSize.LARGE, Urgency.INTAKE, loop, owner);
        Block block;
        synchronized (lock) {
            if (isClosed) throw new IllegalStateException("the memory budget is closed");
            block = take();
            if (block == null) {
                waiter.begin(lender, pool.now());
                waiters.add(QUEUE, waiter);
                waiting++;
            }
        }
        if (block != null) return pool.lend(block, loop, owner);
        WaitEvents.begun(waiter);
        return null;
    }

    /// Ends a wait; false when there is none or its buffer has arrived.
    private boolean end(Waiter waiter) {
        Block passed = null;
        synchronized (lock) {
            if (waiter.giveUp(pool.now())) {
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

    /// How many wait for one of these.
    public int waiting() {
        synchronized (lock) {
            return waiting;
        }
    }

    /// Whether half of them are free, and nobody waits: one may be held for what need not be.
    public boolean isSpare() {
        synchronized (lock) {
            return waiting == 0 && out * 2L <= line.count();
        }
    }

    /// Takes back a block whose lease has ended, or gives it to the one whose turn it is.
    void putBack(Block block) {
        Block offered = block;
        while (offered != null) {
            Waiter next;
            synchronized (lock) {
                next = waiters.next(QUEUE);
                if (next == null) {
                    offered.nextFree = free;
                    free = offered;
                    out--;
                    return;
                }
                waiters.served(QUEUE, next);
                waiting--;
                Buffer lease = offered.lease(next.owner, next.loop);
                lease.grantedTo(next);
                next.grant(lease);
            }
            offered = next.send();
        }
    }

    @GuardedBy("lock")
    private @Nullable Block take() {
        Block block = free;
        if (block == null && carved.size() < line.count()) {
            block = new Block(pool, none, BlockSize.LARGE, fixed.carve(line.purpose(), BlockSize.LARGE.bytes()), this);
            DebugMode debug = pool.debug();
            if (debug != null) debug.poison(block);
            carved.add(block);
        } else if (block != null) {
            free = block.nextFree;
            block.nextFree = null;
        }
        if (block != null) out++;
        return block;
    }

    /// What its waiters know of it.
    private final class Queue implements Lender {
        @Override
        public long now() {
            return pool.now();
        }

        @Override
        public void arrived() {
            // Why: what became of those who wait here nobody counts; how many do is enough.
        }

        @Override
        public boolean end(Waiter waiter, GiveUp why) {
            return KeptBlocks.this.end(waiter);
        }
    }

    String purpose() {
        return line.purpose();
    }

    /// The bytes that somebody holds.
    long outBytes() {
        synchronized (lock) {
            return (long) out * BlockSize.LARGE.bytes();
        }
    }

    /// Each that exists.
    Block[] carved() {
        synchronized (lock) {
            return carved.toArray(new Block[0]);
        }
    }

    /// Closes this when every block is back and nobody waits, and `others` close as well; else changes nothing.
    boolean close(BooleanSupplier others) {
        synchronized (lock) {
            isClosed = out == 0 && waiting == 0 && others.getAsBoolean();
            return isClosed;
        }
    }

    /// What does not hold while no thread uses these; null when all is well.
    @Nullable
    String complaint() {
        synchronized (lock) {
            long held = carved.stream().filter(block -> block.holder() != null).count();
            if (held != out) return purpose() + ": " + out + " are counted as held, and " + held + " are";
            if (waiters.count() != waiting)
                return purpose() + ": " + waiting + " wait, and in turns are " + waiters.count();
            boolean isLeft = free != null || carved.size() < line.count();
            return waiting > 0 && isLeft ? purpose() + ": somebody waits, and one is free" : null;
        }
    }
}
