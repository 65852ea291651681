/// What all pools of connections to origins have in common: origins and their health, slots that are counted before
/// a connection is made, attempts to connect, waiting in order. Not here: how a connection is lent and when it is
/// free again; that is up to a discipline such as `pool.exclusive`. Read `Pool` first.
///
/// **Depends on:** time, ledger, memory, memory.wait, loop, transport, connection.
@NullMarked
package dev.weir.pool;

import org.jspecify.annotations.NullMarked;
