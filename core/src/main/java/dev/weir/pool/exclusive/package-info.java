/// The exclusive discipline: each connection is lent to one exchange at a time, idle between two, and given
/// back at a message boundary only. Not here: who waits, and which origin is chosen. Read `Lease` first, then
/// `ConnectionCache`.
///
/// **Depends on:** time, ledger, memory, loop, transport, connection, pool.
@NullMarked
package dev.weir.pool.exclusive;

import org.jspecify.annotations.NullMarked;
