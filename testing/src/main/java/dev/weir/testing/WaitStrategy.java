package dev.weir.testing;

import java.time.Duration;

/// What happens around a raw peer while it waits.
interface WaitStrategy {
    /// Lets others go on.
    ///
    /// @return how much was done; 0 when there was nothing to do
    int goOn();

    /// After how many rounds without anything done a wait is in vain.
    int idleRoundsMax();

    /// Lets time pass.
    void pass(Duration time);
}
