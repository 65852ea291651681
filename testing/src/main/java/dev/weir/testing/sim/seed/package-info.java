/// What a seed decides: clock, random numbers, faults and rare paths. It also holds the trace and the first
/// broken law. It does not know the actors of a world. Read `Conditions` first.
///
/// **Depends on:** time.
@NullMarked
package dev.weir.testing.sim.seed;

import org.jspecify.annotations.NullMarked;
