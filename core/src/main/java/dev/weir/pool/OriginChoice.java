package dev.weir.pool;

import dev.weir.time.Chance;
import java.util.List;

/// Chooses the origin of the next exchange.
///
/// **Threads:** implementations are thread-safe: every loop asks.
/// **Waits:** never waits, and allocates nothing.
public interface OriginChoice {
    /// Chooses one of `origins`.
    ///
    /// @param origins at least one
    /// @param chance the random numbers of the calling loop
    /// @param nowNanos the loop's time, for [Origin#isPassedOver]
    /// @return its index in `origins`
    int choose(List<Origin> origins, Chance chance, long nowNanos);
}
