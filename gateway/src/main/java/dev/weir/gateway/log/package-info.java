/// The access log: one line of JSON for each exchange, written by a thread that no loop waits for. Forwarding
/// fills in the `RequestRecord` of gateway.request. Read [AccessLog] first.
///
/// **Depends on:** time, memory.block, memory, loop, transport, runtime, http.server, gateway.request.
@NullMarked
package dev.weir.gateway.log;

import org.jspecify.annotations.NullMarked;
