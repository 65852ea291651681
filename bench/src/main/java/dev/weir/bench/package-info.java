/// Measurements: each bench runs Weir as users run it and prints what it found. Not a benchmark against others,
/// and no part of the product. Read [Main] first, then [GarbageBench].
///
/// **Depends on:** bench.peer, http.server, gateway, gateway.config, loop, runtime, time.
@NullMarked
package dev.weir.bench;

import org.jspecify.annotations.NullMarked;
