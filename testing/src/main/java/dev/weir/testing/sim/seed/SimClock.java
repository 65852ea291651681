package dev.weir.testing.sim.seed;

import dev.weir.time.Clock;
import java.time.Duration;

/// A clock that stands still until the world advances it. The seed decides where it begins, so that no code
/// relies on a clock that begins at zero or never passes it.
///
/// **Threads:** confined to its world.
public final class SimClock implements Clock {
    private final long epochMillis;
    private final long firstNanos;
    private long nanos;

    /// A clock that stands at `firstNanos`.
    SimClock(long firstNanos, long epochMillis) {
        this.firstNanos = firstNanos;
        this.nanos = firstNanos;
        this.epochMillis = epochMillis;
    }

    /// Advances it.
    public void advance(long byNanos) {
        if (byNanos < 0) throw new IllegalArgumentException("time does not go back, not even by " + byNanos);
        nanos += byNanos;
    }

    /// Advances it in one jump, as after a suspended machine: everything that became due meanwhile is late.
    public void advance(Duration by) {
        advance(by.toNanos());
    }

    /// Nanoseconds since the world began.
    public long sinceBegin() {
        return nanos - firstNanos;
    }

    @Override
    public long nanoTime() {
        return nanos;
    }

    @Override
    public long epochMillis() {
        return epochMillis + sinceBegin() / 1_000_000;
    }
}
