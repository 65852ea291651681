package dev.weir.testing.sim.turn;

/// Somebody of a world who does one thing whenever it is his turn.
///
/// **Threads:** confined to its world.
public interface Actor {
    /// Does one thing.
    ///
    /// @return how much was done; 0 when there was nothing to do
    int act();
}
