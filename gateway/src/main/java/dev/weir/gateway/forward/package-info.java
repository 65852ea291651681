/// Requests forwarded to origins and answers brought back, streaming both ways, on the loop. Read
/// `Forwarder` first, `ForwardExchange` to see where it happens.
///
/// **Depends on:** time, memory.block, memory.wait, memory, loop, transport, connection, flow, pool,
/// pool.exclusive, runtime, http.client, http.codec, http.flow, http.server, gateway.config, gateway.request,
/// gateway.route.
@NullMarked
package dev.weir.gateway.forward;

import org.jspecify.annotations.NullMarked;
