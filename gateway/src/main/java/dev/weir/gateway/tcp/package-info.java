/// TCP mode: each accepted connection is connected to an origin of an upstream, and bytes are copied in both
/// directions until both sides have ended. Nothing here looks at the bytes. Read `TcpServer` first, then
/// `Relay`.
///
/// **Depends on:** time, ledger, memory.block, loop, transport, connection, flow, pool, pool.exclusive, runtime,
/// server.
@NullMarked
package dev.weir.gateway.tcp;

import org.jspecify.annotations.NullMarked;
