package dev.weir.pool;

import java.util.concurrent.atomic.AtomicInteger;

/// The connections lent to waiters that may hold one for long, over all loops and origins. Waiters whose requests
/// trickle in have at most half of all connections; these and waiters of slow addresses together have at most seven
/// eighths, so that fast clients always find some.
///
/// **Threads:** thread-safe.
/// **Limits:** at least one connection of each kind, however few there are.
/// **Source:** ADR 26 and ADR 29.
final class SlowShare {
    private volatile int tricklingMax;
    private volatile int slowMax;
    private final AtomicInteger trickling = new AtomicInteger();

    /// Including those that trickle.
    private final AtomicInteger slow = new AtomicInteger();

    /// @param connections connections to all origins together
    SlowShare(int connections) {
        of(connections);
    }

    /// Sets the number of connections, after origins were added or removed.
    final void of(int connections) {
        tricklingMax = Math.max(1, connections / 2);
        slowMax = Math.max(1, connections - Math.max(1, connections / 8));
    }

    /// The number of connections lent to waiters whose requests trickle in.
    int trickling() {
        return trickling.get();
    }

    /// How many more waiters of a class may have a connection; [Integer#MAX_VALUE] if the class needs no part of
    /// the share.
    int left(WaitClass waitClass) {
        return switch (waitClass) {
            case PROMPT, LEFT -> Integer.MAX_VALUE;
            case SLOW -> slowMax - slow.get();
            case TRICKLING -> Math.min(tricklingMax - trickling.get(), slowMax - slow.get());
        };
    }

    /// Whether the half for trickling requests is not used up.
    boolean hasRoomForTrickling() {
        return trickling.get() < tricklingMax;
    }

    boolean isUsedUp(WaitClass waitClass) {
        return left(waitClass) <= 0;
    }

    /// Takes the part of the share that `waiter` needs, unless it has one or needs none.
    ///
    /// @return false if there is none left
    boolean tryTake(Waiter waiter) {
        WaitClass waitClass = waiter.waitClass;
        if (waitClass == WaitClass.PROMPT || waitClass == WaitClass.LEFT) return true;
        if (!waiter.hasShare) waiter.hasShare = tryTake(waitClass);
        return waiter.hasShare;
    }

    private boolean tryTake(WaitClass waitClass) {
        if (!tryTake(slow, slowMax)) return false;
        if (waitClass != WaitClass.TRICKLING || tryTake(trickling, tricklingMax)) return true;
        slow.decrementAndGet();
        return false;
    }

    private static boolean tryTake(AtomicInteger taken, int most) {
        for (int now = taken.get(); now < most; now = taken.get()) {
            if (taken.compareAndSet(now, now + 1)) return true;
        }
        return false;
    }

    /// Gives back the part of `waiter`, if it has one.
    void giveBack(Waiter waiter) {
        if (!waiter.hasShare) return;
        waiter.hasShare = false;
        slow.decrementAndGet();
        if (waiter.waitClass == WaitClass.TRICKLING) trickling.decrementAndGet();
    }

    /// The request of `waiter` does not trickle any more; its class is `now`.
    void stopTrickling(Waiter waiter, WaitClass now) {
        if (waiter.hasShare) trickling.decrementAndGet();
        waiter.waitClass = now;
        if (!waiter.hasShare || now == WaitClass.SLOW) return;
        waiter.hasShare = false;
        slow.decrementAndGet();
    }
}
