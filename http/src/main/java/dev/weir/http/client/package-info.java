/// The client side of HTTP/1.1: sending a request over a connection to an origin, reading its answer, and deciding
/// what became of the request and whether it may be sent again. Not here: connections come from a pool, and a lease
/// waits for one. Read `ClientExchange` first, then `ClientListener`.
///
/// **Depends on:** time, memory.block, memory.wait, memory, loop, connection, flow, pool, pool.exclusive,
/// http.codec, http.flow.
@NullMarked
package dev.weir.http.client;

import org.jspecify.annotations.NullMarked;
