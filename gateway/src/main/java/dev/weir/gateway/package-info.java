/// The program: opens a gateway and shuts it down gracefully, handles signals, and implements the commands that
/// need both. Read [Gateway] first, then [GracefulShutdown].
///
/// **Depends on:** time, ledger, memory.block, memory.wait, memory, loop, transport, connection, pool,
/// pool.exclusive, runtime, server, http.codec, http.flow, http.server, http.blocking, gateway.admin,
/// gateway.cli, gateway.config, gateway.forward, gateway.log, gateway.metrics, gateway.request,
/// gateway.route, gateway.spi, gateway.tcp.
@NullMarked
package dev.weir.gateway;

import org.jspecify.annotations.NullMarked;
