package dev.weir.memory;

import org.jspecify.annotations.Nullable;

/// Who waits, first come first served for each size and urgency.
///
/// Guarded by the pool's lock.
final class WaiterQueues {
    /// What there is to iterate without copying it.
    private static final Urgency[] URGENCIES = {Urgency.DRAIN, Urgency.RESPONSE, Urgency.HANDLE, Urgency.INTAKE};

    private static final BlockSize[] SIZES = {BlockSize.SMALL, BlockSize.NORMAL, BlockSize.LARGE};

    private final @Nullable Waiter[] firsts = new @Nullable Waiter[URGENCIES.length * SIZES.length];
    private final @Nullable Waiter[] lasts = new @Nullable Waiter[URGENCIES.length * SIZES.length];
    private final int[] waiting = new int[URGENCIES.length];
    private int count;
    private long sequence;

    int count() {
        return count;
    }

    int count(Urgency urgency) {
        return waiting[urgency.index()];
    }

    void add(Waiter waiter) {
        int queue = queue(waiter.size, waiter.urgency);
        Waiter last = lasts[queue];
        waiter.sequence = sequence++;
        waiter.before = last;
        waiter.behind = null;
        if (last == null) firsts[queue] = waiter;
        else last.behind = waiter;
        lasts[queue] = waiter;
        waiting[waiter.urgency.index()]++;
        count++;
    }

    void remove(Waiter waiter) {
        int queue = queue(waiter.size, waiter.urgency);
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

    /// The most urgent waiter that can be served; among sizes, the one that waits longest. A gather that
    /// cannot yet stops normal blocks for all behind it.
    @Nullable
    Waiter mostUrgent(Store store, @Nullable Block offered) {
        boolean isGathering = false;
        for (Urgency urgency : URGENCIES) {
            Waiter best = null;
            for (BlockSize size : SIZES) {
                Waiter first = firsts[queue(size, urgency)];
                if (first == null || (isGathering && size == BlockSize.NORMAL)) continue;
                if (!store.canServeAll(first.blocks(), size, urgency, offered)) isGathering |= first.blocks() > 1;
                else if (isOlder(first, best)) best = first;
            }
            if (best != null) return best;
        }
        return null;
    }

    /// Whether a gather that waits keeps normal blocks from who asks now.
    boolean isGatheringBefore(Urgency asker) {
        for (Urgency urgency : URGENCIES) {
            if (urgency.index() > asker.index()) return false;
            Waiter first = firsts[queue(BlockSize.NORMAL, urgency)];
            if (first != null && first.blocks() > 1) return true;
        }
        return false;
    }

    /// The waiter of any urgency that waits longest, among those served without the reserve; a gather,
    /// which may need more than is there, too.
    @Nullable
    Waiter oldestOutsideReserve(Store store, @Nullable Block offered) {
        Waiter best = null;
        for (BlockSize size : SIZES) {
            if (!store.isOutsideReserve(size, offered)) continue;
            for (Urgency urgency : URGENCIES) {
                Waiter first = firsts[queue(size, urgency)];
                if (first != null && isOlder(first, best)) best = first;
            }
        }
        return best;
    }

    /// When the oldest wait began; `now` when nobody waits.
    long oldestQueuedNanos(long now) {
        long oldest = now;
        for (Waiter first : firsts) {
            if (first != null && first.queuedNanos - oldest < 0) oldest = first.queuedNanos;
        }
        return oldest;
    }

    /// When the oldest wait of this urgency began; `now` when nobody waits.
    long oldestQueuedNanos(Urgency urgency, long now) {
        long oldest = now;
        for (BlockSize size : SIZES) {
            Waiter first = firsts[queue(size, urgency)];
            if (first != null && first.queuedNanos - oldest < 0) oldest = first.queuedNanos;
        }
        return oldest;
    }

    /// How many have waited since `sinceNanos` or longer; counts no further than `most`.
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

    /// A waiter whose account stands in the same queue already; null when each stands there once. Walks the queues: for
    /// audits.
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

    private static boolean isOlder(Waiter waiter, @Nullable Waiter than) {
        return than == null || waiter.sequence < than.sequence;
    }

    private static int queue(BlockSize size, Urgency urgency) {
        return size.index() * URGENCIES.length + urgency.index();
    }
}
