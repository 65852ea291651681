/// The command `./weir sim`: scenarios played with seed after seed, and a failing one again. Read
/// `Main` first.
///
/// **Depends on:** laws.pool, testing.sim.
@NullMarked
package dev.weir.laws;

import org.jspecify.annotations.NullMarked;
