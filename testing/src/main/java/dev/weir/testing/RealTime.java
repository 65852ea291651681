package dev.weir.testing;

import dev.weir.time.Clock;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// Waits for code with threads of its own, at most about 10 s.
enum RealTime implements WaitStrategy {
    INSTANCE;

    private static final long NAP_NANOS = 1_000_000L;
    private static final int NAPS_MAX = 10_000;

    @Override
    public int goOn() {
        LockSupport.parkNanos(NAP_NANOS);
        return 0;
    }

    @Override
    public int idleRoundsMax() {
        return NAPS_MAX;
    }

    @Override
    public void pass(Duration time) {
        Clock clock = Clock.system();
        long until = clock.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = until - clock.nanoTime()) LockSupport.parkNanos(left);
    }
}
