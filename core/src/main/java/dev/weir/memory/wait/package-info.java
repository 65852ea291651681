/// Waiting for blocks: the waiters, their order, and how a block that comes back reaches the next one.
///
/// An event loop implements [dev.weir.memory.wait.OwnerLoop]. Read [dev.weir.memory.wait.Waiter] first, then
/// [dev.weir.memory.wait.HandOff].
///
/// **Depends on:** time, memory.block.
@NullMarked
package dev.weir.memory.wait;

import org.jspecify.annotations.NullMarked;
