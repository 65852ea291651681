package dev.weir.memory.block;

import org.jspecify.annotations.Nullable;

/// The slabs of one size that have a free block, sorted by how many: the fullest is found at once.
///
/// Guarded by the pool's lock.
final class FreeSlabs {
    /// The first slab with that many free blocks, and which of these lists are not empty.
    private final @Nullable Slab[] lists;

    private final long[] inUse;
    private int freeBlocks;

    FreeSlabs(int blocksPerSlab) {
        lists = new @Nullable Slab[blocksPerSlab + 1];
        inUse = new long[(blocksPerSlab >> 6) + 1];
    }

    int freeBlocks() {
        return freeBlocks;
    }

    @Nullable
    Slab fullest() {
        for (int word = 0; word < inUse.length; word++) {
            if (inUse[word] != 0) return lists[(word << 6) + Long.numberOfTrailingZeros(inUse[word])];
        }
        return null;
    }

    /// The slab with the most free blocks, for debugging; null when none has any.
    @Nullable
    Slab emptiest() {
        for (int word = inUse.length - 1; word >= 0; word--) {
            if (inUse[word] != 0) return lists[(word << 6) + 63 - Long.numberOfLeadingZeros(inUse[word])];
        }
        return null;
    }

    /// Adds a slab that is on no list; a slab without a free block stays off.
    void add(Slab slab) {
        int free = slab.freeBlocks();
        freeBlocks += free;
        if (free == 0) return;
        Slab first = lists[free];
        slab.above = null;
        slab.below = first;
        if (first != null) first.above = slab;
        lists[free] = slab;
        inUse[free >> 6] |= 1L << free;
    }

    /// Takes a slab off, before its number of free blocks changes.
    void remove(Slab slab) {
        int free = slab.freeBlocks();
        freeBlocks -= free;
        if (free == 0) return;
        Slab above = slab.above;
        Slab below = slab.below;
        if (below != null) below.above = above;
        if (above != null) {
            above.below = below;
        } else {
            lists[free] = below;
            if (below == null) inUse[free >> 6] &= ~(1L << free);
        }
        slab.above = null;
        slab.below = null;
    }
}
