/// Forwards requests to origins and answers back to clients, streaming in both directions, on the loop. Read
/// `Forwarder` first, then `ForwardExchange`.
///
/// **Depends on:** time, memory.block, memory.wait, memory, loop, transport, connection, flow, pool,
/// pool.exclusive, runtime, http.client, http.codec, http.flow, http.server, gateway.config, gateway.request,
/// gateway.route.
@NullMarked
package dev.weir.gateway.forward;

import org.jspecify.annotations.NullMarked;
