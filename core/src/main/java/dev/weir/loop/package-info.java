/// The event loop: one thread with its mailbox, timers, poller and cache of blocks. Sockets are not here: the
/// network gives each loop its `Poller`. Read `EventLoop` first.
///
/// **Depends on:** time, ledger, memory.block, memory.wait, memory.
@NullMarked
package dev.weir.loop;

import org.jspecify.annotations.NullMarked;
