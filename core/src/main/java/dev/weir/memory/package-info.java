/// Buffers out of one budget: the plan that splits it, the door to blocks, the share of whole messages, and the
/// holders: holds what.
///
/// Below it `memory.block` has the blocks and `memory.wait` has the waiters for one (ADR 34). Not here: sockets,
/// threads, and the decision what to close when memory stays short. Read [dev.weir.memory.MemoryPlan] first,
/// then [dev.weir.memory.BufferPool].
///
/// **Depends on:** time, ledger, memory.block, memory.wait.
@NullMarked
package dev.weir.memory;

import org.jspecify.annotations.NullMarked;
