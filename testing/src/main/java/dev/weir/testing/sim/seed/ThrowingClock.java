package dev.weir.testing.sim.seed;

import dev.weir.time.Clock;

/// The clock of a world as those who are tested see it: it may throw instead of telling the time.
///
/// **Threads:** confined to its world.
public final class ThrowingClock implements Clock {
    private static final int THROWS_RARER = 4;

    private final SimClock clock;
    private final Faults faults;
    private boolean throwsNow;
    private boolean isBroken;

    ThrowingClock(SimClock clock, Faults faults) {
        this.clock = clock;
        this.faults = faults;
    }

    /// From now on it may throw. Why: whoever is opened by a clock that does not work is not opened at all.
    public void begins() {
        throwsNow = true;
    }

    /// From now on it always throws.
    public void breaks() {
        isBroken = true;
    }

    @Override
    public long nanoTime() {
        maybeThrow();
        return clock.nanoTime();
    }

    @Override
    public long epochMillis() {
        maybeThrow();
        return clock.epochMillis();
    }

    private void maybeThrow() {
        if (isBroken && !faults.isHealed()) throw new PlannedFailure("a clock that is broken");
        if (throwsNow && faults.strikes(Fault.CLOCK_THROWS, THROWS_RARER)) throw new PlannedFailure("clock");
    }
}
