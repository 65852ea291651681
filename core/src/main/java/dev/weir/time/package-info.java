/// Time and randomness: the clock, deadlines, timers, and the rare paths that only a simulation takes. Read `Clock`
/// first.
///
/// **Depends on:** nothing of Weir.
@NullMarked
package dev.weir.time;

import org.jspecify.annotations.NullMarked;
