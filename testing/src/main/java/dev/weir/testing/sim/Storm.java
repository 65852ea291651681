package dev.weir.testing.sim;

import dev.weir.testing.sim.seed.Fault;

/// The phase of a run in which faults strike: until enough exchanges and faults have happened, or for a number
/// of steps.
///
/// **Threads:** confined to its world.
///
/// @param exchangesMin how many exchanges are to begin
/// @param faultsMin how many faults must strike; if chance brings too few, clock jumps are forced
/// @param stepsMax how many steps it lasts at most, before faults are forced
/// @param jumpNanos a forced jump of the clock is a random number below 2^30 times this
public record Storm(int exchangesMin, int faultsMin, int stepsMax, long jumpNanos) {
    private static final int STEPS_BETWEEN = 20;

    /// Runs the storm in `world`.
    public void over(World world) {
        for (int step = 0; step < stepsMax && !isEnough(world); step++) world.step();
        while (world.faults().numbered() < faultsMin) force(world);
    }

    private boolean isEnough(World world) {
        return world.exchanges().begun() >= exchangesMin && world.faults().numbered() >= faultsMin;
    }

    /// Why: some faults must happen in a world without faults of its own, too.
    private void force(World world) {
        if (world.faults().happens(Fault.CLOCK_JUMP)) {
            world.clock().advance(world.faults().below(1 << 30) * jumpNanos);
        }
        for (int i = 0; i < STEPS_BETWEEN; i++) world.step();
    }
}
