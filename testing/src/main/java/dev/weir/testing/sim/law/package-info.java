/// The laws of a world, which are checked after each step, and the record of its exchanges. Read `LawChecker`
/// first.
///
/// **Depends on:** testing.sim.seed, connection, memory.
@NullMarked
package dev.weir.testing.sim.law;

import org.jspecify.annotations.NullMarked;
