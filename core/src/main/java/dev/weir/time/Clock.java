package dev.weir.time;

/// The one source of time: all code of Weir that needs the time is given a clock.
///
/// **Threads:** implementations are thread-safe.
/// **Waits:** never waits.
/// **Source:** ADR 5; a test must be able to turn the clock by hand.
public interface Clock {

    /// Nanoseconds since an arbitrary origin; never goes back; differences are meaningful, values are not.
    long nanoTime();

    /// Milliseconds since 1970-01-01T00:00:00Z, for texts that people and other machines read; may jump.
    long epochMillis();

    /// The clock of the machine.
    static Clock system() {
        return SystemClock.INSTANCE;
    }
}
