/// The common frame of scenarios: clients that face a storm, are healed and served once more, a runtime whose
/// loops the world turns, and a memory hog. Read `Play` first.
///
/// **Depends on:** loop, memory.block, memory.wait, memory, runtime, testing.sim, testing.sim.law, testing.sim.net,
/// testing.sim.seed, testing.sim.turn, time.
@NullMarked
package dev.weir.laws.play;

import org.jspecify.annotations.NullMarked;
