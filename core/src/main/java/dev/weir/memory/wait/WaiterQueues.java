package dev.weir.memory.wait;

import dev.weir.memory.block.Block;
import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Store;
import dev.weir.memory.block.Urgency;
import org.jspecify.annotations.Nullable;

/// The waiters by size and urgency: in order of arrival and, where clients take turns, also in the order of turns.
///
/// Guarded by the pool's lock.
final class WaiterQueues {
    /// Constants to iterate over without copying.
    private static final Urgency[] URGENCIES = {Urgency.DRAIN, Urgency.RESPONSE, Urgency.HANDLE, Urgency.INTAKE};

    private static final BlockSize[] SIZES = {BlockSize.SMALL, BlockSize.NORMAL, BlockSize.LARGE};

    private final @Nullable Waiter[] firsts = new @Nullable Waiter[URGENCIES.length * SIZES.length];
    private final @Nullable Waiter[] lasts = new @Nullable Waiter[URGENCIES.length * SIZES.length];
    private final int[] waiting = new int[URGENCIES.length];

    /// Null when waiters are served in order of arrival.
    private final @Nullable FairQueues<Waiter> rounds;

    /// The arrival of the last waiter that was granted, one for each queue; for audits.
    private final long[] granted = new long[firsts.length];

    private int count;
    private long sequence;

    /// @param seed of the rounds, if addresses take turns
    WaiterQueues(FairBy fairBy, long seed) {
        this.rounds = fairBy == FairBy.ADDRESS ? new FairQueues<>(firsts.length, seed) : null;
    }

    int count() {
        return count;
    }

    int count(Urgency urgency) {
        return waiting[urgency.index()];
    }

    void add(Waiter waiter) {
        int queue = queue(waiter);
        Waiter last = lasts[queue];
        waiter.sequence = sequence++;
        waiter.before = last;
        waiter.behind = null;
        if (last == null) firsts[queue] = waiter;
        else last.behind = waiter;
        lasts[queue] = waiter;
        waiting[waiter.urgency.index()]++;
        count++;
        if (rounds != null) rounds.add(queue, waiter);
        else waiter.turn = waiter.sequence;
    }

    /// A cancelled waiter leaves its turn to the next of its address.
    void gaveUp(Waiter waiter) {
        if (rounds != null) rounds.gaveUp(queue(waiter), waiter);
        remove(waiter);
    }

    /// A waiter that was served has used up the turn of its address.
    void served(Waiter waiter) {
        if (rounds != null) rounds.served(queue(waiter), waiter);
        remove(waiter);
        granted[queue(waiter)] = waiter.sequence;
    }

    private void remove(Waiter waiter) {
        int queue = queue(waiter);
        Waiter before = waiter.before;
        Waiter behind = waiter.behind;
        if (before == null) firsts[queue] = behind;
        else before.behind = behind;
        if (behind == null) lasts[queue] = before;
        else behind.before = before;
        waiter.before = null;
        waiter.behind = null;
        waiting[waiter.urgency.index()]--;
        count--;
    }

    /// A waiter that came before the one of its queue that was granted last; null when none was overtaken, or
    /// where clients take turns.
    @Nullable
    Waiter overtaken() {
        if (rounds != null) return null;
        for (int queue = 0; queue < firsts.length; queue++) {
            for (Waiter one = firsts[queue]; one != null; one = one.behind) {
                if (one.sequence < granted[queue]) return one;
            }
        }
        return null;
    }

    /// The most urgent waiter that can be served; among sizes, the one whose turn came first. A gather that
    /// cannot be served yet holds up normal blocks for all behind it.
    @Nullable
    Waiter mostUrgent(Store store, @Nullable Block offered) {
        boolean isGathering = false;
        for (Urgency urgency : URGENCIES) {
            Waiter best = null;
            for (BlockSize size : SIZES) {
                Waiter next = next(queue(size, urgency));
                if (next == null || (isGathering && size == BlockSize.NORMAL)) continue;
                if (!store.canServeAll(next.blocks(), size, urgency, offered)) isGathering |= next.blocks() > 1;
                else if (best == null || next.turn < best.turn) best = next;
            }
            if (best != null) return best;
        }
        return null;
    }

    /// Whether a waiting gather keeps normal blocks from callers that ask now.
    boolean isGatheringBefore(Urgency asker) {
        for (Urgency urgency : URGENCIES) {
            if (urgency.index() > asker.index()) return false;
            Waiter next = next(queue(BlockSize.NORMAL, urgency));
            if (next != null && next.blocks() > 1) return true;
        }
        return false;
    }

    /// The oldest waiter of any urgency, among those that can be served without the reserve. It may be a gather
    /// that needs more blocks than there are.
    @Nullable
    Waiter oldestOutsideReserve(Store store, @Nullable Block offered) {
        Waiter best = null;
        for (BlockSize size : SIZES) {
            if (!store.isOutsideReserve(size, offered)) continue;
            for (Urgency urgency : URGENCIES) {
                Waiter first = firsts[queue(size, urgency)];
                if (first != null && (best == null || first.sequence < best.sequence)) best = first;
            }
        }
        return best;
    }

    /// When the oldest wait began; `now` when there is no waiter.
    long oldestQueuedNanos(long now) {
        long oldest = now;
        for (Waiter first : firsts) {
            if (first != null && first.queuedNanos - oldest < 0) oldest = first.queuedNanos;
        }
        return oldest;
    }

    /// When the oldest wait of this urgency began; `now` when there is no waiter.
    long oldestQueuedNanos(Urgency urgency, long now) {
        long oldest = now;
        for (BlockSize size : SIZES) {
            Waiter first = firsts[queue(size, urgency)];
            if (first != null && first.queuedNanos - oldest < 0) oldest = first.queuedNanos;
        }
        return oldest;
    }

    /// How many waiters were queued at `sinceNanos` or before; counts no further than `most`.
    int countQueuedBefore(long sinceNanos, int most) {
        int old = 0;
        for (Waiter first : firsts) {
            for (Waiter one = first; one != null && old < most; one = one.behind) {
                if (one.queuedNanos - sinceNanos > 0) break;
                old++;
            }
        }
        return old;
    }

    /// A waiter whose account is in the same queue already; null when each account is there once. Walks the
    /// queues: for audits.
    @Nullable
    Waiter waitingTwice() {
        for (Waiter first : firsts) {
            for (Waiter one = first; one != null; one = one.behind) {
                if (isAccountBefore(first, one)) return one;
            }
        }
        return null;
    }

    private static boolean isAccountBefore(@Nullable Waiter first, Waiter end) {
        if (end.account() == null) return false;
        for (Waiter one = first; one != null && one != end; one = one.behind) {
            if (one.account() == end.account()) return true;
        }
        return false;
    }

    /// How many will have a turn: all waiters. Walks the queues: for audits.
    int countTurns() {
        return rounds == null ? count : rounds.count();
    }

    private @Nullable Waiter next(int queue) {
        return rounds == null ? firsts[queue] : rounds.next(queue);
    }

    static int queue(Waiter waiter) {
        return queue(waiter.size, waiter.urgency);
    }

    private static int queue(BlockSize size, Urgency urgency) {
        return size.index() * URGENCIES.length + urgency.index();
    }
}
