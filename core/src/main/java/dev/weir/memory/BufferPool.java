package dev.weir.memory;

import dev.weir.ledger.Witness;
import dev.weir.time.Clock;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The only door to buffers: gives one at once, or queues the asker, or says no.
///
/// **Owns:** every block of the slabs, as a part of its [MemoryBudget].
/// **Threads:** thread-safe.
/// **Waits:** never waits; whoever must wait leaves a [Waiter] and is told.
/// **Limits:** blocks never exceed the plan; at the limit askers wait, in order of [Urgency], then as
/// [FairBy] says.
/// **Fails:** once the budget is closed, acquiring throws `IllegalStateException`.
/// **Source:** HAProxy, dynamic buffer management (2014); HikariCP, hand-off.
public final class BufferPool {
    /// In place of a loop's number: a thread that has no cache and uses the common store.
    public static final int NO_LOOP = -1;

    private final MemoryPlan plan;
    private final Clock clock;
    private final Witness witness;
    private final LoopCache[] caches;
    private final HandOff handOff;
    private final boolean hasOneOutside;

    /// Null in production.
    private final @Nullable DebugMode debug;

    private final List<KeptBlocks> kept = new ArrayList<>(); // guarded by itself

    /// Null when the plan assembles no messages.
    private final @Nullable AssemblyShare assembly;

    BufferPool(MemoryPlan plan, Arena arena, Clock clock, int loops, Witness witness) {
        this.plan = plan;
        this.clock = clock;
        this.witness = witness;
        this.hasOneOutside = plan.slabs() * plan.blocksPerSlab(BlockSize.NORMAL) - plan.reserveBlocks() == 1;
        this.debug = plan.debug().isOff() ? null : new DebugMode(plan.debug());
        this.caches = new LoopCache[loops];
        for (int i = 0; i < loops; i++) {
            caches[i] = new LoopCache(plan.debug().coldFirst() ? LoopCache.NO_SLOTS : LoopCache.SLOTS);
        }
        this.handOff = new HandOff(this, plan, arena, clock, caches);
        this.assembly = plan.messageBytesMax() == 0 ? null : AssemblyShare.of(plan, loops);
    }

    /// Tries to acquire one block; never waits, never queues.
    ///
    /// @param size the class of block
    /// @param urgency what it is for: how far into the reserve it may go
    /// @param loop the number of the calling loop's cache, in `[0, loops)`, or [#NO_LOOP]
    /// @param owner who will hold it, as told by usage and errors; a constant, not a new text per call
    /// @return a buffer, **owned by the caller**, or null when there is none for this urgency now
    public @Nullable Buffer tryAcquire(BlockSize size, Urgency urgency, int loop, String owner) {
        if (debug != null && debug.refuses()) return null;
        Block block = fromCache(size, loop);
        if (block == null) block = handOff.takeOrQueue(size, urgency, null);
        return block == null ? null : lend(block, loop, owner);
    }

    /// Acquires one block, or queues the waiter.
    ///
    /// @param waiter who is told; must be free
    /// @param size the class of block
    /// @param urgency what it is for: the queue, and how far into the reserve it may go; not `OPTIONAL`
    /// @param loop the number of the waiter's loop's cache, in `[0, loops)`, or [#NO_LOOP]
    /// @param owner who will hold it, as told by usage and errors
    /// @return a buffer, **owned by the caller**; or null, and [Waiter#granted] follows unless cancelled
    public @Nullable Buffer acquire(Waiter waiter, BlockSize size, Urgency urgency, int loop, String owner) {
        if (urgency == Urgency.OPTIONAL) throw new IllegalArgumentException("OPTIONAL never waits: use tryAcquire");
        if (!plan.canEverServe(size)) {
            throw new IllegalArgumentException(
                    "no " + size + " block can ever be had under this plan: give it a larger budget or slabs of "
                            + size.bytes() + " bytes or more");
        }
        waiter.requireFree();
        if (debug != null && debug.refuses()) {
            waiter.ask(size, urgency, loop, owner);
            handOff.queueAndServe(waiter);
            WaitEvents.begun(waiter);
            return null;
        }
        Block block = fromCache(size, loop);
        if (block == null) {
            waiter.ask(size, urgency, loop, owner);
            block = handOff.takeOrQueue(size, urgency, waiter);
        }
        if (block != null) return lend(block, loop, owner);
        WaitEvents.begun(waiter);
        return null;
    }

    /// Acquires all blocks that a gather needs, or queues it: all together or none.
    ///
    /// @param gather who is told; must be free
    /// @param urgency what they are for; not `OPTIONAL`
    /// @param loop the number of the gather's loop's cache, in `[0, loops)`, or [#NO_LOOP]
    /// @param owner who will hold them, as told by usage and errors
    /// @return true when they can be had by [Gather#take] now; false when [Gather#granted()] follows
    ///     unless cancelled
    public boolean acquireAll(Gather gather, Urgency urgency, int loop, String owner) {
        if (urgency == Urgency.OPTIONAL) throw new IllegalArgumentException("OPTIONAL never waits: use tryAcquire");
        if (!plan.canEverGather(gather.blocks(), urgency)) {
            throw new IllegalArgumentException(gather.blocks() + " blocks can never be had together for " + urgency
                    + " under this plan: give it a larger budget or a smaller reserve");
        }
        gather.requireFree();
        gather.ask(BlockSize.NORMAL, urgency, loop, owner);
        if (debug != null && debug.refuses()) {
            handOff.queueAndServe(gather);
            WaitEvents.begun(gather);
            return false;
        }
        if (!handOff.takeAllOrQueue(gather)) {
            WaitEvents.begun(gather);
            return false;
        }
        gather.requireWhole();
        return true;
    }

    /// Gives up a wait because what the memory was for has ended.
    ///
    /// @return as [#cancel(Waiter, GiveUp)]
    public boolean cancel(Waiter waiter) {
        return cancel(waiter, GiveUp.ENDED);
    }

    /// Gives up a wait. A block that was granted but has not arrived is passed on to the next waiter.
    ///
    /// @param waiter who no longer waits
    /// @param why for those who count
    /// @return true when [Waiter#granted] will not be called; false when nothing was waited for, or it was called
    public boolean cancel(Waiter waiter, GiveUp why) {
        // Why: every flow cancels at its end, and nearly none waits then: no clock, no lock.
        if (waiter.isFree()) return false;
        Lender asked = waiter.lender();
        if (asked == null || !asked.end(waiter, why)) return false;
        WaitEvents.gaveUp(waiter, why);
        return true;
    }

    /// Whether memory is to be spared: somebody waits, or half or less is left of the blocks outside the
    /// reserve. Costs one read, and may be a moment old.
    public boolean isScarce() {
        return handOff.isScarce();
    }

    /// What a loop does before it may sleep: blocks that came back into caches may have ended scarcity, which nobody
    /// else would notice. Costs one read as a rule.
    public void look() {
        handOff.look();
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

    /// Whether a normal block is too dear to be kept for what may never be needed: memory is to be spared, or there is
    /// only one block outside the reserve. As cheap as [#isScarce].
    public boolean isDear() {
        return hasOneOutside || handOff.isScarce();
    }

    /// How long the oldest wait has lasted, in nanoseconds; zero when nobody waits. Cheap enough for a
    /// timer.
    ///
    /// @param now the present, by the clock the budget was opened with
    public long oldestWaitNanos(long now) {
        return handOff.oldestWaitNanos(now);
    }

    /// How many waiters have waited for `waitNanos` or longer; cheap enough for a timer when nobody waits.
    ///
    /// @param now the present, by the clock the budget was opened with
    /// @param most where counting ends
    public int overdue(long now, long waitNanos, int most) {
        return handOff.overdue(now, waitNanos, most);
    }

    /// How many blocks somebody holds now. Walks all blocks: for balances, not for every turn.
    public long buffersLive() {
        return handOff.buffersLive();
    }

    /// How many that asked were refused at random; zero unless the plan's debugging says so.
    public long refusals() {
        return debug == null ? 0 : debug.refused();
    }

    /// Takes back a block whose lease has ended.
    void putBack(Block block, int loop) {
        if (debug != null) debug.poison(block);
        KeptBlocks kept = block.kept;
        if (kept != null) {
            kept.putBack(block);
            return;
        }
        if (loop == NO_LOOP || block.isReserve || handOff.isPressing() || !caches[loop].put(block)) {
            handOff.giveBack(block);
            return;
        }
        // Why: the slot was filled before this look, so either an asker's search finds the block or we
        // see the asker.
        if (handOff.isPressing()) {
            Block back = caches[loop].take(block.size);
            if (back != null) handOff.giveBack(back);
        }
    }

    /// The blocks that are kept for `purpose`, made when they are first asked for; null when `plan` has none.
    @Nullable
    KeptBlocks kept(String purpose, MemoryBudget.FixedPart fixed) {
        synchronized (kept) {
            for (KeptBlocks one : kept) {
                if (one.purpose().equals(purpose)) return one;
            }
            for (MemoryPlan.Line line : plan.fixed()) {
                if (!line.purpose().equals(purpose) || line.count() == 0) continue;
                var made = new KeptBlocks(this, fixed, line);
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

    long now() {
        return clock.nanoTime();
    }

    Clock clock() {
        return clock;
    }

    @Nullable
    DebugMode debug() {
        return debug;
    }

    Witness witness() {
        return witness;
    }

    HandOff handOff() {
        return handOff;
    }

    LoopCache[] caches() {
        return caches;
    }

    Buffer lend(Block block, int loop, String owner) {
        if (debug != null) {
            IllegalStateException damage = block.damage(debug, owner);
            if (damage != null) {
                putBack(block, loop);
                throw damage;
            }
        }
        return block.lease(owner, loop);
    }

    private @Nullable Block fromCache(BlockSize size, int loop) {
        if (loop == NO_LOOP || handOff.isPressing()) return null;
        Block block = caches[loop].take(size);
        if (block != null) handOff.lookAfterTaking();
        return block;
    }
}
