package dev.weir.pool;

import java.util.function.Consumer;

/// What is done while the last attempt to connect to each origin has failed: whoever wants a new connection
/// waits in turn, and as long as somebody does, each origin is asked again and again whether it has returned.
/// When no origin has a connection either, all are down, and who waits is refused after a while.
///
/// **Threads:** thread-safe.
/// **Limits:** one attempt to connect to each origin at a time, [Health#PROBE_NANOS] apart, however many wait.
/// **Source:** HAProxy, which tries a server again after a second when it refused a connection.
final class OriginRecovery {
    private final OriginSet places;
    private final long downNanos;
    private final boolean isWaitAllowed;
    private final DescriptorShortage lack = new DescriptorShortage();

    OriginRecovery(OriginSet places, PoolLimits limits) {
        this.places = places;
        // Why: where nobody may wait, whoever comes finds out for itself whether an origin has returned.
        this.downNanos = limits.waitingMax() == 0 ? 0 : limits.downTime().toNanos();
        this.isWaitAllowed = limits.waitingMax() > 0;
    }

    /// Whether the last attempt to connect to each origin failed, and one waits for that to change.
    boolean areAllFailing() {
        if (downNanos == 0) return false;
        var origins = places.origins();
        for (int i = 0; i < origins.size(); i++) {
            if (!origins.get(i).isFailing()) return false;
        }
        return !origins.isEmpty();
    }

    /// Whether no new connection is made for who wants one: all origins fail, or descriptors are lacking while
    /// there are connections that can be waited for.
    boolean isConnectingSuspended(long nowNanos) {
        return areAllFailing() || (isWaitAllowed && lack.isFresh(nowNanos) && places.haveOpen());
    }

    /// How long the first of those origins that are passed over still is; [Long#MAX_VALUE] when none is.
    long passedOverNanos(long nowNanos) {
        long least = Long.MAX_VALUE;
        var origins = places.origins();
        for (int i = 0; i < origins.size(); i++) {
            Health health = origins.get(i).health();
            if (health.isPassedOver(nowNanos)) least = Math.min(least, health.passedOverUntilNanos() - nowNanos);
        }
        return least;
    }

    /// Whether descriptors are lacking.
    DescriptorShortage lack() {
        return lack;
    }

    /// Whether `waiter`, for which there was no descriptor, waits for one of the connections that there are.
    boolean waitsForOthers(Waiter waiter) {
        return isWaitAllowed && places.haveOpen() && waiter.waitsForReturn();
    }

    /// Whether all origins are down, and one waits for them to return. One that serves what it has, and takes no
    /// more connections, is not down.
    boolean areAllDown() {
        if (downNanos == 0) return false;
        var origins = places.origins();
        for (int i = 0; i < origins.size(); i++) {
            if (!origins.get(i).isDown()) return false;
        }
        return !origins.isEmpty();
    }

    /// Whether `waiter`, whose attempt to connect has failed, waits now for an origin to return.
    boolean isAwaitedBy(Waiter waiter) {
        return areAllFailing() && !isOverdue(waiter) && waiter.waitsForReturn();
    }

    /// Whether all origins are down, and `waiter` has waited as long as it may for one to return.
    boolean isOverdue(Waiter waiter) {
        return areAllDown() && waiter.loop().nowNanos() - dueNanos(waiter) >= 0;
    }

    /// Until when `waiter` waits for an origin to return.
    long dueNanos(Waiter waiter) {
        long since = waiter.beganNanos();
        var origins = places.origins();
        for (int i = 0; i < origins.size(); i++) {
            long down = origins.get(i).downSinceNanos();
            if (down - since > 0) since = down;
        }
        return since + downNanos;
    }

    /// Calls `attempt` for each origin for which it is time to see whether it has returned, and of which a slot is
    /// reserved for that.
    void probe(long nowNanos, Consumer<Origin> attempt) {
        if (!areAllFailing()) return;
        var origins = places.origins();
        for (int i = 0; i < origins.size(); i++) {
            Origin origin = origins.get(i);
            if (!origin.health().tryProbe(nowNanos)) continue;
            if (origin.tryReserve()) attempt.accept(origin);
            else origin.health().probeEnded(nowNanos);
        }
    }
}
