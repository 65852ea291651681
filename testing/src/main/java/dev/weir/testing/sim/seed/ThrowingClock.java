package dev.weir.testing.sim.seed;

import dev.weir.time.Clock;

/// The clock for the code under test, which may throw instead of returning the time.
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

    /// Allows it to throw from now on. Why: nothing can be opened with a clock that does not work.
    public void begins() {
        throwsNow = true;
    }

    /// Makes it always throw from now on.
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
