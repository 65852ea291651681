/// The programs that are measured: one small main class for each. All answer every GET with the same
/// thirteen bytes, say `ready` when they accept, and are set up as their own documentation advises for
/// speed. Each runs in a JVM of its own. Read [WeirLoop] first.
///
/// **Depends on:** http.server, memory.block, memory, runtime, time.
@NullMarked
package dev.weir.bench.peer;

import org.jspecify.annotations.NullMarked;
