/// The exclusive discipline: each connection is lent to one exchange at a time, is idle between two of them, and is
/// given back only at a message boundary. Not here: waiting, and the choice of the origin; these are in `pool`.
/// Read `Lease` first, then `ConnectionCache`.
///
/// **Depends on:** time, ledger, memory, loop, transport, connection, pool.
@NullMarked
package dev.weir.pool.exclusive;

import org.jspecify.annotations.NullMarked;
