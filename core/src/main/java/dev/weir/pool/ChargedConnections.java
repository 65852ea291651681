package dev.weir.pool;

import java.util.concurrent.atomic.AtomicInteger;

/// How many of its charged connections a pool has now; changed under [SharedAddresses#lock].
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
