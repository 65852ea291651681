/// What a seed decides: the time, the chances, what goes wrong and which rare paths are taken; and what has
/// happened so far, as one number and as the first law that was broken. It knows nothing of who lives in a
/// world. Read `Conditions` first.
///
/// **Depends on:** time.
@NullMarked
package dev.weir.testing.sim.seed;

import org.jspecify.annotations.NullMarked;
