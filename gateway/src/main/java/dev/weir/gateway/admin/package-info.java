/// The admin pages: liveness, readiness, metrics, who holds what. They have a runtime of their own, so that
/// they answer when everything else waits. Read [AdminServer] first.
///
/// **Depends on:** time, memory.block, memory.wait, memory, loop, transport, connection, flow, runtime, server,
/// http.codec, http.server, http.blocking, gateway.metrics.
@NullMarked
package dev.weir.gateway.admin;

import org.jspecify.annotations.NullMarked;
