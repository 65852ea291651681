/// Requests forwarded to origins and answers brought back, streaming both ways, on the loop. Read `Forwarder`
/// first,
/// `ForwardExchange` to see where it happens.
///
/// **Depends on:** config, route, log; http.codec, http.flow, http.server; and time, memory, loop, transport,
/// connection,
/// pool, server of core.
@NullMarked
package dev.weir.gateway.forward;

import org.jspecify.annotations.NullMarked;
