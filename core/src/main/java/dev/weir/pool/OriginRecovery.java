package dev.weir.pool;

import java.util.function.Consumer;

/// What happens while the last attempt to connect to every origin has failed. Requests for a new connection wait in
/// the queue, and as long as there are waiters, each origin is probed again and again. If no origin has a
/// connection either, all are down, and waiters are refused after [PoolLimits#downTime].
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
        // Why: without a queue each request tries to connect and so finds out whether an origin has returned.
        this.downNanos = limits.waitingMax() == 0 ? 0 : limits.downTime().toNanos();
        this.isWaitAllowed = limits.waitingMax() > 0;
    }

    /// Whether the last attempt to connect to every origin failed, and requests wait for that to change.
    boolean areAllFailing() {
        if (downNanos == 0) return false;
        var origins = places.origins();
        for (int i = 0; i < origins.size(); i++) {
            if (!origins.get(i).isFailing()) return false;
        }
        return !origins.isEmpty();
    }

    /// Whether no new connection is made for requests: all origins are failing, or descriptors are short while
    /// there are connections that can be waited for.
    boolean isConnectingSuspended(long nowNanos) {
        return areAllFailing() || (isWaitAllowed && lack.isFresh(nowNanos) && places.haveOpen());
    }

    /// How long until the first of the origins that are passed over is no longer so; [Long#MAX_VALUE] if none is.
    long passedOverNanos(long nowNanos) {
        long least = Long.MAX_VALUE;
        var origins = places.origins();
        for (int i = 0; i < origins.size(); i++) {
            Health health = origins.get(i).health();
            if (health.isPassedOver(nowNanos)) least = Math.min(least, health.passedOverUntilNanos() - nowNanos);
        }
        return least;
    }

    /// The shortage of descriptors.
    DescriptorShortage lack() {
        return lack;
    }

    /// Whether `waiter`, for which there was no descriptor, is to wait for an existing connection.
    boolean waitsForOthers(Waiter waiter) {
        return isWaitAllowed && places.haveOpen() && waiter.waitsForReturn();
    }

    /// Whether all origins are down, and requests wait for one to return. An origin that still serves its
    /// connections but accepts no more is not down.
    boolean areAllDown() {
        if (downNanos == 0) return false;
        var origins = places.origins();
        for (int i = 0; i < origins.size(); i++) {
            if (!origins.get(i).isDown()) return false;
        }
        return !origins.isEmpty();
    }

    /// Whether `waiter`, whose attempt to connect has failed, is to wait for an origin to return.
    boolean isAwaitedBy(Waiter waiter) {
        return areAllFailing() && !isOverdue(waiter) && waiter.waitsForReturn();
    }

    /// Whether all origins are down and the time of `waiter` to wait for one to return is over.
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

    /// Calls `attempt` for each origin for which it is time for a probe, after reserving a slot for it.
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
