package dev.weir.gateway.metrics;

import dev.weir.connection.ConnectionState;
import dev.weir.gateway.log.AccessLog;
import dev.weir.pool.ConnectionCache;
import dev.weir.pool.Origin;
import dev.weir.pool.PoolCount;
import dev.weir.server.Weir;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/// Everything the gateway counts, under the names of docs/metrics.md.
///
/// **Owns:** a registry of meters; no thread, no memory of the budget.
/// **Threads:** thread-safe.
/// **Waits:** [#scrape] asks each loop for its connections and waits a second at most for all of them.
/// **Limits:** series are made when listeners, upstreams and caches are named or origins come, and never by a request.
public final class GatewayMetrics {
    private static final String NO_UPSTREAM = "none";

    private final Weir weir;
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final List<ListenerMetrics> listeners = new ArrayList<>();
    private final List<UpstreamMetrics> upstreams = new ArrayList<>();
    private final List<OriginMetrics> origins = new ArrayList<>();
    private final UpstreamMetrics none;
    private final MultiGauge connectionCounts;
    private final MemoryMetrics memory;

    private GatewayMetrics(Weir weir) {
        this.weir = weir;
        this.memory = MemoryMetrics.register(weir, registry);
        this.none = new UpstreamMetrics(NO_UPSTREAM, weir.group().loops().size());
        this.connectionCounts = MultiGauge.builder("weir.connections")
                .description("connections by state, side and upstream")
                .register(registry);
    }

    /// What is counted for a runtime, its listeners and its upstreams.
    ///
    /// @param listeners names of HTTP listeners
    /// @param upstreams their names, in ASCII, as requests' records give them
    public static GatewayMetrics of(Weir weir, List<String> listeners, List<String> upstreams) {
        var metrics = new GatewayMetrics(weir);
        int loops = weir.group().loops().size();
        for (String name : upstreams) metrics.upstreams.add(new UpstreamMetrics(name, loops));
        for (String name : listeners) {
            metrics.listeners.add(new ListenerMetrics(name, loops, List.copyOf(metrics.upstreams), metrics.none));
        }
        metrics.register();
        return metrics;
    }

    /// Who counts for an HTTP listener; to be told of its exchanges.
    ///
    /// @throws IllegalArgumentException when it was not named
    public ListenerMetrics listener(String name) {
        for (ListenerMetrics listener : listeners) {
            if (listener.name().equals(name)) return listener;
        }
        throw new IllegalArgumentException("no listener was named " + name);
    }

    /// Tells of the connections to one upstream, until the end of this object.
    public void pool(String upstream, ConnectionCache cache) {
        counter("weir.pool.opened", "connections made", of(upstream), () -> cache.count(PoolCount.CREATED));
        counter(
                "weir.pool.moved",
                "idle connections that went to another loop",
                of(upstream),
                () -> cache.count(PoolCount.MOVED));
        counter(
                "weir.pool.reused",
                "loans of connections that had served",
                of(upstream),
                () -> cache.count(PoolCount.REUSED));
        timer(
                "weir.pool.usage",
                "loans of connections",
                of(upstream),
                () -> cache.count(PoolCount.RETURNED),
                () -> cache.count(PoolCount.LENT_NANOS));
        counter(
                "weir.pool.timeouts",
                "requests that waited in vain for a connection",
                of(upstream),
                () -> cache.count(PoolCount.TIMED_OUT));
        counter(
                "weir.pool.refused",
                "requests refused because too many waited",
                of(upstream),
                () -> cache.count(PoolCount.QUEUE_FULL));
        counter(
                "weir.pool.gave.way",
                "loans ended because others waited and the client was the slowest",
                of(upstream),
                () -> cache.count(PoolCount.GAVE_WAY));
        counter(
                "weir.pool.displaced",
                "waiting requests of a client with many, refused for one of a client with fewer",
                of(upstream),
                () -> cache.count(PoolCount.DISPLACED));
        counter(
                "weir.pool.yielded",
                "connections closed because others waited and nobody seemed to wait for an answer",
                of(upstream),
                () -> cache.count(PoolCount.YIELDED));
        evicted(upstream, "idle", cache, PoolCount.EVICTED_IDLE);
        evicted(upstream, "peer_left", cache, PoolCount.EVICTED_PEER_LEFT);
        evicted(upstream, "unsolicited", cache, PoolCount.EVICTED_UNSOLICITED);
        evicted(upstream, "not_clean", cache, PoolCount.EVICTED_NOT_CLEAN);
        evicted(upstream, "for_room", cache, PoolCount.EVICTED_FOR_ROOM);
        counter(
                "weir.pool.out.of.descriptors",
                "attempts to connect for which this process had no descriptor",
                of(upstream),
                () -> cache.count(PoolCount.OUT_OF_DESCRIPTORS));
        gauge("weir.pool.waiting", "requests that wait for a connection", of(upstream), cache::waiting);
        gauge(
                "weir.pool.trickling",
                "requests that have a connection while their body trickles in",
                of(upstream),
                cache::trickling);
        gauge("weir.pool.lent", "requests an origin is working on", of(upstream), () -> outstanding(cache));
        origins.add(new OriginMetrics(upstream, cache, weir.group().clock(), registry));
    }

    /// Tells of the interim answers of one upstream that were not passed on.
    public void interim(String upstream, LongSupplier dropped) {
        counter("weir.interim.dropped", "interim answers that were not passed on", of(upstream), dropped);
    }

    /// Tells how long the gateway has been ending.
    ///
    /// @param nanos 0 while it runs
    public void closing(LongSupplier nanos) {
        TimeGauge.builder("weir.close.duration", this, TimeUnit.NANOSECONDS, self -> nanos.getAsLong())
                .description("how long the gateway has been ending")
                .register(registry);
    }

    /// Tells of the lines the access log lost.
    public void log(AccessLog log) {
        counter("weir.log.dropped", "lines of the access log that were not written", Tags.empty(), log::linesDropped);
    }

    /// Tells of the bytes of a TCP listener and of the connections it had.
    public void relay(
            String listener, LongSupplier opened, LongSupplier refused, LongSupplier bytesIn, LongSupplier bytesOut) {
        Tags tags = Tags.of("listener", listener);
        counter("weir.tcp.connections", "connections taken by TCP listeners", tags, opened);
        refusals(tags, refused);
        counter("weir.bytes", "bytes moved", tags.and("direction", "in"), bytesIn);
        counter("weir.bytes", "bytes moved", tags.and("direction", "out"), bytesOut);
    }

    /// Everything as text for Prometheus.
    ///
    /// @throws InterruptedException when interrupted while it waits for the loops
    public String scrape() throws InterruptedException {
        memory.look();
        origins.forEach(OriginMetrics::look);
        connectionCounts.register(
                connections().stream().map(GatewayMetrics::row).toList(), true);
        return registry.scrape();
    }

    /// How many connections there are where; asks each loop.
    ///
    /// @throws InterruptedException when interrupted while it waits for the loops, a second at most
    public List<ConnectionCount> connections() throws InterruptedException {
        return Census.of(weir);
    }

    /// What the requests were until now, all listeners and upstreams together.
    public Traffic traffic() {
        long[] buckets = none.buckets();
        long nanos = none.nanos();
        for (UpstreamMetrics upstream : upstreams) {
            long[] more = upstream.buckets();
            for (int i = 0; i < buckets.length; i++) buckets[i] += more[i];
            nanos += upstream.nanos();
        }
        var outcomes = new ArrayList<Traffic.Outcome>();
        for (RequestOutcome outcome : RequestOutcome.values()) {
            outcomes.add(new Traffic.Outcome(outcome.tag(), total(one -> requests(one, outcome))));
        }
        return new Traffic(
                total(ListenerMetrics::requests),
                nanos,
                total(ListenerMetrics::bytesIn),
                total(ListenerMetrics::bytesOut),
                Traffic.buckets(UpstreamMetrics.boundsSeconds(), buckets),
                outcomes);
    }

    private void register() {
        for (ListenerMetrics listener : listeners) register(listener);
        for (UpstreamMetrics upstream : upstreams) register(upstream);
        var timed = new ArrayList<>(upstreams);
        timed.add(none);
        registry.getPrometheusRegistry().register(new RequestTimes(timed));
        timer(
                "weir.memory.wait",
                "waits of requests for memory",
                Tags.empty(),
                () -> total(ListenerMetrics::memoryWaits),
                () -> total(ListenerMetrics::memoryWaitNanos));
    }

    private void register(ListenerMetrics listener) {
        Tags tags = Tags.of("listener", listener.name());
        for (RequestOutcome outcome : RequestOutcome.values()) {
            for (int first = 0; first < ListenerMetrics.STATUS_CLASSES; first++) {
                int statusClass = first;
                Tags status = tags.and("outcome", outcome.tag(), "status", first == 0 ? "none" : first + "xx");
                counter(
                        "weir.requests.outcome",
                        "requests by what became of them",
                        status,
                        () -> listener.requests(outcome, statusClass));
            }
        }
        counter("weir.bytes", "bytes moved", tags.and("direction", "in"), listener::bytesIn);
        counter("weir.bytes", "bytes moved", tags.and("direction", "out"), listener::bytesOut);
        counter("weir.accept.failed", "times accepting failed and paused", tags, listener::acceptFailures);
        refusals(tags, listener::refusals);
    }

    private void refusals(Tags tags, LongSupplier count) {
        counter("weir.connections.refused", "clients sent away beyond the limit of connections", tags, count);
    }

    private void register(UpstreamMetrics upstream) {
        Tags tags = of(upstream.name());
        timer(
                "weir.pool.acquire",
                "waits of requests for a connection",
                tags,
                upstream::acquired,
                upstream::acquireNanos);
        timer(
                "weir.pool.connect",
                "time that making connections took",
                tags,
                upstream::acquired,
                upstream::connectNanos);
        counter("weir.requests.repeated", "attempts after the first", tags, upstream::repeated);
    }

    private void evicted(String upstream, String reason, ConnectionCache cache, PoolCount count) {
        Tags tags = of(upstream).and("reason", reason);
        counter("weir.pool.evicted", "idle connections closed", tags, () -> cache.count(count));
    }

    // Why: the registry keeps the object of a meter weakly; this one lives as long as its owner, and the functions
    // with it.
    private void counter(String name, String description, Tags tags, LongSupplier count) {
        FunctionCounter.builder(name, this, self -> count.getAsLong())
                .description(description)
                .tags(tags)
                .register(registry);
    }

    private void gauge(String name, String description, Tags tags, LongSupplier value) {
        Gauge.builder(name, this, self -> value.getAsLong())
                .description(description)
                .tags(tags)
                .register(registry);
    }

    private void timer(String name, String description, Tags tags, LongSupplier count, LongSupplier nanos) {
        FunctionTimer.builder(name, this, self -> count.getAsLong(), self -> nanos.getAsLong(), TimeUnit.NANOSECONDS)
                .description(description)
                .tags(tags)
                .register(registry);
    }

    private long total(ToLongFunction<ListenerMetrics> count) {
        return listeners.stream().mapToLong(count).sum();
    }

    private static long requests(ListenerMetrics listener, RequestOutcome outcome) {
        long sum = 0;
        for (int first = 0; first < ListenerMetrics.STATUS_CLASSES; first++) sum += listener.requests(outcome, first);
        return sum;
    }

    private static long outstanding(ConnectionCache cache) {
        return cache.origins().stream().mapToLong(Origin::outstanding).sum();
    }

    private static Tags of(String upstream) {
        return Tags.of("upstream", upstream);
    }

    private static MultiGauge.Row<Number> row(ConnectionCount count) {
        Tags tags = Tags.of(
                "side", count.place().side().text(),
                "upstream", count.place().upstream(),
                "state", text(count.state()));
        return MultiGauge.Row.of(tags, count.connections());
    }

    private static String text(ConnectionState state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
