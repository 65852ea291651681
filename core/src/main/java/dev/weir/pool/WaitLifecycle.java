package dev.weir.pool;

import dev.weir.loop.EventLoop;
import dev.weir.time.RarePoint;

/// The life of a wait for a connection: its beginning, its timer, its end. The [WaitQueue] decides the order.
///
/// **Threads:** each wait is confined to the loop of its waiter.
/// **Waits:** never waits: the waiter is notified.
/// **Limits:** a wait lasts for [PoolLimits#acquireTime] at most, or [PoolLimits#downTime] while all origins
/// are down.
final class WaitLifecycle implements Waiter.WaitHandler {
    private static final long LOOK_AGAIN_NANOS = 1_000_000_000L;

    private final Pool pool;
    private final WaitQueue queue;
    private final OriginRecovery recovery;
    private final long acquireNanos;

    WaitLifecycle(Pool pool, WaitQueue queue, OriginRecovery recovery, PoolLimits limits) {
        this.pool = pool;
        this.queue = queue;
        this.recovery = recovery;
        this.acquireNanos = limits.acquireTime().toNanos();
    }

    // ---- the beginning

    void begin(Waiter waiter) {
        LoopSide side = pool.side(waiter.loop());
        WaitQueue.Added added = queue.add(waiter, pool.soonFree());
        Refusal refusal = added.refusal();
        if (refusal != null) {
            if (refusal == Refusal.QUEUE_FULL) side.tally().add(PoolCount.QUEUE_FULL);
            waiter.refuse(refusal, refusal == Refusal.QUEUE_FULL ? "too many wait already" : "the pool is closed");
            // Why: for a moment it had a part of the slow share, which another waiter may have missed.
            pool.serve();
            return;
        }
        waits(waiter, side, added);
        pool.probe(waiter.loop());
    }

    /// The attempt to connect for `waiter` has failed: it waits for an origin to return, or for one of the existing
    /// connections.
    void awaitReturn(Waiter waiter, Refusal failed, String why) {
        if (pool.side(waiter.loop()).isClosed()) {
            waiter.refuse(Refusal.CLOSED, "the pool is closed");
            return;
        }
        if (isLate(waiter)) {
            // Why: in the queue it would take the place of a waiter with time left until its timer fires.
            if (failed == Refusal.OUT_OF_DESCRIPTORS) waiter.refuse(failed, why);
            else timedOut(waiter, "no connection came free in time: " + why);
            return;
        }
        waiter.returnAwaited();
        WaitQueue.Added added = queue.add(waiter, pool.soonFree());
        Refusal refusal = added.refusal();
        if (refusal == null) waits(waiter, pool.side(waiter.loop()), added);
        else if (refusal != Refusal.QUEUE_FULL) waiter.refuse(refusal, why);
        else if (failed == Refusal.OUT_OF_DESCRIPTORS) waiter.refuse(failed, why);
        else waiter.refuse(recovery.areAllDown() ? Refusal.ALL_DOWN : refusal, why);
    }

    private void waits(Waiter waiter, LoopSide side, WaitQueue.Added added) {
        side.tally().add(PoolCount.WAITED);
        schedule(waiter);
        Waiter displaced = added.displaced();
        if (displaced != null) {
            side.tally().add(PoolCount.DISPLACED);
            displaced.loop().post(displaced.notification);
        }
        // Why: a connection that became free before this waiter was in the queue was offered to nobody.
        pool.serve();
        pool.askForMore(waiter.loop());
    }

    // ---- the timer

    void schedule(Waiter waiter) {
        long now = waiter.loop().nowNanos();
        long left = deadlineNanos(waiter) - now;
        // Why: nothing reports that an origin is no longer passed over, so waiters look again at that moment.
        long soon = rarely(waiter, PoolPoint.POOL_LOOKS_EARLY) ? 1 : LOOK_AGAIN_NANOS;
        soon = Math.min(soon, recovery.passedOverNanos(now));
        if (recovery.isConnectingSuspended(now)) soon = Math.min(soon, Health.PROBE_NANOS);
        if (recovery.areAllDown()) left = Math.min(left, recovery.dueNanos(waiter) - now);
        waiter.loop().schedule(waiter.timer, Math.max(1, Math.min(left, soon)));
    }

    private long deadlineNanos(Waiter waiter) {
        return waiter.beganNanos() + acquireNanos;
    }

    /// Whether its time to wait is over.
    private boolean isLate(Waiter waiter) {
        return waiter.loop().nowNanos() - deadlineNanos(waiter) >= 0;
    }

    @Override
    public void waitedLongEnough(Waiter waiter) {
        EventLoop loop = waiter.loop();
        boolean allDown = recovery.isOverdue(waiter);
        if (!allDown && !isLate(waiter)) {
            schedule(waiter);
            pool.probe(loop);
            pool.serve();
            pool.askForMore(loop);
            return;
        }
        // Why: a refusal that is on its way already will do.
        if (queue.stateOf(waiter) == Waiter.State.REFUSED) return;
        withdraw(waiter);
        if (!allDown) {
            timedOut(waiter, "no connection came free in time");
            return;
        }
        pool.count(loop, PoolCount.TIMED_OUT);
        waiter.refuse(Refusal.ALL_DOWN, "all origins are down, and none returned in time");
    }

    private void timedOut(Waiter waiter, String why) {
        pool.count(waiter.loop(), PoolCount.TIMED_OUT);
        waiter.refuse(Refusal.TIMED_OUT, why);
    }

    // ---- the end

    @Override
    public void cancel(Waiter waiter) {
        switch (queue.stateOf(waiter)) {
            case FREE, HOLDING -> {}
            case CONNECTING -> {
                if (waiter.attempt != null) waiter.attempt.forget();
                waiter.attempt = null;
                waiter.endPromise();
                waiter.state = Waiter.State.FREE;
                pool.giveShareBack(waiter);
                pool.serve();
            }
            case WAITING, PROMISED, MAY_CONNECT, REFUSED -> withdraw(waiter);
        }
    }

    private void withdraw(Waiter waiter) {
        Origin unused = queue.withdraw(waiter);
        waiter.waitEnded();
        if (unused != null) pool.free(unused);
        // Why: its slot, or its part of the slow share, may serve another waiter.
        pool.serve();
    }

    @Override
    public void notified(Waiter waiter) {
        if (rarely(waiter, PoolPoint.POOL_NEWS_LATE) && waiter.loop().post(waiter.notification)) return;
        switch (queue.takeNotification(waiter)) {
            case MAY_CONNECT -> mayConnect(waiter);
            case REFUSED -> refused(waiter, waiter.refusedBecause);
            case FREE, WAITING, PROMISED, CONNECTING, HOLDING -> {}
        }
    }

    private void refused(Waiter waiter, Refusal why) {
        if (why == Refusal.QUEUE_FULL) pool.count(waiter.loop(), PoolCount.QUEUE_FULL);
        waiter.refuse(why, why == Refusal.QUEUE_FULL ? "too many of this client wait" : "the pool is closed");
    }

    private void mayConnect(Waiter waiter) {
        Origin origin = waiter.promisedBy();
        if (origin == null) throw new IllegalStateException("a slot of no origin was promised");
        if (!pool.side(waiter.loop()).isClosed()) {
            pool.connect(waiter, origin);
            return;
        }
        pool.free(origin);
        waiter.refuse(Refusal.CLOSED, "the pool is closed");
    }

    // ---- the class of a waiter

    @Override
    public void requestComplete(Waiter waiter) {
        queue.requestComplete(waiter);
        pool.serve();
        pool.askForMore(waiter.loop());
    }

    @Override
    public void clientLeft(Waiter waiter) {
        queue.clientLeft(waiter);
        // Why: it does not need its part of the slow share any more.
        pool.serve();
    }

    @Override
    public void giveShareBack(Waiter waiter) {
        pool.giveShareBack(waiter);
    }

    private static boolean rarely(Waiter waiter, RarePoint point) {
        return waiter.loop().chance().rarely(point);
    }
}
