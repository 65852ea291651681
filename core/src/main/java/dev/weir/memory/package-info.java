/// Buffers out of one budget: the plan that splits it, the blocks, who waits for one, and who is served next.
///
/// Not here: sockets, threads, and the decision whom to close when memory stays short. A loop meets this package
/// through [dev.weir.memory.Home]. Read [dev.weir.memory.MemoryPlan] first, then [dev.weir.memory.BufferPool].
///
/// **Depends on:** time, ledger.
@NullMarked
package dev.weir.memory;

import org.jspecify.annotations.NullMarked;
