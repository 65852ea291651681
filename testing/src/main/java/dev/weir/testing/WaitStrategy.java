package dev.weir.testing;

import java.time.Duration;

/// What to do while a raw peer waits.
interface WaitStrategy {
    /// Lets others run.
    ///
    /// @return the number of things done; 0 when there was nothing to do
    int goOn();

    /// The number of idle rounds after which a wait fails.
    int idleRoundsMax();

    /// Lets time pass.
    void pass(Duration time);
}
