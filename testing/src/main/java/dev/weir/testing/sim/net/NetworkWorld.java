package dev.weir.testing.sim.net;

import dev.weir.loop.LoopGroup;
import dev.weir.testing.sim.seed.Conditions;
import dev.weir.testing.sim.seed.RarePaths;
import dev.weir.testing.sim.turn.Lockstep;

/// What a simulated network needs of the world that it is part of.
///
/// **Threads:** confined to its world.
public interface NetworkWorld {
    /// Its time, its chances and what goes wrong.
    Conditions conditions();

    /// The rare paths that are taken.
    RarePaths rarePaths();

    /// The threads that were started in it.
    Lockstep threads();

    /// The loops that were added first, and what they share.
    LoopGroup group();

    /// Lets everybody act until nobody has anything to do; no time passes.
    void settle();

    /// Lets `nanos` pass, and everything on the way happen at its own time.
    void pass(long nanos);

    /// Lets everybody act once; no time passes.
    ///
    /// @return how much was done; 0 when there was nothing to do
    int round();
}
