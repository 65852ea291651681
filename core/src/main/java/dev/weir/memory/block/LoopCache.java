package dev.weir.memory.block;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// The blocks a loop keeps at hand: a few atomic slots per size, last in first out, that every thread can reach.
///
/// It is for the pool's own parts.
///
/// **Threads:** thread-safe.
public final class LoopCache {
    /// How many of each size.
    private static final int[] SLOTS = {4, 4, 1};

    /// Of a cache that keeps nothing.
    private static final int[] NO_SLOTS = {0, 0, 0};

    private final SlotArray[] slots = new SlotArray[BlockSize.COUNT];

    /// An empty cache; one that keeps nothing when what has lain longest is lent first.
    public LoopCache(boolean isColdFirst) {
        this(isColdFirst ? NO_SLOTS : SLOTS);
    }

    private LoopCache(int[] slotCounts) {
        for (int i = 0; i < slots.length; i++) slots[i] = new SlotArray(slotCounts[i]);
    }

    /// Keeps a block; false when every slot is taken.
    public boolean put(Block block) {
        return slots[block.size.index()].put(block);
    }

    /// The block put in last, or another, or null.
    public @Nullable Block take(BlockSize size) {
        return slots[size.index()].take();
    }

    /// How many blocks it keeps; exact while it is not used.
    public int count() {
        int count = 0;
        for (SlotArray array : slots) count += array.count();
        return count;
    }

    /// How many blocks of this size it keeps; exact while it is not used.
    public int count(BlockSize size) {
        return slots[size.index()].count();
    }

    /// How many blocks of this size it can keep.
    public int slots(BlockSize size) {
        return slots[size.index()].blocks.length();
    }

    private static final class SlotArray {
        private final AtomicReferenceArray<@Nullable Block> blocks;

        /// Where the block put in last is. A hint: releases from other threads may overwrite it, and all slots
        /// are tried anyway.
        private int hot;

        SlotArray(int length) {
            blocks = new AtomicReferenceArray<>(length);
        }

        int count() {
            int count = 0;
            for (int slot = 0; slot < blocks.length(); slot++) {
                if (blocks.get(slot) != null) count++;
            }
            return count;
        }

        boolean put(Block block) {
            int length = blocks.length();
            int slot = hot;
            for (int tries = 0; tries < length; tries++) {
                slot = slot + 1 == length ? 0 : slot + 1;
                if (blocks.compareAndSet(slot, null, block)) {
                    hot = slot;
                    return true;
                }
            }
            return false;
        }

        @Nullable
        Block take() {
            int length = blocks.length();
            int slot = hot;
            for (int tries = 0; tries < length; tries++) {
                Block block = blocks.get(slot) == null ? null : blocks.getAndSet(slot, null);
                int before = slot == 0 ? length - 1 : slot - 1;
                if (block != null) {
                    hot = before;
                    return block;
                }
                slot = before;
            }
            return null;
        }
    }
}
