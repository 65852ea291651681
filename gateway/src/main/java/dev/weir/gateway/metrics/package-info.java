/// What is counted, and how it is told to Prometheus. Loops count in cells of their own; nothing is added up before
/// somebody asks. Names and tags are those of docs/metrics.md; no tag has values that a client chooses. Read
/// [GatewayMetrics] first.
///
/// **Depends on:** time, memory, loop, connection, pool, runtime, http.server, gateway.log, gateway.request.
@NullMarked
package dev.weir.gateway.metrics;

import org.jspecify.annotations.NullMarked;
