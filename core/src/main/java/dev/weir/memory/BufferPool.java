package dev.weir.memory;

import dev.weir.ledger.LedgerListener;
import dev.weir.memory.block.Block;
import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Buffer;
import dev.weir.memory.block.Depot;
import dev.weir.memory.block.LoopCache;
import dev.weir.memory.block.MemoryDebug;
import dev.weir.memory.block.SlabPlan;
import dev.weir.memory.block.Urgency;
import dev.weir.memory.wait.CancelReason;
import dev.weir.memory.wait.Gather;
import dev.weir.memory.wait.HandOff;
import dev.weir.memory.wait.KeptBlocks;
import dev.weir.memory.wait.Waiter;
import dev.weir.time.Clock;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The only source of buffers: leases one at once, queues the caller, or refuses.
///
/// **Owns:** every block of the slabs, as a part of its [MemoryBudget].
/// **Threads:** thread-safe.
/// **Waits:** never waits; a caller that must wait leaves a [Waiter], which is called back.
/// **Limits:** blocks never exceed the plan; at the limit callers wait, in order of [Urgency], then as
/// [dev.weir.memory.wait.FairBy] says.
/// **Fails:** once the budget is closed, acquiring throws `IllegalStateException`.
/// **Source:** HAProxy, dynamic buffer management (2014); HikariCP, hand-off.
public final class BufferPool {
    /// In place of a loop's number: a thread that has no cache and uses the common store.
    public static final int NO_LOOP = Buffer.NO_LOOP;

    private final MemoryPlan plan;
    private final SlabPlan slabs;
    private final Clock clock;
    private final Slabs depot;
    private final LoopCache[] caches;
    private final HandOff handOff;

    private final List<KeptBlocks> kept = new ArrayList<>(); // guarded by itself

    /// Null when the plan assembles no messages.
    private final @Nullable AssemblyShare assembly;

    BufferPool(MemoryPlan plan, Supplier<Arena> arenas, Clock clock, int loops, LedgerListener listener) {
        this.plan = plan;
        this.slabs = plan.slabPlan();
        this.clock = clock;
        this.depot = new Slabs(listener, plan.debug());
        this.caches = new LoopCache[loops];
        for (int i = 0; i < loops; i++) {
            caches[i] = new LoopCache(depot.isColdFirst());
        }
        this.handOff = new HandOff(depot, slabs, plan.fairBy(), arenas, clock, caches);
        this.assembly = plan.messageBytesMax() == 0 ? null : AssemblyShare.of(plan, loops);
    }

    /// Tries to acquire one block; never waits, never queues.
    ///
    /// @param size the class of block
    /// @param urgency what it is for: how far into the reserve it may go
    /// @param loop the number of the calling loop's cache, in `[0, loops)`, or [#NO_LOOP]
    /// @param owner the holder, as usage and errors name it; a constant, not a new text per call
    /// @return a buffer, **owned by the caller**, or null when there is none for this urgency now
    public @Nullable Buffer tryAcquire(BlockSize size, Urgency urgency, int loop, String owner) {
        if (depot.refuses()) return null;
        Block block = fromCache(size, loop);
        if (block == null) block = handOff.tryTake(size, urgency);
        return block == null ? null : block.lend(owner, loop);
    }

    /// Acquires one block, or queues the waiter.
    ///
    /// @param waiter called back when it is granted; must be free
    /// @param size the class of block
    /// @param urgency what it is for: the queue, and how far into the reserve it may go; not `OPTIONAL`
    /// @param loop the number of the waiter's loop's cache, in `[0, loops)`, or [#NO_LOOP]
    /// @param owner the holder, as usage and errors name it
    /// @return a buffer, **owned by the caller**; or null, and [Waiter#granted] follows unless cancelled
    public @Nullable Buffer acquire(Waiter waiter, BlockSize size, Urgency urgency, int loop, String owner) {
        if (urgency == Urgency.OPTIONAL) throw new IllegalArgumentException("OPTIONAL never waits: use tryAcquire");
        if (!slabs.canEverServe(size)) {
            throw new IllegalArgumentException(
                    "no " + size + " block can ever be had under this plan: give it a larger budget or slabs of "
                            + size.bytes() + " bytes or more");
        }
        waiter.requireFree();
        if (depot.refuses()) {
            handOff.acquireLater(waiter, size, urgency, loop, owner);
            return null;
        }
        Block block = fromCache(size, loop);
        if (block == null) block = handOff.acquire(waiter, size, urgency, loop, owner);
        return block == null ? null : block.lend(owner, loop);
    }

    /// Acquires all blocks that a gather needs, or queues it: all together or none.
    ///
    /// @param gather called back when it is granted; must be free
    /// @param urgency what they are for; not `OPTIONAL`
    /// @param loop the number of the gather's loop's cache, in `[0, loops)`, or [#NO_LOOP]
    /// @param owner the holder, as usage and errors name it
    /// @return true when they can be had by [Gather#take] now; false when [Gather#granted()] follows
    ///     unless cancelled
    public boolean acquireAll(Gather gather, Urgency urgency, int loop, String owner) {
        if (urgency == Urgency.OPTIONAL) throw new IllegalArgumentException("OPTIONAL never waits: use tryAcquire");
        if (!slabs.canEverGather(gather.blocks(), urgency)) {
            throw new IllegalArgumentException(gather.blocks() + " blocks can never be had together for " + urgency
                    + " under this plan: give it a larger budget or a smaller reserve");
        }
        gather.requireFree();
        if (depot.refuses()) {
            handOff.acquireLater(gather, BlockSize.NORMAL, urgency, loop, owner);
            return false;
        }
        return handOff.acquireAll(gather, urgency, loop, owner);
    }

    /// Cancels a wait because what the memory was for has ended.
    ///
    /// @return as [#cancel(Waiter, CancelReason)]
    public boolean cancel(Waiter waiter) {
        return cancel(waiter, CancelReason.ENDED);
    }

    /// Cancels a wait. A block that was granted but not delivered yet is passed on to the next waiter.
    ///
    /// @param waiter that no longer waits
    /// @param why for statistics
    /// @return true when [Waiter#granted] will not be called; false when nothing was waited for, or it was called
    public boolean cancel(Waiter waiter, CancelReason why) {
        return waiter.cancel(why);
    }

    /// Whether memory is to be spared: there is a waiter, or half or less is left of the blocks outside the
    /// reserve. Costs one read, and may be a moment old.
    public boolean isScarce() {
        return handOff.isScarce();
    }

    /// What a loop does before it may sleep: blocks that came back into caches may have ended scarcity, which
    /// nothing else would notice. Costs one read as a rule.
    public void updateScarcity() {
        handOff.updateScarcity();
    }

    /// The share of messages that must be whole.
    ///
    /// @throws IllegalStateException when the plan has none
    public AssemblyShare assembly() {
        if (assembly == null) {
            throw new IllegalStateException("the memory plan has no assembly share: open the runtime with "
                    + "WeirSettings.withWholeMessages and the longest message");
        }
        return assembly;
    }

    /// Whether a normal block is too scarce to be kept for what may never be needed: memory is to be spared, or
    /// there is only one block outside the reserve. As cheap as [#isScarce].
    public boolean isTooScarceToHold() {
        return handOff.isScarce() || handOff.hasOneOutsideReserve();
    }

    /// How long the oldest wait has lasted, in nanoseconds; zero when there is no waiter. Cheap enough for a
    /// timer.
    ///
    /// @param now the present, by the clock the budget was opened with
    public long oldestWaitNanos(long now) {
        return handOff.oldestWaitNanos(now);
    }

    /// How many waiters have waited for `waitNanos` or longer; cheap enough for a timer when there is none.
    ///
    /// @param now the present, by the clock the budget was opened with
    /// @param most where counting ends
    public int overdue(long now, long waitNanos, int most) {
        return handOff.overdue(now, waitNanos, most);
    }

    /// How many blocks are held now. Walks all blocks: for balances, not for every turn.
    public long buffersLive() {
        long live = 0;
        for (Block[] blocks : carved()) {
            for (Block block : blocks) {
                if (block.holder() != null) live++;
            }
        }
        return live;
    }

    /// Each block that is held, in words, in the order of the slabs.
    List<String> held() {
        var lines = new ArrayList<String>();
        for (Block[] blocks : carved()) {
            for (Block block : blocks) {
                String held = block.held();
                if (held != null) lines.add(held);
            }
        }
        return lines;
    }

    /// What holds blocks.
    ///
    /// @param accountsMax how many accounts are listed
    Holdings holdings(int accountsMax) {
        return HoldingsReport.of(carved(), accountsMax, clock.nanoTime());
    }

    /// Every block there is, of slabs that serve and of what is kept.
    private List<Block[]> carved() {
        List<Block[]> carved = handOff.carved();
        for (KeptBlocks one : kept()) carved.add(one.carved());
        return carved;
    }

    /// How many requests were refused at random; zero unless the plan's debugging says so.
    public long refusals() {
        return depot.refused();
    }

    /// Takes back a block whose lease has ended.
    private void putBack(Block block, int loop) {
        if (loop == NO_LOOP || block.isReserve() || handOff.isPressing() || !caches[loop].put(block)) {
            handOff.giveBack(block);
            return;
        }
        // Why: the slot was filled before this check, so either an acquirer's search finds the block or this thread
        // sees the acquirer.
        if (handOff.isPressing()) {
            Block back = caches[loop].take(block.size());
            if (back != null) handOff.giveBack(back);
        }
    }

    /// The blocks that are kept for `purpose`, made when they are first asked for; null when `plan` has none.
    @Nullable
    KeptBlocks kept(String purpose, FixedPart fixed) {
        synchronized (kept) {
            for (KeptBlocks one : kept) {
                if (one.purpose().equals(purpose)) return one;
            }
            for (MemoryPlan.Line line : plan.fixed()) {
                if (!line.purpose().equals(purpose) || line.count() == 0) continue;
                var made = new KeptBlocks(
                        purpose, Math.toIntExact(line.count()), depot, clock, bytes -> fixed.carve(purpose, bytes));
                kept.add(made);
                return made;
            }
            return null;
        }
    }

    /// All that are kept for something.
    List<KeptBlocks> kept() {
        synchronized (kept) {
            return List.copyOf(kept);
        }
    }

    HandOff handOff() {
        return handOff;
    }

    LoopCache[] caches() {
        return caches;
    }

    private @Nullable Block fromCache(BlockSize size, int loop) {
        if (loop == NO_LOOP || handOff.isPressing()) return null;
        Block block = caches[loop].take(size);
        if (block != null) handOff.updateScarcityAfterTake();
        return block;
    }

    /// Where the blocks of the slabs come back.
    private final class Slabs extends Depot {
        Slabs(LedgerListener listener, MemoryDebug debug) {
            super(listener, debug);
        }

        @Override
        protected void putBack(Block block, int loop) {
            BufferPool.this.putBack(block, loop);
        }

        @Override
        public @Nullable Buffer trySmall(Urgency urgency, int loop, String owner) {
            return tryAcquire(BlockSize.SMALL, urgency, loop, owner);
        }
    }
}
