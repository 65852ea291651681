package dev.weir.memory.block;

import static dev.weir.memory.block.BlockSize.NORMAL;

/// How many slabs there may be, their size, and how many blocks only urgent work may use.
///
/// **Threads:** immutable.
///
/// @param slabBytes the size of one slab, a whole number of normal blocks
/// @param slabs how many slabs may exist
/// @param reserveBlocks the normal blocks that only urgent work may use
public record SlabPlan(int slabBytes, int slabs, int reserveBlocks) {

    /// The most blocks of this class that can exist at once, when no other class holds a slab; may be zero.
    public int blocksMax(BlockSize size) {
        return Math.toIntExact((long) slabsMax(size) * blocksPerSlab(size));
    }

    /// Small and large blocks may each hold at most a quarter of the slabs.
    public int slabsMax(BlockSize size) {
        return size == NORMAL ? slabs : slabs / 4;
    }

    /// How many blocks of this class a slab is cut into.
    public int blocksPerSlab(BlockSize size) {
        return slabBytes / size.bytes();
    }

    /// Whether there is room for such a block when nothing else is held.
    public boolean canEverServe(BlockSize size) {
        if (size == NORMAL) return true;
        long left = (long) slabs * blocksPerSlab(NORMAL) - blocksPerSlab(NORMAL);
        return blocksMax(size) > 0 && left >= reserveBlocks;
    }

    /// The same with another number of slabs.
    SlabPlan withSlabs(int count) {
        return new SlabPlan(slabBytes, count, reserveBlocks);
    }

    /// The fewest slabs with which this plan still holds: a quarter of them, the reserve with one block
    /// beside it, whatever size could be had before, and so many normal blocks together outside the reserve.
    ///
    /// @param together the most that were asked for at once
    public int slabsMin(int together) {
        long blocks = (long) reserveBlocks + Math.max(1, together);
        long count = Math.max(Math.ceilDiv(slabs, 4), Math.ceilDiv(blocks, blocksPerSlab(NORMAL)));
        int fewest = (int) Math.min(slabs, count);
        while (fewest < slabs && !withSlabs(fewest).servesSizesOf(this)) fewest++;
        return fewest;
    }

    private boolean servesSizesOf(SlabPlan other) {
        for (BlockSize size : BlockSize.values()) {
            if (other.canEverServe(size) && !canEverServe(size)) return false;
        }
        return true;
    }

    /// Whether there is room for this many normal blocks at once, for this urgency, when nothing else is held.
    public boolean canEverGather(int blocks, Urgency urgency) {
        return (long) blocksMax(NORMAL) - reserveBlocks + urgency.reserveLimit(reserveBlocks) >= blocks;
    }
}
