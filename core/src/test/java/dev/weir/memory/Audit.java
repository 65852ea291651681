package dev.weir.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.memory.block.LoopCache;
import dev.weir.memory.block.StoreCheck;
import dev.weir.memory.wait.HandOff;
import dev.weir.memory.wait.HandOffCheck;

/// Checks the invariants I-1 and I-2 between two steps; takes the caches apart and fills them again.
public final class Audit {
    private Audit() {}

    /// Both.
    public static void check(MemoryBudget budget) {
        MemoryPlan plan = budget.plan();
        assertThat(plan.fixedBytes() + plan.chargedBytes() + plan.slabsBytes())
                .as("I-1 fixed + charges + slabs")
                .isLessThanOrEqualTo(plan.budgetBytes());
        HandOff handOff = budget.pool().handOff();
        LoopCache[] caches = budget.pool().caches();
        long held = HandOffCheck.ofStore(handOff, store -> StoreCheck.heldBytes(store, plan.slabPlan(), caches));
        assertThat(held)
                .isEqualTo(budget.owners().stream().mapToLong(Usage.Held::bytes).sum());
        Usage usage = budget.usage();
        assertThat(usage.usedBytes())
                .as("I-1 used = ledger")
                .isEqualTo(usage.owners().stream().mapToLong(Usage.Held::bytes).sum());
        HandOffCheck.nobodyEntitledWaits(handOff, caches);
    }
}
