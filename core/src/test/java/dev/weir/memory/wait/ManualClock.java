package dev.weir.memory.wait;

import dev.weir.time.Clock;
import java.util.concurrent.atomic.AtomicLong;

/// A clock that is turned by hand.
public final class ManualClock implements Clock {
    private final AtomicLong nanos = new AtomicLong();

    /// Lets time pass.
    public void turn(long byNanos) {
        nanos.addAndGet(byNanos);
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
