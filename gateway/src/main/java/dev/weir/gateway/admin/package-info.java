/// The admin pages: is it alive, is it ready, who holds what. They live in a runtime of their own, so that they answer
/// when everything else waits. Read [AdminServer] first.
///
/// **Depends on:** gateway.metrics, http.server, http.codec, and time, memory, loop, transport, connection, server of
/// core.
@NullMarked
package dev.weir.gateway.admin;

import org.jspecify.annotations.NullMarked;
