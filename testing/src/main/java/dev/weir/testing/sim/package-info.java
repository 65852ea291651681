/// A world in which one seed decides everything: a network of pipes that delays, splits, resets and
/// refuses, a clock, a scheduler, a book of exchanges and the checker of the laws. The code of Weir
/// runs in it unchanged, on loops turned by hand. Each of these parts has a package of its own below this one and
/// none knows the world. Read `World` first.
///
/// **Depends on:** testing.sim.law, testing.sim.net, testing.sim.seed, testing.sim.turn, connection, ledger, loop,
/// memory.wait, memory, time.
@NullMarked
package dev.weir.testing.sim;

import org.jspecify.annotations.NullMarked;
