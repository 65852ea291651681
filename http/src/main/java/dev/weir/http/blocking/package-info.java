/// Handlers in plain blocking code: each request has a virtual thread of its own. The server is that of
/// `dev.weir.http.server`, which does not depend on this package. Read `BlockingHandlers` first, then
/// `BlockingExchange`, where a handler's thread and its loop meet.
///
/// **Depends on:** time, memory.block, memory.wait, memory, loop, transport, connection, flow, runtime, http.codec,
/// http.flow, http.server.
@NullMarked
package dev.weir.http.blocking;

import org.jspecify.annotations.NullMarked;
