/// A deterministic simulation decided by one seed: a network that delays, splits, resets and refuses, a clock,
/// a scheduler, a record of exchanges and the checker of the laws. The code of Weir runs in it unchanged, on
/// manual loops. Each part has a package below this one, and none depends on the world. Read `World` first.
///
/// **Depends on:** testing.sim.law, testing.sim.net, testing.sim.seed, testing.sim.turn, connection, ledger, loop,
/// memory.wait, memory, time.
@NullMarked
package dev.weir.testing.sim;

import org.jspecify.annotations.NullMarked;
