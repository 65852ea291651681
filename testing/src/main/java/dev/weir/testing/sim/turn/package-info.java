/// Turns in a world: actors, and threads of which one runs at a time. Read `Lockstep` first.
///
/// **Depends on:** testing.sim.seed, loop, time.
@NullMarked
package dev.weir.testing.sim.turn;

import org.jspecify.annotations.NullMarked;
