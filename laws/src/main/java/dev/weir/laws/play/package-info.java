/// The frame that scenarios share: clients that are let loose, healed, served once more and sent home, a
/// runtime whose loops the world turns, and somebody who takes memory away. Read `Play` first.
///
/// **Depends on:** loop, memory.block, memory.wait, memory, runtime, testing.sim, testing.sim.law, testing.sim.net,
/// testing.sim.seed, testing.sim.turn, time.
@NullMarked
package dev.weir.laws.play;

import org.jspecify.annotations.NullMarked;
