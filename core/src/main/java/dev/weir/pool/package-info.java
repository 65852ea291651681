/// What pools of connections to origins share, whatever the discipline by which connections are lent: origins
/// and how they stand, slots that are counted before a connection is made, attempts, waiting in order. Not
/// here: who may use a connection, and when it is free again; that is the discipline's. Read `Pool` first.
///
/// **Depends on:** time, memory, memory.wait, loop, transport, connection.
@NullMarked
package dev.weir.pool;

import org.jspecify.annotations.NullMarked;
