/// Connections to origins on loan: chosen, counted before they are made, waited for in order, given back only
/// at a message boundary. Not here: what is said over them. Read `ConnectionCache` first.
///
/// **Depends on:** time, ledger, memory, loop, transport, connection.
@NullMarked
package dev.weir.pool;

import org.jspecify.annotations.NullMarked;
