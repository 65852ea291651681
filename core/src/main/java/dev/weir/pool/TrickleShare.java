package dev.weir.pool;

import java.util.concurrent.atomic.AtomicInteger;

/// How many connections borrowers have whose requests trickle in: at most half of all, over all loops and origins.
///
/// **Threads:** thread-safe.
/// **Limits:** half of the connections of all origins together, at least one.
final class TrickleShare {
    private final int most;
    private final AtomicInteger taken = new AtomicInteger();

    /// @param connections of all origins together
    TrickleShare(int connections) {
        this.most = Math.max(1, connections / 2);
    }

    boolean isUsedUp() {
        return taken.get() >= most;
    }

    int taken() {
        return taken.get();
    }

    boolean tryTake() {
        for (int now = taken.get(); now < most; now = taken.get()) {
            if (taken.compareAndSet(now, now + 1)) return true;
        }
        return false;
    }

    void giveBack() {
        taken.decrementAndGet();
    }
}
