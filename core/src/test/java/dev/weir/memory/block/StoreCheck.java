package dev.weir.memory.block;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;

/// Checks the invariant I-1 of a store between two steps; takes the caches apart and fills them again.
public final class StoreCheck {
    private StoreCheck() {}

    /// Checks a store and its caches.
    ///
    /// @return how many bytes are out and not cached
    public static long heldBytes(Store store, SlabPlan plan, LoopCache[] caches) {
        var cached = Collections.newSetFromMap(new IdentityHashMap<Block, Boolean>());
        cached.addAll(cached(caches));
        long out = 0;
        int[] serving = new int[BlockSize.COUNT];
        for (Slab slab : store.slabs()) {
            if (slab.serving == null) continue;
            serving[slab.serving.index()]++;
            int held = 0;
            int idle = 0;
            for (Block block : slab.carved()) {
                if (block.holder() != null) held++;
                if (cached.contains(block)) idle++;
                assertThat(block.holder() != null && cached.contains(block)).isFalse();
            }
            assertThat(held + idle).as("I-1 used + cached of a slab").isEqualTo(slab.used());
            assertThat(slab.freeBlocks()).isNotNegative();
            assertThat(slab.used()).as("a slab that serves is in use").isPositive();
            out += (long) slab.used() * slab.serving.bytes();
        }
        for (BlockSize size : BlockSize.values()) {
            assertThat(store.slabsServing(size)).isEqualTo(serving[size.index()]);
            assertThat(serving[size.index()]).isLessThanOrEqualTo(plan.slabsMax(size));
        }
        int reserveIn = plan.reserveBlocks() - store.reserveOut(null);
        assertThat(reserveIn).isBetween(0, plan.reserveBlocks());
        assertThat(store.available(null)).as("the reserve is there").isGreaterThanOrEqualTo(reserveIn);
        assertThat(store.outBytes()).as("I-1 out of the store").isEqualTo(out);
        return out - cached.stream().mapToLong(block -> block.size.bytes()).sum();
    }

    /// How many slabs are cut for this size.
    public static int slabsServing(Store store, BlockSize size) {
        return store.slabsServing(size);
    }

    private static List<Block> cached(LoopCache[] caches) {
        var all = new ArrayList<Block>();
        for (LoopCache cache : caches) {
            var blocks = new ArrayList<Block>();
            for (BlockSize size : BlockSize.values()) {
                for (Block block = cache.take(size); block != null; block = cache.take(size)) blocks.add(block);
            }
            for (Block block : blocks.reversed()) assertThat(cache.put(block)).isTrue();
            all.addAll(blocks);
        }
        return all;
    }
}
