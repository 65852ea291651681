package dev.weir.testing.sim.seed;

import dev.weir.time.Clock;
import java.time.Duration;

/// A clock that stands still until the world turns it. Where it begins is the seed's choice, so that
/// nothing relies on a clock that begins at zero or never passes it.
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

    /// Turns it forward.
    public void advance(long byNanos) {
        if (byNanos < 0) throw new IllegalArgumentException("time does not go back, not even by " + byNanos);
        nanos += byNanos;
    }

    /// Turns it forward in one leap, as after a suspended machine: what is due meanwhile is late.
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
