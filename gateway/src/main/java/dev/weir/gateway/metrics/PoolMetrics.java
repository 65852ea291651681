package dev.weir.gateway.metrics;

import dev.weir.pool.Origin;
import dev.weir.pool.Pool;
import dev.weir.pool.PoolCount;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.ToLongFunction;

/// The metrics of the connections to one upstream, and of its origins.
///
/// **Threads:** thread-safe.
/// **Limits:** the series of origins are those of the cache when the page is written.
final class PoolMetrics {
    private final String upstream;
    private final byte[] upstreamBytes;
    private final Pool cache;
    private final MetricPage page;
    private final Labels labels;

    private PoolMetrics(String upstream, Pool cache, MetricPage page) {
        this.upstream = upstream;
        this.upstreamBytes = MetricText.bytes(upstream);
        this.cache = cache;
        this.page = page;
        this.labels = Labels.of("upstream", upstream);
    }

    static PoolMetrics register(String upstream, Pool cache, MetricPage page) {
        var pool = new PoolMetrics(upstream, cache, page);
        pool.connections();
        pool.borrowers();
        pool.origins();
        return pool;
    }

    /// Whether this upstream has this name and this origin.
    boolean serves(byte[] named, byte[] origin) {
        if (!Arrays.equals(upstreamBytes, named)) return false;
        for (Origin one : cache.origins()) {
            if (Arrays.equals(one.asciiBytes(), origin)) return true;
        }
        return false;
    }

    private void connections() {
        counter("opened", "Connections opened.", PoolCount.CREATED);
        counter("moved", "Idle connections that were moved to another loop.", PoolCount.MOVED);
        counter("reused", "Leases of connections that had been used before.", PoolCount.REUSED);
        page.summary("weir_pool_connect_seconds", "Connections opened, and the time that connecting took.")
                .timed(labels, () -> cache.count(PoolCount.CREATED), () -> cache.count(PoolCount.CONNECT_NANOS));
        page.summary("weir_pool_usage_seconds", "Leases of connections, and how long they lasted.")
                .timed(labels, () -> cache.count(PoolCount.RETURNED), () -> cache.count(PoolCount.LENT_NANOS));
        counter(
                "out_of_descriptors",
                "Attempts to connect that failed because this process had no descriptor.",
                PoolCount.OUT_OF_DESCRIPTORS);
        evicted("idle", PoolCount.EVICTED_IDLE);
        evicted("peer_left", PoolCount.EVICTED_PEER_LEFT);
        evicted("unsolicited", PoolCount.EVICTED_UNSOLICITED);
        evicted("not_clean", PoolCount.EVICTED_NOT_CLEAN);
        evicted("for_room", PoolCount.EVICTED_FOR_ROOM);
    }

    private void borrowers() {
        counter("timeouts", "Requests that timed out waiting for a connection.", PoolCount.TIMED_OUT);
        counter("refused", "Requests refused because the queue was full.", PoolCount.QUEUE_FULL);
        counter("gave_way", "Leases ended because others waited and the client was the slowest.", PoolCount.GAVE_WAY);
        counter(
                "displaced",
                "Waiting requests of a client with many, displaced by one of a client with fewer.",
                PoolCount.DISPLACED);
        counter(
                "yielded",
                "Connections closed because others waited and no client seemed to expect an answer.",
                PoolCount.YIELDED);
        page.gauge("weir_pool_waiting", "Requests that are waiting for a connection.")
                .count(labels, cache::waiting);
        page.gauge("weir_pool_trickling", "Requests that hold a connection while their body arrives slowly.")
                .count(labels, cache::trickling);
        page.gauge("weir_pool_lent", "Requests that an origin is working on.").count(labels, this::outstanding);
    }

    private long outstanding() {
        long sum = 0;
        for (Origin origin : cache.origins()) sum += origin.outstanding();
        return sum;
    }

    private void origins() {
        ofOrigins(page.counter("weir_origin_failed_total", "Attempts to connect that failed."), Origin::failed);
        ofOrigins(
                page.gauge(
                        "weir_origin_passed_over",
                        "1 from a failed attempt to connect until one succeeds; others are preferred meanwhile."),
                origin -> origin.isFailing() ? 1 : 0);
    }

    private void ofOrigins(MetricFamily family, ToLongFunction<Origin> value) {
        byte[] start = MetricText.bytes(family.name() + "{upstream=\"" + MetricText.escaped(upstream) + "\",origin=\"");
        byte[] end = MetricText.bytes("\"} ");
        family.rows(text -> write(text, start, end, value));
    }

    private void write(MetricText text, byte[] start, byte[] end, ToLongFunction<Origin> value) throws IOException {
        for (Origin origin : cache.origins()) {
            text.put(start).put(origin.asciiBytes()).put(end).count(value.applyAsLong(origin));
        }
    }

    private void counter(String name, String help, PoolCount what) {
        page.counter("weir_pool_" + name + "_total", help).count(labels, () -> cache.count(what));
    }

    private void evicted(String reason, PoolCount what) {
        page.counter("weir_pool_evicted_total", "Idle connections closed.")
                .count(labels.and("reason", reason), () -> cache.count(what));
    }

    String upstream() {
        return upstream;
    }

    Pool cache() {
        return cache;
    }
}
