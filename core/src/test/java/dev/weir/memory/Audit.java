package dev.weir.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;

/// Checks the invariants I-1 and I-2 between two steps; takes the caches apart and fills them again.
final class Audit {
    private Audit() {}

    static void check(MemoryBudget budget) {
        HandOff handOff = budget.pool().handOff();
        synchronized (handOff.lock) {
            everyByteIsSomewhere(budget, handOff.store);
            nobodyEntitledWaits(handOff, budget.pool());
        }
    }

    private static void everyByteIsSomewhere(MemoryBudget budget, Store store) {
        MemoryPlan plan = budget.plan();
        assertThat(plan.fixedBytes() + plan.chargedBytes() + plan.slabsBytes())
                .as("I-1 fixed + charges + slabs")
                .isLessThanOrEqualTo(plan.budgetBytes());
        var cached = Collections.newSetFromMap(new IdentityHashMap<Block, Boolean>());
        cached.addAll(cached(budget));
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
        long ledger =
                budget.usage().owners().stream().mapToLong(Usage.Held::bytes).sum();
        long cachedBytes =
                cached.stream().mapToLong(block -> block.size.bytes()).sum();
        assertThat(budget.usage().usedBytes()).as("I-1 used = ledger").isEqualTo(ledger);
        assertThat(out - cachedBytes)
                .isEqualTo(budget.owners().stream().mapToLong(Usage.Held::bytes).sum());
    }

    private static void nobodyEntitledWaits(HandOff handOff, BufferPool pool) {
        synchronized (handOff.lock) {
            assertThat(handOff.queues.mostUrgent(handOff.store, null))
                    .as("I-2 an entitled waiter while there is a free block")
                    .isNull();
            if (handOff.queues.count() == 0) return;
            assertThat(handOff.isPressing()).isTrue();
            assertThat(cachedCount(pool))
                    .as("I-2 blocks in caches while somebody waits")
                    .isZero();
        }
    }

    private static int cachedCount(BufferPool pool) {
        return cached(pool).size();
    }

    private static List<Block> cached(MemoryBudget budget) {
        return cached(budget.pool());
    }

    private static List<Block> cached(BufferPool pool) {
        var all = new ArrayList<Block>();
        for (LoopCache cache : pool.caches()) {
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
