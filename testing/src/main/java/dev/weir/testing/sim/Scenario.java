package dev.weir.testing.sim;

/// A scenario that runs in a [World], differently with every seed.
///
/// **Threads:** immutable; each run has a world to itself.
public interface Scenario {
    /// Its name on the command line.
    String label();

    /// What it proves, in one line.
    String purpose();

    /// Runs it to the end and closes everything.
    ///
    /// @throws dev.weir.testing.sim.seed.LawBroken when a law does not hold
    void play(World world);
}
