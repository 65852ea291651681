package dev.weir.pool;

import java.util.concurrent.atomic.AtomicInteger;

/// How many connections a pool has of those that it is charged for; counted under the lock of its sites.
///
/// **Threads:** thread-safe.
final class ChargedConnections {
    private final int most;
    private final AtomicInteger taken = new AtomicInteger();

    ChargedConnections(int most) {
        this.most = most;
    }

    int most() {
        return most;
    }

    int taken() {
        return taken.get();
    }

    boolean hasRoom() {
        return taken.get() < most;
    }

    void take() {
        taken.incrementAndGet();
    }

    void free() {
        taken.decrementAndGet();
    }
}
