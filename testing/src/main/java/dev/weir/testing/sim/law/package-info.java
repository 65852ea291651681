/// What must hold in a world after each step, and the book of its exchanges. Read `LawChecker` first.
///
/// **Depends on:** testing.sim.seed, connection, memory.
@NullMarked
package dev.weir.testing.sim.law;

import org.jspecify.annotations.NullMarked;
