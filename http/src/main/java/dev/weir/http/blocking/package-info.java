/// Handlers in plain blocking code, each request on a virtual thread of its own, for a server of
/// `dev.weir.http.server`, which knows nothing of them. Read `BlockingHandlers` first, `BlockingExchange` to
/// see where a handler's thread and its loop meet.
///
/// **Depends on:** time, memory.block, memory.wait, memory, loop, transport, connection, flow, runtime, http.codec,
/// http.flow, http.server.
@NullMarked
package dev.weir.http.blocking;

import org.jspecify.annotations.NullMarked;
