package dev.weir.testing.sim.turn;

/// A participant of a world that does one thing in each of its turns.
///
/// **Threads:** confined to its world.
public interface Actor {
    /// Does one thing.
    ///
    /// @return the number of things done; 0 when there was nothing to do
    int act();
}
