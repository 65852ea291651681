package dev.weir.bench;

import dev.weir.bench.measure.Running;
import java.io.IOException;

/// What a gateway tells of its budget.
///
/// @param peakBytes the most that was out at once, since the start
/// @param grants waits that ended with a block, since the start
/// @param gaveUp waits given up, since the start
/// @param waits of requests for memory, since the start
record MemoryTold(long peakBytes, long grants, long gaveUp, long waits) {

    /// What `/metrics` says now.
    static MemoryTold of(Running gateway) throws IOException, InterruptedException {
        String page = Told.page(Told.adminPort(gateway));
        return new MemoryTold(
                Told.sum(page, "weir_memory_peak_bytes"),
                Told.sum(page, "weir_memory_grants_total"),
                Told.sum(page, "weir_memory_gave_up_total"),
                Told.sum(page, "weir_memory_wait_seconds_count"));
    }

    /// What came since `before`; the peak is that since the start.
    MemoryTold since(MemoryTold before) {
        return new MemoryTold(peakBytes, grants - before.grants, gaveUp - before.gaveUp, waits - before.waits);
    }
}
