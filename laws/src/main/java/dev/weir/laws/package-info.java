/// The command `./weir sim`: scenarios played with seed after seed, and a failing one again. Read
/// `Main` first.
///
/// **Depends on:** laws.gateway, laws.http, laws.pool, testing.sim, time.
@NullMarked
package dev.weir.laws;

import org.jspecify.annotations.NullMarked;
