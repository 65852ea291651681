package dev.weir.memory;

import dev.weir.memory.wait.KeptBlocks;
import org.jspecify.annotations.Nullable;

/// Adds up a whole pool: what is kept, the hand-off with its store and its queues, and the plan. It looks at
/// blocks in caches without taking them, so the pool must not be used meanwhile.
final class PoolAudit {
    private PoolAudit() {}

    /// What does not hold between two steps; null when all is well.
    static @Nullable String complaint(BufferPool pool, MemoryPlan plan) {
        if (plan.fixedBytes() + plan.chargedBytes() + plan.slabsBytes() > plan.budgetBytes()) {
            return "fixed parts, charges and slabs are more than the budget";
        }
        for (KeptBlocks kept : pool.kept()) {
            String complaint = kept.complaint();
            if (complaint != null) return complaint;
        }
        return pool.handOff().complaint();
    }
}
