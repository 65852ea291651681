/// TCP mode: connections come in, each is joined to one of an upstream's origins, and bytes go both ways until both
/// sides have ended. Nothing here looks at the bytes. Read `TcpServer` first, `Relay` to see where it happens.
///
/// **Depends on:** time, memory.block, loop, transport, connection, flow, pool, pool.exclusive, runtime, server.
@NullMarked
package dev.weir.gateway.tcp;

import org.jspecify.annotations.NullMarked;
