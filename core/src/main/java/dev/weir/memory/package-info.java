/// Buffers out of one budget: the plan that splits it, the door to blocks, the share of whole messages, who
/// holds what.
///
/// Not here: sockets, threads, and the decision whom to close when memory stays short. A loop meets this package
/// through [dev.weir.memory.wait.Home]. Read [dev.weir.memory.MemoryPlan] first, then [dev.weir.memory.BufferPool].
///
/// **Depends on:** time, ledger, memory.block, memory.wait.
@NullMarked
package dev.weir.memory;

import org.jspecify.annotations.NullMarked;
