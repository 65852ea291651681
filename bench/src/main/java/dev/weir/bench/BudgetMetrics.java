package dev.weir.bench;

import dev.weir.bench.measure.Running;
import java.io.IOException;

/// What a gateway tells of its budget.
///
/// @param peakBytes the most that was out at once, since the start
/// @param grants waits that ended with a block, since the start
/// @param gaveUp waits given up, since the start
/// @param waits of requests for memory, since the start
record BudgetMetrics(long peakBytes, long grants, long gaveUp, long waits) {

    /// What `/metrics` says now.
    static BudgetMetrics of(Running gateway) throws IOException, InterruptedException {
        String page = GatewayMetricsReader.page(GatewayMetricsReader.adminPort(gateway));
        return new BudgetMetrics(
                GatewayMetricsReader.sum(page, "weir_memory_peak_bytes"),
                GatewayMetricsReader.sum(page, "weir_memory_grants_total"),
                GatewayMetricsReader.sum(page, "weir_memory_gave_up_total"),
                GatewayMetricsReader.sum(page, "weir_memory_wait_seconds_count"));
    }

    /// What came since `before`; the peak is that since the start.
    BudgetMetrics since(BudgetMetrics before) {
        return new BudgetMetrics(peakBytes, grants - before.grants, gaveUp - before.gaveUp, waits - before.waits);
    }
}
