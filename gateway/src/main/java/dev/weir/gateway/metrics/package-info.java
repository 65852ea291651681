/// Metrics and their export to Prometheus. Each loop has counters of its own, which are added up when the page
/// is written. Names and labels are those of docs/metrics.md; no label has values that a client chooses. Read
/// [GatewayMetrics] first.
///
/// **Depends on:** time, memory, loop, connection, pool, runtime, http.server, gateway.log, gateway.request.
@NullMarked
package dev.weir.gateway.metrics;

import org.jspecify.annotations.NullMarked;
