package dev.weir.testing.sim;

/// A story that plays in a [World], differently with every seed.
///
/// **Threads:** immutable; each run has a world to itself.
public interface Scenario {
    /// What it is called on a command line.
    String label();

    /// What it proves, in a line.
    String purpose();

    /// Plays it to the end, everything closed again.
    ///
    /// @throws dev.weir.testing.sim.seed.LawBroken when a law does not hold
    void play(World world);
}
