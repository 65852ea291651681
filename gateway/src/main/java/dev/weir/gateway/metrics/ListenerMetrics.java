package dev.weir.gateway.metrics;

import dev.weir.gateway.request.RequestRecord;
import dev.weir.http.server.ServerExchange;
import dev.weir.http.server.ServerObserver;
import dev.weir.loop.EventLoop;
import dev.weir.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/// The counters of one listener.
///
/// **Threads:** written on the loop of the event, read by any thread.
/// **Limits:** allocates nothing for an exchange.
public final class ListenerMetrics implements ServerObserver {
    private static final byte[] NOTHING = {};
    private static final int REQUESTS = 0;
    private static final int BYTES_IN = REQUESTS + 1;
    private static final int BYTES_OUT = BYTES_IN + 1;
    private static final int MEMORY_WAITS = BYTES_OUT + 1;
    private static final int MEMORY_WAIT_NANOS = MEMORY_WAITS + 1;
    private static final int CELLS = MEMORY_WAIT_NANOS + 1;

    private final String name;
    private final LoopCounters cells;
    private final OutcomeTable outcomes;
    private final List<UpstreamMetrics> upstreams;
    private final UpstreamMetrics none;
    private final AtomicLong acceptFailures = new AtomicLong();
    private final AtomicLong refusals = new AtomicLong();

    ListenerMetrics(
            String name,
            int loops,
            List<UpstreamMetrics> upstreams,
            UpstreamMetrics none,
            Clock clock,
            BiPredicate<byte[], byte[]> isServed) {
        this.name = name;
        this.cells = new LoopCounters(loops, CELLS);
        this.outcomes = new OutcomeTable(name, loops, clock, isServed);
        this.upstreams = upstreams;
        this.none = none;
    }

    @Override
    public void exchangeEnded(ServerExchange exchange) {
        EventLoop loop = exchange.loop();
        RequestRecord record = exchange.attachment(RequestRecord.KEY);
        RequestOutcome outcome = RequestOutcome.of(exchange, record);
        byte[] upstream = record == null ? NOTHING : record.upstream();
        byte[] origin = record == null ? NOTHING : record.origin();
        outcomes.count(loop, upstream, origin, outcome, statusClass(exchange.status()));
        cells.add(loop, REQUESTS, 1);
        cells.add(loop, BYTES_IN, Math.max(0, exchange.bytesIn()));
        cells.add(loop, BYTES_OUT, exchange.bytesOut());
        long waitedNanos = exchange.memoryWaitNanos();
        if (waitedNanos > 0) {
            cells.add(loop, MEMORY_WAITS, 1);
            cells.add(loop, MEMORY_WAIT_NANOS, waitedNanos);
        }
        upstream(record).exchangeEnded(loop, loop.nowNanos() - exchange.startedNanos(), record);
    }

    @Override
    public void acceptFailed(String why) {
        acceptFailures.incrementAndGet();
    }

    @Override
    public void refused() {
        refusals.incrementAndGet();
    }

    private UpstreamMetrics upstream(@Nullable RequestRecord record) {
        if (record == null) return none;
        byte[] chosen = record.upstream();
        for (int i = 0; i < upstreams.size(); i++) {
            if (Arrays.equals(upstreams.get(i).nameBytes(), chosen)) return upstreams.get(i);
        }
        return none;
    }

    private static int statusClass(int status) {
        int first = status / 100;
        return first < OutcomeTable.STATUS_CLASSES ? first : 0;
    }

    String name() {
        return name;
    }

    OutcomeTable outcomes() {
        return outcomes;
    }

    long requests() {
        return cells.sum(REQUESTS);
    }

    long bytesIn() {
        return cells.sum(BYTES_IN);
    }

    long bytesOut() {
        return cells.sum(BYTES_OUT);
    }

    long memoryWaits() {
        return cells.sum(MEMORY_WAITS);
    }

    long memoryWaitNanos() {
        return cells.sum(MEMORY_WAIT_NANOS);
    }

    long acceptFailures() {
        return acceptFailures.get();
    }

    long refusals() {
        return refusals.get();
    }
}
