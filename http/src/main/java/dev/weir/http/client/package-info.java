/// The client side of HTTP/1.1: a request sent over a connection to an origin, its answer read, and what its
/// end means for whoever would send it again. Where the connection comes from is the business of a pool, and
/// who waits for one that of its lease. Read `ClientExchange` first, then `ClientListener`.
///
/// **Depends on:** time, memory.block, memory.wait, memory, loop, connection, flow, pool, pool.exclusive,
/// http.codec, http.flow.
@NullMarked
package dev.weir.http.client;

import org.jspecify.annotations.NullMarked;
