package dev.weir.memory;

import org.jspecify.annotations.Nullable;

/// Adds up a whole pool: every block is somewhere, every wait ended once, nobody waits for a block he is
/// entitled to or was overtaken by who came later for the same, everybody who waits will have a turn, and no
/// account waits twice in one queue. It looks at blocks in caches without taking them, so nobody may use the
/// pool meanwhile.
final class PoolAudit {
    private PoolAudit() {}

    /// What does not hold between two steps; null when all is well.
    static @Nullable String complaint(BufferPool pool, MemoryPlan plan) {
        for (KeptBlocks kept : pool.kept()) {
            String complaint = kept.complaint();
            if (complaint != null) return complaint;
        }
        HandOff handOff = pool.handOff();
        synchronized (handOff.lock) {
            String lost = lost(handOff.store, pool, plan);
            if (lost != null) return lost;
            String twice = endedTwice(handOff.waits());
            if (twice != null) return twice;
            String crowding = crowding(handOff);
            if (crowding != null) return crowding;
            String overtaken = overtaken(handOff);
            return overtaken != null ? overtaken : forgotten(handOff, pool);
        }
    }

    private static @Nullable String lost(Store store, BufferPool pool, MemoryPlan plan) {
        if (plan.fixedBytes() + plan.chargedBytes() + plan.slabsBytes() > plan.budgetBytes()) {
            return "fixed parts, charges and slabs are more than the budget";
        }
        int cached = cachedBlocks(pool);
        int used = 0;
        int held = 0;
        int reserveOut = 0;
        long outBytes = 0;
        for (Slab slab : store.slabs()) {
            BlockSize size = slab.serving;
            if (size == null) continue;
            used += slab.used();
            outBytes += (long) slab.used() * size.bytes();
            if (slab.used() < 1 || slab.freeBlocks() < 0) return "a slab serves with " + slab.used() + " blocks out";
            for (Block block : slab.carved()) {
                if (block.holder() != null) held++;
                if (block.isReserve) reserveOut++;
            }
        }
        if (held + cached != used) return held + " blocks are held and " + cached + " cached, but " + used + " are out";
        if (outBytes != store.outBytes()) return outBytes + " bytes are out, but counted " + store.outBytes();
        int reserveIn = plan.reserveBlocks() - store.reserveOut(null);
        if (reserveOut != store.reserveOut(null) || reserveIn < 0) {
            return reserveOut + " blocks of the reserve are out, but counted " + store.reserveOut(null);
        }
        return store.available(null) < reserveIn ? "the reserve was given away" : null;
    }

    private static @Nullable String endedTwice(Waits waits) {
        boolean counted = waits.begun() == waits.waiting() + waits.gaveUp() + waits.granted();
        return counted && waits.inFlight() >= 0 ? null : "a wait has not ended in one way: " + waits;
    }

    @SuppressWarnings("GuardedBy") // Why: called under the lock of the same hand-off.
    private static @Nullable String crowding(HandOff handOff) {
        Waiter second = handOff.queues.waitingTwice();
        Account account = second == null ? null : second.account();
        if (second == null || account == null) return null;
        return account.label() + " " + account.id() + " waits twice for " + second.size + " blocks as " + second.urgency
                + ", the second time for " + second.owner;
    }

    @SuppressWarnings("GuardedBy") // Why: called under the lock of the same hand-off.
    private static @Nullable String overtaken(HandOff handOff) {
        Waiter overtaken = handOff.queues.overtaken();
        return overtaken == null
                ? null
                : overtaken.owner + " waits for " + overtaken.size + " blocks as " + overtaken.urgency
                        + ", and who came later for the same was served before";
    }

    private static @Nullable String forgotten(HandOff handOff, BufferPool pool) {
        int waiting = waiting(handOff);
        int turns = turns(handOff);
        if (turns != waiting) return waiting + " wait, and " + turns + " of them will have a turn";
        if (waiting == 0) return null;
        if (isAnybodyEntitled(handOff)) return "somebody waits for a block that is free";
        if (!handOff.isPressing()) return waiting + " wait, and nobody who gives back is told";
        return cachedBlocks(pool) > 0 ? waiting + " wait, and blocks are kept in caches" : null;
    }

    @SuppressWarnings("GuardedBy") // Why: called under the lock of the same hand-off.
    private static int waiting(HandOff handOff) {
        return handOff.queues.count();
    }

    @SuppressWarnings("GuardedBy") // Why: called under the lock of the same hand-off.
    private static int turns(HandOff handOff) {
        return handOff.queues.countTurns();
    }

    @SuppressWarnings("GuardedBy") // Why: called under the lock of the same hand-off.
    private static boolean isAnybodyEntitled(HandOff handOff) {
        return handOff.queues.mostUrgent(handOff.store, null) != null;
    }

    private static int cachedBlocks(BufferPool pool) {
        int cached = 0;
        for (LoopCache cache : pool.caches()) cached += cache.count();
        return cached;
    }
}
