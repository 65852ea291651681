package dev.weir.pool;

import dev.weir.loop.EventLoop;

/// What is done while the last attempt to connect to each origin has failed: whoever wants a new connection
/// waits in turn, and as long as somebody does, each origin is asked again and again whether it has returned.
/// When no origin has a connection either, all are down, and who waits is refused after a while.
///
/// **Threads:** thread-safe; [#probe] is confined to its loop.
/// **Limits:** one attempt to connect to each origin at a time, [Origin#PROBE_NANOS] apart, however many wait.
/// **Source:** HAProxy, which tries a server again after a second when it refused a connection.
final class Returning {
    private final ConnectionCache cache;
    private final long downNanos;
    private final long connectNanos;
    private final boolean isWaitAllowed;
    private final DescriptorLack lack = new DescriptorLack();

    Returning(ConnectionCache cache, PoolLimits limits) {
        this.cache = cache;
        // Why: where nobody may wait, whoever comes finds out for itself whether an origin has returned.
        this.downNanos = limits.waitingMax() == 0 ? 0 : limits.downTime().toNanos();
        this.isWaitAllowed = limits.waitingMax() > 0;
        this.connectNanos = limits.connectTime().toNanos();
    }

    /// Whether the last attempt to connect to each origin failed, and one waits for that to change.
    boolean areAllFailing() {
        if (downNanos == 0) return false;
        var origins = cache.origins();
        for (int i = 0; i < origins.size(); i++) {
            if (!origins.get(i).isFailing()) return false;
        }
        return !origins.isEmpty();
    }

    /// Whether no new connection is made for who wants one: all origins fail, or descriptors are lacking while
    /// there are connections that can be waited for.
    boolean isHoldingBack(long nowNanos) {
        return areAllFailing() || (isWaitAllowed && lack.isFresh(nowNanos) && cache.hasOpen());
    }

    /// Whether descriptors are lacking.
    DescriptorLack lack() {
        return lack;
    }

    /// Whether `borrower`, for which there was no descriptor, waits for one of the connections that there are.
    boolean waitsForOthers(Borrower borrower) {
        return isWaitAllowed && cache.hasOpen() && borrower.waitsForReturn();
    }

    /// Whether all origins are down, and one waits for them to return. One that serves what it has, and takes no
    /// more connections, is not down.
    boolean areAllDown() {
        if (downNanos == 0) return false;
        var origins = cache.origins();
        for (int i = 0; i < origins.size(); i++) {
            if (!origins.get(i).isDown()) return false;
        }
        return !origins.isEmpty();
    }

    /// Whether `borrower`, whose attempt to connect has failed, waits now for an origin to return.
    boolean isAwaitedBy(Borrower borrower) {
        return areAllFailing() && !isOverdue(borrower) && borrower.waitsForReturn();
    }

    /// Whether all origins are down, and `borrower` has waited as long as it may for one to return.
    boolean isOverdue(Borrower borrower) {
        return areAllDown() && borrower.loop.nowNanos() - dueNanos(borrower) >= 0;
    }

    /// Until when `borrower` waits for an origin to return.
    long dueNanos(Borrower borrower) {
        long since = borrower.beganNanos();
        var origins = cache.origins();
        for (int i = 0; i < origins.size(); i++) {
            long down = origins.get(i).downSinceNanos();
            if (down - since > 0) since = down;
        }
        return since + downNanos;
    }

    /// Begins to connect to each origin for which it is time, in the name of those who wait.
    void probe(EventLoop here) {
        if (!areAllFailing() || cache.side(here).isClosed()) return;
        var origins = cache.origins();
        for (int i = 0; i < origins.size(); i++) {
            Origin origin = origins.get(i);
            if (!origin.tryProbe(here.nowNanos())) continue;
            if (origin.tryReserve()) new Attempt(cache, cache.side(here), origin, null).start(connectNanos);
            else origin.probeEnded(here.nowNanos());
        }
    }
}
