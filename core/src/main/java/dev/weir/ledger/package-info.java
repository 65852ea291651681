/// Accounts of what is alive: every socket, buffer, timer, thread, connection, lease and exchange, with owner
/// and age. Read `Ledger` first.
///
/// **Depends on:** time.
@NullMarked
package dev.weir.ledger;

import org.jspecify.annotations.NullMarked;
