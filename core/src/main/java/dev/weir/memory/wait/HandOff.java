package dev.weir.memory.wait;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weir.memory.block.Block;
import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Buffer;
import dev.weir.memory.block.Depot;
import dev.weir.memory.block.LoopCache;
import dev.weir.memory.block.Slab;
import dev.weir.memory.block.SlabPlan;
import dev.weir.memory.block.Store;
import dev.weir.memory.block.Urgency;
import dev.weir.time.Clock;
import dev.weir.time.Secrets;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The slow path: the store, the queues, and the choice of the next waiter, under one short lock that only moves
/// pointers.
///
/// What takes longer happens outside the lock: cutting a slab (which zeroes it) and notifying a waiter.
///
/// `isPressing` is the word between this and the loops' caches. It is true while there is a waiter or slabs
/// retire. It is set *before* all slots are emptied; a releaser fills its slot *before* it reads it. Both are
/// volatile accesses, which Java orders totally, so either the block is found or the releaser sees the word: no
/// wake-up is lost.
///
/// Only the pool uses it.
///
/// **Threads:** thread-safe.
/// **Waits:** never waits; a waiter is called back.
public final class HandOff implements Lender {
    /// One of this many grants outside the reserve goes to the waiter that has waited longest, whatever its urgency.
    static final int FAIR_TURN = 8;

    private static final BlockSize[] SIZES = {BlockSize.SMALL, BlockSize.NORMAL, BlockSize.LARGE};

    final Object lock = new Object();
    private final Depot depot;
    private final Supplier<Arena> arenas;
    private final Clock clock;
    private final LoopCache[] caches;
    private final int cachedMax;

    @GuardedBy("lock")
    final Store store;

    @GuardedBy("lock")
    final WaiterQueues queues;

    private volatile boolean isPressing;
    private volatile boolean isScarce;
    private volatile boolean hasOneOutsideReserve;

    /// How many normal blocks the store lacks until more than half is free, counted only a little beyond what
    /// caches can hold. A thread that puts a block into a cache or takes one out does so before it reads this.
    private volatile int lacking;

    @GuardedBy("lock")
    private boolean isClosed;

    private final WaitTally tally = new WaitTally();

    /// The most blocks that any gather has asked for.
    @GuardedBy("lock")
    private int together;

    @GuardedBy("lock")
    private int grantsOutsideReserve;

    /// The gather whose turn it is because it has waited longest, and for which blocks are kept.
    @GuardedBy("lock")
    private @Nullable Waiter keeper;

    /// Makes a hand-off over a store in which no slab is cut yet.
    ///
    /// @param depot where its blocks are returned
    /// @param plan how many slabs there may be, and the reserve
    /// @param fairBy the order in which waiters of one queue are served
    /// @param arenas makes one for each slab that gets memory
    /// @param clock what waits are measured by
    /// @param caches those of the loops, which are emptied before any caller waits
    public HandOff(Depot depot, SlabPlan plan, FairBy fairBy, Supplier<Arena> arenas, Clock clock, LoopCache[] caches) {
        this.depot = depot;
        this.arenas = arenas;
        this.clock = clock;
        this.caches = caches;
        this.cachedMax = Arrays.stream(caches)
                .mapToInt(cache -> cache.slots(BlockSize.NORMAL))
                .sum();
        this.store = new Store(plan, depot.isColdFirst());
        this.queues = new WaiterQueues(fairBy, Secrets.next(clock));
        this.hasOneOutsideReserve = hasOneOutsideReserve(plan);
    }

    private static boolean hasOneOutsideReserve(SlabPlan plan) {
        return plan.blocksMax(BlockSize.NORMAL) - plan.reserveBlocks() == 1;
    }

    /// Whether there is only one block outside the reserve.
    public boolean hasOneOutsideReserve() {
        return hasOneOutsideReserve;
    }

    /// Whether blocks must not stay in caches.
    public boolean isPressing() {
        return isPressing;
    }

    /// Whether there is a waiter, or half of what can be had outside the reserve is neither in the store nor in
    /// caches.
    public boolean isScarce() {
        return isScarce;
    }

    /// Checks whether blocks that were put into caches or taken from them have made memory scarce, or ended
    /// scarcity. Until that changes it only reads, mostly one field.
    public void updateScarcity() {
        if (lacking == 0 || isPressing || isScarce == isShort()) return;
        synchronized (lock) {
            settle();
        }
    }

    /// Checks whether a block taken from a cache has made memory scarce.
    public void updateScarcityAfterTake() {
        if (!isScarce) updateScarcity();
    }

    /// Takes a block; null when there is none for this urgency now.
    public @Nullable Block tryTake(BlockSize size, Urgency urgency) {
        return takeOrQueue(size, urgency, null);
    }

    /// Takes a block, or queues the waiter, which must be free.
    public @Nullable Block acquire(Waiter waiter, BlockSize size, Urgency urgency, int loop, String owner) {
        waiter.ask(size, urgency, loop, owner);
        Block block = takeOrQueue(size, urgency, waiter);
        if (block == null) WaitEvents.begun(waiter);
        return block;
    }

    /// Takes all blocks of a gather, which must be free, or queues it.
    ///
    /// @return whether it has them
    public boolean acquireAll(Gather gather, Urgency urgency, int loop, String owner) {
        gather.ask(BlockSize.NORMAL, urgency, loop, owner);
        if (takeAllOrQueue(gather)) {
            gather.requireWhole();
            return true;
        }
        WaitEvents.begun(gather);
        return false;
    }

    /// Lets a waiter wait although there may be a block, then serves every waiter that can be served; for
    /// debugging.
    public void acquireLater(Waiter waiter, BlockSize size, Urgency urgency, int loop, String owner) {
        waiter.ask(size, urgency, loop, owner);
        queueAndServe(waiter);
        WaitEvents.begun(waiter);
    }

    /// Takes a block, or queues the waiter if there is one.
    private @Nullable Block takeOrQueue(BlockSize size, Urgency urgency, @Nullable Waiter waiter) {
        while (true) {
            Slab begun;
            synchronized (lock) {
                if (isClosed) throw new IllegalStateException("the memory budget is closed");
                if (!mayTake(1, size, urgency)) {
                    if (waiter != null) queue(waiter);
                    press();
                    return null;
                }
                boolean outside = store.isOutsideReserve(size, null);
                Block block = store.take(size);
                if (block != null) {
                    store.count(block, !outside);
                    press();
                    return block;
                }
                begun = store.begin(size);
                press();
            }
            carve(begun, size);
            giveBack(null); // somebody may have queued while the slab was away
        }
    }

    /// Takes all blocks of a gather, or queues it.
    ///
    /// @return whether it has them
    private boolean takeAllOrQueue(Gather gather) {
        while (true) {
            Slab begun;
            synchronized (lock) {
                if (isClosed) throw new IllegalStateException("the memory budget is closed");
                requireEver(gather);
                if (!mayTake(gather.blocks(), gather.size, gather.urgency)) {
                    queue(gather);
                    press();
                    return false;
                }
                begun = store.beginFor(gather.blocks());
                if (begun == null) gather.lease(store.takeTogether(gather.blocks()));
                press();
                if (begun == null) return true;
            }
            carve(begun, gather.size);
            giveBack(null); // somebody may have queued while the slab was away
        }
    }

    /// Refuses a gather that the present number of slabs cannot serve; afterwards enough slabs stay for it.
    @GuardedBy("lock")
    private void requireEver(Waiter waiter) {
        int blocks = waiter.blocks();
        if (blocks > 1 && !store.present().canEverGather(blocks, waiter.urgency)) {
            throw new IllegalArgumentException(blocks + " blocks can never be had together for " + waiter.urgency
                    + " under this plan: give it a larger budget or a smaller reserve");
        }
        together = Math.max(together, blocks);
    }

    private void queueAndServe(Waiter waiter) {
        synchronized (lock) {
            if (isClosed) throw new IllegalStateException("the memory budget is closed");
            requireEver(waiter);
            isPressing = true;
            emptyCaches();
            queue(waiter);
        }
        giveBack(null);
    }

    /// Gives a block to the first entitled waiter, or back to the store; then serves every other waiter that
    /// can be served.
    public void giveBack(@Nullable Block block) {
        Block offered = block;
        while (true) {
            BlockSize size;
            Waiter told = null;
            Slab begun = null;
            synchronized (lock) {
                if (offered != null && offered.isRetiring()) {
                    store.put(offered); // it is granted to no waiter
                    offered = null;
                }
                Waiter chosen = choose(offered);
                boolean outside = chosen != null && (chosen == keeper || store.isOutsideReserve(chosen.size, offered));
                if (offered != null && (chosen == null || chosen.size != offered.size() || chosen.blocks() > 1)) {
                    store.put(offered);
                    offered = null;
                }
                if (chosen == null) {
                    press();
                    return;
                }
                size = chosen.size;
                begun = grant(chosen, offered, outside);
                if (begun == null) told = chosen;
                press();
            }
            offered = told == null ? null : tell(told);
            if (begun != null) carve(begun, size);
        }
    }

    /// Cancels a wait; false when there is none or its buffer was delivered.
    @Override
    public boolean end(Waiter waiter, CancelReason why) {
        long now = clock.nanoTime();
        Block passed;
        synchronized (lock) {
            if (waiter.giveUp(now)) {
                queues.gaveUp(waiter);
                waiter.unlinked();
                tally.gaveUp(why);
                if (waiter == keeper) keepFor(null);
                press();
                passed = null;
            } else {
                // Why: under the lock, so that no later grant of the same waiter can be taken for this one.
                Buffer grant = waiter.withdraw();
                if (grant == null) return false;
                tally.passedOn++;
                passed = first(waiter.reclaim(grant));
            }
        }
        // Why: a waiter for one block stopped nobody; a gather may have.
        if (passed != null || waiter.blocks() > 1) giveBack(passed);
        return true;
    }

    /// How long the oldest wait has lasted, in nanoseconds; zero when there is no waiter.
    public long oldestWaitNanos(long now) {
        if (!isPressing) return 0;
        synchronized (lock) {
            return now - queues.oldestQueuedNanos(now);
        }
    }

    /// How many waiters have waited for `waitNanos` or longer; counts no further than `most`.
    public int overdue(long now, long waitNanos, int most) {
        if (!isPressing) return 0;
        synchronized (lock) {
            return queues.countQueuedBefore(now - waitNanos, most);
        }
    }

    /// The fewest slabs that must remain.
    public int slabsMin() {
        synchronized (lock) {
            return store.slabsMin(together);
        }
    }

    /// Sets how many slabs serve. Slabs beyond that retire, at once or when their blocks are returned: call
    /// this again until that is done, from one thread at a time.
    ///
    /// @param slabs at least [#slabsMin], at most as many as there were at first
    /// @return how many slabs have retired and given their memory back; they stay away until this is called with a
    ///     number that needs them
    public int setSlabTarget(int slabs) {
        synchronized (lock) {
            store.setSlabTarget(slabs);
            if (store.tooMany() > 0) {
                isPressing = true;
                emptyCaches();
                store.retire();
            }
            boolean one = hasOneOutsideReserve(store.present());
            if (one != hasOneOutsideReserve) hasOneOutsideReserve = one;
            press();
        }
        giveBack(null); // more slabs may serve than before
        for (Slab slab = nextToFree(); slab != null; slab = nextToFree()) {
            slab.free();
            synchronized (lock) {
                store.freed(slab);
            }
        }
        synchronized (lock) {
            return store.freedSlabs();
        }
    }

    private @Nullable Slab nextToFree() {
        synchronized (lock) {
            return store.nextToFree();
        }
    }

    /// How many slabs still have to retire.
    public int slabsTooMany() {
        synchronized (lock) {
            return store.tooMany();
        }
    }

    /// How many slabs may have memory: those that were not returned to the system.
    public int slabsLeft() {
        synchronized (lock) {
            return store.slabs().length - store.freedSlabs();
        }
    }

    /// Frees the memory of all slabs; only after [#close].
    public void free() {
        synchronized (lock) {
            if (!isClosed) throw new IllegalStateException("slabs are freed before their pool is closed");
            for (Slab slab : store.slabs()) slab.free();
        }
    }

    /// Closes the store if every block is back and there is no waiter; else changes nothing.
    public boolean close() {
        synchronized (lock) {
            isPressing = true;
            emptyCaches();
            isClosed |= store.outBytes() == 0 && queues.count() == 0;
            press();
            return isClosed;
        }
    }

    @GuardedBy("lock")
    private boolean mayTake(int blocks, BlockSize size, Urgency urgency) {
        boolean isPlenty = store.canServeAll(blocks, size, Urgency.INTAKE, null);
        if (isPlenty && queues.count() == 0) return true;
        if (urgency == Urgency.OPTIONAL && queues.count() > 0) return false;
        // Why: what lies in caches is outside the reserve and is used up before any caller waits or enters it; what can
        // be
        // left out is not worth emptying them, time after time.
        if (urgency != Urgency.OPTIONAL && !isPressing && !isPlenty) {
            isPressing = true;
            emptyCaches();
        }
        // Why: a queued waiter can be entitled to a block here only while a slab is being cut; it must not be
        // overtaken.
        if (!store.canServeAll(blocks, size, urgency, null) || queues.mostUrgent(store, null) != null) return false;
        return size != BlockSize.NORMAL || !queues.isGatheringBefore(urgency);
    }

    @GuardedBy("lock")
    private @Nullable Waiter choose(@Nullable Block offered) {
        if (queues.count() == 0) return null;
        if (keeper == null && grantsOutsideReserve == FAIR_TURN - 1) {
            Waiter oldest = queues.oldestOutsideReserve(store, offered);
            if (oldest != null && oldest.blocks() == 1) return oldest;
            keepFor(oldest);
        }
        return keeper != null && isServed(keeper, offered) ? keeper : queues.mostUrgent(store, offered);
    }

    /// Whether the gather for which blocks are kept has enough.
    @GuardedBy("lock")
    private boolean isServed(Waiter gather, @Nullable Block offered) {
        store.keep(0);
        boolean isServed = store.canServeAll(gather.blocks(), gather.size, gather.urgency, offered);
        store.keep(gather.blocks());
        return isServed;
    }

    @GuardedBy("lock")
    private void keepFor(@Nullable Waiter gather) {
        keeper = gather;
        store.keep(gather == null ? 0 : gather.blocks());
    }

    /// Grants a waiter its blocks from the store, or the offered block.
    ///
    /// @return null when it was granted; else the slab that must be cut first
    @GuardedBy("lock")
    private @Nullable Slab grant(Waiter waiter, @Nullable Block offered, boolean outsideReserve) {
        if (waiter instanceof Gather gather) {
            Slab begun = store.beginFor(gather.blocks());
            if (begun != null) return begun;
            if (gather == keeper) keepFor(null);
            settle(gather, gather.leaseGrant(store.takeTogether(gather.blocks())), outsideReserve);
            return null;
        }
        Block block = offered != null ? offered : store.take(waiter.size);
        if (block == null) return store.begin(waiter.size);
        store.count(block, !outsideReserve);
        settle(waiter, block.grant(waiter.owner, waiter.loop, waiter.getClass()), outsideReserve);
        return null;
    }

    @GuardedBy("lock")
    private void settle(Waiter waiter, Buffer lease, boolean outsideReserve) {
        queues.served(waiter);
        waiter.grant(lease);
        tally.grants++;
        if (outsideReserve) grantsOutsideReserve = (grantsOutsideReserve + 1) % FAIR_TURN;
    }

    @GuardedBy("lock")
    private void queue(Waiter waiter) {
        waiter.begin(this, clock.nanoTime());
        queues.add(waiter);
        tally.begun++;
    }

    @Override
    public long now() {
        return clock.nanoTime();
    }

    @Override
    public void arrived() {
        tally.kept();
    }

    /// How waits ended.
    public WaitCounts waitCounts() {
        synchronized (lock) {
            return tally.of(queues.count());
        }
    }

    /// Sets the words that others look at without the lock. That for the caches was set, and they were
    /// emptied, before any waiter was queued.
    @GuardedBy("lock")
    private void press() {
        boolean now = isClosed || queues.count() > 0 || store.tooMany() > 0;
        if (now != isPressing) isPressing = now;
        int lacks = Math.min(store.lacking(), cachedMax + 1);
        if (lacks != lacking) lacking = lacks;
        // Why: a loop checks for the end of scarcity before it sleeps; walking the caches for every block would cost
        // too much.
        boolean isPlain = now || lacks == 0;
        if (isPlain && isScarce != now) isScarce = now;
        else if (!isPlain && !isScarce) settle();
    }

    /// Sets `isScarce`, counting cached blocks too.
    @GuardedBy("lock")
    private void settle() {
        // Why: again after each change, because a thread that fills or empties a slot reads the word only then.
        while (isScarce != (isPressing || isShort())) isScarce = !isScarce;
    }

    /// Whether the caches hold fewer blocks than the store lacks. May be slightly out of date.
    private boolean isShort() {
        int missing = lacking;
        if (missing > cachedMax) return true;
        for (int i = 0; i < caches.length && missing > 0; i++) missing -= caches[i].count(BlockSize.NORMAL);
        return missing > 0;
    }

    @GuardedBy("lock")
    private void emptyCaches() {
        for (LoopCache cache : caches) {
            for (BlockSize size : SIZES) {
                for (Block block = cache.take(size); block != null; block = cache.take(size)) store.put(block);
            }
        }
    }

    /// How many wait, for how long, and how much is out of the store.
    public WaitSnapshot snapshot() {
        long now = clock.nanoTime();
        synchronized (lock) {
            return new WaitSnapshot(store, queues, tally, now);
        }
    }

    /// Adds everything up: each block is somewhere, every wait ended once, no waiter waits for a block that is
    /// free. It looks at blocks in caches without taking them, so the pool must not be used meanwhile.
    ///
    /// @return what does not hold; null when all is well
    public @Nullable String complaint() {
        int cached = 0;
        for (LoopCache cache : caches) cached += cache.count();
        synchronized (lock) {
            String lost = store.complaint(cached);
            return lost != null ? lost : new WaitAudit(queues, store, cached, isPressing).complaint(tally);
        }
    }

    /// The blocks of all slabs that serve. Only the list is made under the lock: loops go on while the caller
    /// walks the blocks.
    public List<Block[]> carved() {
        var carved = new ArrayList<Block[]>();
        synchronized (lock) {
            for (Slab slab : store.slabs()) carved.add(slab.carved());
        }
        return carved;
    }

    /// Delivers a grant; returns its block when the waiter's loop is closed.
    private @Nullable Block tell(Waiter waiter) {
        Block refused = waiter.send();
        if (refused != null) {
            synchronized (lock) {
                tally.passedOn++;
                return first(refused);
            }
        }
        return null;
    }

    /// Puts all linked blocks but the first back into the store.
    @GuardedBy("lock")
    private Block first(Block linked) {
        Block rest = linked.linked();
        linked.link(null);
        if (rest != null) store.putAll(rest);
        return linked;
    }

    /// Cuts a slab outside the lock and puts it on the common list.
    private void carve(Slab begun, BlockSize size) {
        try {
            begun.carve(depot, arenas, size);
        } finally {
            synchronized (lock) {
                store.abandon(begun, size);
                press();
            }
        }
    }
}
