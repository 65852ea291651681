package dev.weir.gateway.metrics;

import dev.weir.gateway.request.RequestRecord;
import dev.weir.loop.EventLoop;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The histogram of the requests to one upstream, in fixed buckets.
///
/// **Threads:** written on the loop of the event, read by any thread.
/// **Limits:** 15 buckets from 1 ms to 30 s and beyond, for each loop.
final class UpstreamMetrics {
    /// Upper bounds of the buckets, in milliseconds; one more holds what takes longer.
    private static final long[] BOUNDS_MILLIS = {1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000
    };

    private static final int BUCKETS = BOUNDS_MILLIS.length + 1;
    private static final int NANOS = BUCKETS;
    private static final int ACQUIRED = NANOS + 1;
    private static final int ACQUIRE_NANOS = ACQUIRED + 1;
    private static final int REPEATED = ACQUIRE_NANOS + 1;
    private static final int CELLS = REPEATED + 1;
    private static final long MILLI = 1_000_000;

    private final String name;
    private final byte[] nameBytes;
    private final LoopCounters cells;

    UpstreamMetrics(String name, int loops) {
        this.name = name;
        this.nameBytes = name.getBytes(StandardCharsets.ISO_8859_1);
        this.cells = new LoopCounters(loops, CELLS);
    }

    void exchangeEnded(EventLoop loop, long tookNanos, @Nullable RequestRecord record) {
        cells.add(loop, bucketOf(tookNanos), 1);
        cells.add(loop, NANOS, tookNanos);
        if (record == null || record.attempts() == 0) return;
        cells.add(loop, ACQUIRED, 1);
        cells.add(loop, ACQUIRE_NANOS, record.poolWaitNanos());
        cells.add(loop, REPEATED, record.attempts() - 1);
    }

    private static int bucketOf(long nanos) {
        int bucket = 0;
        while (bucket < BOUNDS_MILLIS.length && nanos > BOUNDS_MILLIS[bucket] * MILLI) bucket++;
        return bucket;
    }

    String name() {
        return name;
    }

    /// Lent.
    byte[] nameBytes() {
        return nameBytes;
    }

    /// Upper bounds in seconds, the last one infinite.
    static double[] boundsSeconds() {
        var bounds = new double[BUCKETS];
        for (int i = 0; i < BOUNDS_MILLIS.length; i++) bounds[i] = BOUNDS_MILLIS[i] / 1_000.0;
        bounds[BUCKETS - 1] = Double.POSITIVE_INFINITY;
        return bounds;
    }

    /// The count of each bucket, not cumulative.
    long[] buckets() {
        var counts = new long[BUCKETS];
        for (int i = 0; i < BUCKETS; i++) counts[i] = bucket(i);
        return counts;
    }

    /// The count of one bucket, not cumulative.
    long bucket(int bucket) {
        return cells.sum(bucket);
    }

    long nanos() {
        return cells.sum(NANOS);
    }

    long acquired() {
        return cells.sum(ACQUIRED);
    }

    long acquireNanos() {
        return cells.sum(ACQUIRE_NANOS);
    }

    long repeated() {
        return cells.sum(REPEATED);
    }
}
