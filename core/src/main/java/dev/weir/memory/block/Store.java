package dev.weir.memory.block;

import static dev.weir.memory.block.BlockSize.NORMAL;

import org.jspecify.annotations.Nullable;

/// The common store: every slab, and what may be taken from them without entering more of the reserve than
/// allowed.
///
/// The reserve is a number of normal blocks. A block that is taken when nothing outside the reserve is left
/// counts as the reserve's until it comes back; every other release may serve any waiter. What is free is kept in
/// step with that: the free normal blocks, with those that empty slabs could be cut into, are never fewer
/// than the reserve that is in. Small and large blocks are had outside the reserve only. Everything is
/// guarded by the pool's lock.
///
/// Fewer slabs than the plan has may serve. What is too many retires: empty slabs at once; of others those with the
/// least out lend no more, and go when their last block is back. A block that is out of such a slab is not the
/// reserve's, since no waiter is served with it again. What has retired is no part of the store until it is called
/// back, and its memory can be freed.
///
/// It is for the pool's own parts.
///
/// **Threads:** guarded by the pool's lock.
/// **Limits:** never more blocks than its plan has.
public final class Store {

    private final SlabPlan whole;
    private final Slab[] slabs;
    private final FreeSlabs[] freeSlabs = new FreeSlabs[BlockSize.COUNT];
    private final int[] serving = new int[BlockSize.COUNT];

    /// The common list, last in first out, so that memory which exists already is used first.
    private @Nullable Slab empty;

    /// The plan of the slabs that are to serve.
    private SlabPlan plan;

    /// Slabs that have retired, with whatever memory they have; then those whose memory is free.
    private @Nullable Slab retired;

    private @Nullable Slab freed;
    private int retiredCount;
    private int freedCount;
    private int retiring; // with blocks out

    /// For debugging: what has lain longest is lent first.
    private final boolean isColdFirst;

    private int empties;
    private int reserveOut;
    private int kept;
    private long outBytes;
    private long outPeakBytes;

    /// A store in which no slab was cut yet.
    ///
    /// @param isColdFirst lends what has lain longest first, for debugging
    public Store(SlabPlan plan, boolean isColdFirst) {
        this.whole = plan;
        this.plan = plan;
        this.isColdFirst = isColdFirst;
        this.slabs = new Slab[plan.slabs()];
        for (BlockSize size : BlockSize.values()) {
            freeSlabs[size.index()] = new FreeSlabs(plan.blocksPerSlab(size));
        }
        for (int i = slabs.length - 1; i >= 0; i--) {
            slabs[i] = new Slab(plan.slabBytes(), isColdFirst);
            pushEmpty(slabs[i]);
        }
    }

    /// Whether `blocks` blocks can be granted at once to this urgency. `offered` counts as free. Several blocks
    /// are always normal ones.
    public boolean canServeAll(int blocks, BlockSize size, Urgency urgency, @Nullable Block offered) {
        if (blocks == 1) return canServe(size, urgency, offered);
        int available = available(offered);
        int outside = Math.max(0, outside(offered));
        int ofReserve = Math.max(0, urgency.reserveLimit(plan.reserveBlocks()) - reserveOut(offered));
        return Math.min(available, outside + ofReserve) >= blocks;
    }

    /// Keeps `blocks` normal blocks outside the reserve for the gather whose turn it is. No other waiter gets them.
    public void keep(int blocks) {
        kept = blocks;
    }

    /// Whether a block may go to this urgency. `offered`, which is being returned, counts as free.
    private boolean canServe(BlockSize size, Urgency urgency, @Nullable Block offered) {
        if (isOutsideReserve(size, offered)) return true;
        int limit = urgency.reserveLimit(plan.reserveBlocks());
        return size == NORMAL && available(offered) > 0 && reserveOut(offered) < limit;
    }

    /// Whether there is a block of this size that is not the reserve's.
    public boolean isOutsideReserve(BlockSize size, @Nullable Block offered) {
        int outside = outside(offered);
        if (size == NORMAL) return outside > 0;
        if (freeSlabs(size).freeBlocks() > 0 || (offered != null && offered.size == size)) return true;
        int emptied = empties + (empties(offered) ? 1 : 0);
        return emptied > 0
                && serving[size.index()] < plan.slabsMax(size)
                && plan.blocksPerSlab(size) > 0
                && outside >= plan.blocksPerSlab(NORMAL);
    }

    /// How many blocks are missing until more than half of the blocks outside the reserve are free. Zero when
    /// there is only one such block.
    public int lacking() {
        int outside = plan.slabs() * plan.blocksPerSlab(NORMAL) - plan.reserveBlocks();
        return outside > 1 ? Math.max(0, outside / 2 + 1 - outside(null)) : 0;
    }

    /// The free normal blocks outside the reserve, without those kept for a gather; may be negative.
    private int outside(@Nullable Block offered) {
        return available(offered) - plan.reserveBlocks() + reserveOut(offered) - kept;
    }

    /// The normal blocks that are free, or that empty slabs could be cut into.
    int available(@Nullable Block offered) {
        int back = 0;
        if (offered != null && offered.size == NORMAL) back = 1;
        else if (empties(offered)) back = plan.blocksPerSlab(NORMAL);
        return freeSlabs(NORMAL).freeBlocks() + empties * plan.blocksPerSlab(NORMAL) + back;
    }

    /// The blocks of the reserve that are in use.
    public int reserveOut(@Nullable Block offered) {
        return offered != null && offered.isReserve ? reserveOut - 1 : reserveOut;
    }

    /// Counts a block that is taken or passed on as the reserve's, or no longer.
    public void count(Block block, boolean isReserve) {
        if (block.isReserve) reserveOut--;
        if (isReserve) reserveOut++;
        block.isReserve = isReserve;
    }

    /// Takes a block of the fullest slab of this size, or of an empty slab that was cut for it before; null
    /// when a slab must be cut first.
    public @Nullable Block take(BlockSize size) {
        Slab slab = isColdFirst ? freeSlabs(size).emptiest() : freeSlabs(size).fullest();
        if (slab != null) {
            freeSlabs(size).remove(slab);
        } else {
            if (empty == null || !empty.isCarvedFor(size)) return null;
            slab = begin(size);
            slab.serve(size);
        }
        Block block = slab.take();
        freeSlabs(size).add(slab);
        outBytes += size.bytes();
        outPeakBytes = Math.max(outPeakBytes, outBytes);
        return block;
    }

    /// Takes this many normal blocks, linked by `nextFree`; their slabs are cut already.
    public Block takeTogether(int blocks) {
        Block linked = null;
        for (int i = 0; i < blocks; i++) {
            boolean outside = isOutsideReserve(NORMAL, null);
            Block block = take(NORMAL);
            if (block == null) throw new IllegalStateException("a block that was counted is not cut");
            count(block, !outside);
            block.nextFree = linked;
            linked = block;
        }
        if (linked == null) throw new IllegalArgumentException("no blocks are taken together");
        return linked;
    }

    /// Puts linked blocks back.
    public void putAll(Block linked) {
        for (Block block = linked; block != null; ) {
            Block next = block.nextFree;
            block.nextFree = null;
            put(block);
            block = next;
        }
    }

    /// Takes a slab off the common list that must be cut before this many normal blocks can be taken; null when
    /// none must.
    public @Nullable Slab beginFor(int blocks) {
        int missing = blocks - freeSlabs(NORMAL).freeBlocks();
        Slab before = null;
        for (Slab slab = empty; slab != null && missing > 0; slab = slab.below) {
            if (!slab.isCarvedFor(NORMAL)) {
                if (before != null) { // Why: a slab is begun at the top of the list.
                    before.below = slab.below;
                    slab.below = empty;
                    empty = slab;
                }
                return begin(NORMAL);
            }
            missing -= plan.blocksPerSlab(NORMAL);
            before = slab;
        }
        return null;
    }

    /// Takes a slab off the common list, to be cut for this size; it counts as this size's until it is abandoned.
    public Slab begin(BlockSize size) {
        Slab slab = empty;
        if (slab == null) throw new IllegalStateException("no slab left where one was counted");
        empty = slab.below;
        slab.below = null;
        empties--;
        serving[size.index()]++;
        return slab;
    }

    /// Puts a slab on top of the common list.
    public void abandon(Slab slab, BlockSize size) {
        serving[size.index()]--;
        pushEmpty(slab);
    }

    /// Puts a block back, to which there is no reference any more.
    public void put(Block block) {
        BlockSize size = block.size;
        Slab slab = block.slab;
        boolean lends = !slab.isRetiring;
        if (lends) freeSlabs(size).remove(slab);
        slab.put(block);
        count(block, false);
        outBytes -= size.bytes();
        if (slab.used() > 0) {
            if (lends) freeSlabs(size).add(slab);
        } else {
            slab.serving = null;
            if (lends) abandon(slab, size);
            else retired(slab, size);
        }
    }

    /// The fewest slabs that must remain ([SlabPlan#slabsMin]).
    public int slabsMin(int together) {
        return whole.slabsMin(together);
    }

    /// The plan of the slabs that are to serve.
    public SlabPlan present() {
        return plan;
    }

    /// Sets how many slabs serve. If that is more, retired slabs are called back; if it is fewer, as many
    /// retire as can now, and [#retire] continues with the rest.
    public void setSlabTarget(int count) {
        if (count != plan.slabs()) plan = whole.withSlabs(count);
        while (retiredCount + freedCount > slabs.length - count) {
            Slab back = retired != null ? popRetired() : popFreed();
            pushEmpty(back);
        }
        retire();
    }

    /// Retires the slabs that can be spared: empty slabs first, then those with the fewest bytes held.
    public void retire() {
        while (tooMany() > 0 && empties > 0 && canSpare(plan.blocksPerSlab(NORMAL), 0)) {
            Slab slab = empty;
            if (slab == null) throw new IllegalStateException("no slab left where one was counted");
            empty = slab.below;
            empties--;
            pushRetired(slab);
        }
        while (retiring > tooMany()) keepOn(leastFit());
        for (Slab next = fittest(); retiring < tooMany() && next != null; next = fittest()) lendNoMore(next);
    }

    /// How many slabs are still to retire.
    public int tooMany() {
        return slabs.length - plan.slabs() - retiredCount - freedCount;
    }

    /// A retired slab whose memory is not freed yet. Free it without the lock, then call [#freed].
    public @Nullable Slab nextToFree() {
        return retired == null ? null : popRetired();
    }

    /// The memory of `slab` was freed.
    public void freed(Slab slab) {
        slab.below = freed;
        freed = slab;
        freedCount++;
    }

    /// How many slabs have retired and freed their memory.
    public int freedSlabs() {
        return freedCount;
    }

    private void retired(Slab slab, BlockSize size) {
        serving[size.index()]--;
        slab.isRetiring = false;
        retiring--;
        pushRetired(slab);
    }

    private void lendNoMore(Slab slab) {
        BlockSize size = slab.serving;
        if (size == null) throw new IllegalStateException("an empty slab retires at once");
        freeSlabs(size).remove(slab);
        for (Block block : slab.carved()) count(block, false);
        slab.isRetiring = true;
        retiring++;
    }

    private void keepOn(@Nullable Slab slab) {
        if (slab == null || slab.serving == null) throw new IllegalStateException("no slab retires where one did");
        slab.isRetiring = false;
        retiring--;
        freeSlabs(slab.serving).add(slab);
    }

    /// Of the slabs that lend and whose free blocks the reserve can spare, the one with the fewest bytes held;
    /// null when there is none.
    private @Nullable Slab fittest() {
        Slab found = null;
        for (Slab slab : slabs) {
            if (slab.serving == null || slab.isRetiring) continue;
            if ((found == null || slab.outBytes() < found.outBytes()) && canSpare(slab)) found = slab;
        }
        return found;
    }

    /// Of the slabs that retire, the one with the most bytes held.
    private @Nullable Slab leastFit() {
        Slab found = null;
        for (Slab slab : slabs) {
            if (slab.isRetiring && (found == null || slab.outBytes() > found.outBytes())) found = slab;
        }
        return found;
    }

    private boolean canSpare(Slab slab) {
        int reserve = 0;
        for (Block block : slab.carved()) {
            if (block.isReserve) reserve++;
        }
        return canSpare(slab.serving == NORMAL ? slab.freeBlocks() : 0, reserve);
    }

    /// Whether enough is left for the part of the reserve that is not in use.
    ///
    /// @param free free normal blocks that are given up
    /// @param reserve blocks of the reserve that are in use and will not be returned
    private boolean canSpare(int free, int reserve) {
        return available(null) - free >= plan.reserveBlocks() - reserveOut + reserve;
    }

    private Slab popRetired() {
        Slab slab = retired;
        if (slab == null) throw new IllegalStateException("no slab has retired where one was counted");
        retired = slab.below;
        retiredCount--;
        return slab;
    }

    private Slab popFreed() {
        Slab slab = freed;
        if (slab == null) throw new IllegalStateException("no slab is free where one was counted");
        freed = slab.below;
        freedCount--;
        return slab;
    }

    private void pushRetired(Slab slab) {
        slab.below = retired;
        retired = slab;
        retiredCount++;
    }

    /// The most that was out of the store at once, held or cached, in bytes.
    public long outPeakBytes() {
        return outPeakBytes;
    }

    /// What is out of the store now, held or cached, in bytes.
    public long outBytes() {
        return outBytes;
    }

    /// Every slab; the same array each time.
    public Slab[] slabs() {
        return slabs;
    }

    /// How many slabs are cut for this size, or are about to be.
    int slabsServing(BlockSize size) {
        return serving[size.index()];
    }

    /// Adds everything up.
    ///
    /// @param cached how many blocks lie in caches
    /// @return what does not hold; null when all is well
    public @Nullable String complaint(int cached) {
        int used = 0;
        int held = 0;
        int reserve = 0;
        long bytes = 0;
        for (Slab slab : slabs) {
            BlockSize size = slab.serving;
            if (size == null) continue;
            used += slab.used();
            bytes += (long) slab.used() * size.bytes();
            if (slab.used() < 1 || slab.freeBlocks() < 0) return "a slab serves with " + slab.used() + " blocks out";
            for (Block block : slab.carved()) {
                if (block.holder() != null) held++;
                if (block.isReserve) reserve++;
            }
        }
        if (held + cached != used) return held + " blocks are held and " + cached + " cached, but " + used + " are out";
        if (bytes != outBytes) return bytes + " bytes are out, but counted " + outBytes;
        int reserveIn = plan.reserveBlocks() - reserveOut;
        if (reserve != reserveOut || reserveIn < 0) {
            return reserve + " blocks of the reserve are out, but counted " + reserveOut;
        }
        if (available(null) < reserveIn) return "the reserve was given away";
        return retirement();
    }

    private @Nullable String retirement() {
        int without = 0;
        for (Slab slab = freed; slab != null; slab = slab.below) {
            if (slab.hasMemory() || slab.used() > 0) return "a slab that was given back to the system has memory";
            without++;
        }
        if (without != freedCount) return without + " slabs have no memory, but counted " + freedCount;
        int leaving = 0;
        for (Slab slab : slabs) {
            if (slab.isRetiring) leaving++;
        }
        if (leaving != retiring) return leaving + " slabs retire, but counted " + retiring;
        return tooMany() < 0 ? "more slabs have retired than were to" : null;
    }

    private boolean empties(@Nullable Block offered) {
        return offered != null && offered.slab.used() == 1 && !offered.slab.isRetiring;
    }

    private FreeSlabs freeSlabs(BlockSize size) {
        return freeSlabs[size.index()];
    }

    private void pushEmpty(Slab slab) {
        slab.below = empty;
        empty = slab;
        empties++;
    }
}
