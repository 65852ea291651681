package dev.weir.testing.sim.net;

import dev.weir.loop.LoopGroup;
import dev.weir.testing.sim.seed.Conditions;
import dev.weir.testing.sim.seed.RarePaths;
import dev.weir.testing.sim.turn.Lockstep;

/// What a simulated network needs of its world.
///
/// **Threads:** confined to its world.
public interface NetworkWorld {
    /// Its clock, random numbers and faults.
    Conditions conditions();

    /// The rare paths that are taken.
    RarePaths rarePaths();

    /// The threads that were started in it.
    Lockstep threads();

    /// The group of loops that was added first.
    LoopGroup group();

    /// Lets all actors act until all are idle; no time passes.
    void settle();

    /// Lets `nanos` pass; everything due meanwhile happens at its own time.
    void pass(long nanos);

    /// Lets every actor act once; no time passes.
    ///
    /// @return the number of things done; 0 when there was nothing to do
    int round();
}
