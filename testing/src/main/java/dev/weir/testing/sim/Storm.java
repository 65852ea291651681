package dev.weir.testing.sim;

import dev.weir.testing.sim.seed.Fault;

/// The part of a run in which everything may go wrong: until enough was asked and enough went wrong, or for so many
/// steps.
///
/// **Threads:** confined to its world.
///
/// @param exchangesMin how many exchanges are to begin
/// @param faultsMin how many faults are to strike; where chance is too kind the clock is made to jump
/// @param stepsMax how many steps it lasts at most, before faults are forced
/// @param jumpNanos a forced jump of the clock is a random number below 2^30 times this
public record Storm(int exchangesMin, int faultsMin, int stepsMax, long jumpNanos) {
    private static final int STEPS_BETWEEN = 20;

    /// Lets it rage over `world`.
    public void over(World world) {
        for (int step = 0; step < stepsMax && !isEnough(world); step++) world.step();
        while (world.faults().numbered() < faultsMin) force(world);
    }

    private boolean isEnough(World world) {
        return world.exchanges().begun() >= exchangesMin && world.faults().numbered() >= faultsMin;
    }

    /// Why: in a world of fair weather too something has to go wrong.
    private void force(World world) {
        if (world.faults().happens(Fault.CLOCK_JUMP)) {
            world.clock().advance(world.faults().below(1 << 30) * jumpNanos);
        }
        for (int i = 0; i < STEPS_BETWEEN; i++) world.step();
    }
}
