package dev.weir.memory.wait;

import dev.weir.memory.block.Account;
import dev.weir.memory.block.Store;
import org.jspecify.annotations.Nullable;

/// Adds up the waiters: every wait ended once, no waiter waits for a block it is entitled to or was overtaken
/// by a later one of the same kind, every waiter will have a turn, and no account waits twice in one
/// queue.
///
/// Guarded by the pool's lock.
final class WaitAudit {
    private final WaiterQueues queues;
    private final Store store;
    private final int cached;
    private final boolean isPressing;

    /// @param cached how many blocks lie in caches
    /// @param isPressing whether releasers can see that there is a waiter
    WaitAudit(WaiterQueues queues, Store store, int cached, boolean isPressing) {
        this.queues = queues;
        this.store = store;
        this.cached = cached;
        this.isPressing = isPressing;
    }

    /// What is inconsistent between two steps; null when all is well.
    @Nullable
    String complaint(WaitTally tally) {
        String twice = endedTwice(tally.of(queues.count()));
        if (twice != null) return twice;
        String crowding = crowding();
        if (crowding != null) return crowding;
        String overtaken = overtaken();
        return overtaken != null ? overtaken : forgotten();
    }

    private static @Nullable String endedTwice(WaitCounts waits) {
        boolean counted = waits.begun() == waits.waiting() + waits.gaveUp() + waits.granted();
        return counted && waits.inFlight() >= 0 ? null : "a wait has not ended in one way: " + waits;
    }

    private @Nullable String crowding() {
        Waiter second = queues.waitingTwice();
        Account account = second == null ? null : second.account();
        if (second == null || account == null) return null;
        return account.label() + " " + account.id() + " waits twice for " + second.size + " blocks as " + second.urgency
                + ", the second time for " + second.owner;
    }

    private @Nullable String overtaken() {
        Waiter overtaken = queues.overtaken();
        return overtaken == null
                ? null
                : overtaken.owner + " waits for " + overtaken.size + " blocks as " + overtaken.urgency
                        + ", and a later waiter of the same kind was served before";
    }

    private @Nullable String forgotten() {
        int waiting = queues.count();
        int turns = queues.countTurns();
        if (turns != waiting) return waiting + " wait, and " + turns + " of them have a turn";
        if (waiting == 0) return null;
        if (queues.mostUrgent(store, null) != null) return "a waiter waits for a block that is free";
        if (!isPressing) return waiting + "  wait, and releasers cannot see it";
        return cached > 0 ? waiting + " wait, and blocks are kept in caches" : null;
    }
}
