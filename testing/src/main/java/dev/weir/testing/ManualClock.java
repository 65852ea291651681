package dev.weir.testing;

import dev.weir.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// A clock that stands still until a test advances it.
///
/// **Threads:** thread-safe.
public final class ManualClock implements Clock {
    private static final long FIRST_NANOS = 1_000_000_000L;

    private final AtomicLong nanos = new AtomicLong(FIRST_NANOS);

    /// A clock at one second.
    public ManualClock() {}

    /// Advances it.
    public void advance(Duration by) {
        if (by.isNegative()) throw new IllegalArgumentException("time does not go back, not even by " + by);
        nanos.addAndGet(by.toNanos());
    }

    @Override
    public long nanoTime() {
        return nanos.get();
    }

    @Override
    public long epochMillis() {
        return nanos.get() / 1_000_000;
    }
}
