package dev.weir.gateway.metrics;

import dev.weir.gateway.log.AccessLog;
import dev.weir.pool.Origin;
import dev.weir.pool.Pool;
import dev.weir.runtime.Weir;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/// All metrics of the gateway, under the names of docs/metrics.md.
///
/// **Owns:** its counters; no thread, no memory of the budget.
/// **Threads:** thread-safe.
/// **Waits:** [#write] asks each loop for its connections and waits a second at most for all of them.
/// **Limits:** series are created when listeners, upstreams and caches are registered. The first request of a
/// listener and origin creates theirs, up to [OutcomeTable#ROWS_MAX].
/// **Source:** ADR 31.
public final class GatewayMetrics {
    private static final String NO_UPSTREAM = "none";
    private static final int SERVER_ERRORS = 5;
    private static final int ANY_STATUS = -1;

    private final Weir weir;
    private final MetricPage page = new MetricPage();
    private final List<ListenerMetrics> listeners = new ArrayList<>();
    private final List<UpstreamMetrics> upstreams = new ArrayList<>();
    private final List<PoolMetrics> pools = new CopyOnWriteArrayList<>();
    private final UpstreamMetrics none;
    private final MemoryMetrics memory;
    private final long openedNanos;

    private GatewayMetrics(Weir weir) {
        this.weir = weir;
        this.openedNanos = weir.group().clock().nanoTime();
        this.memory = MemoryMetrics.register(weir, page);
        this.none = new UpstreamMetrics(NO_UPSTREAM, weir.group().loops().size());
    }

    /// The metrics of a runtime, its listeners and its upstreams.
    ///
    /// @param listeners names of HTTP listeners
    /// @param upstreams their names, in ASCII, as requests' records give them
    public static GatewayMetrics of(Weir weir, List<String> listeners, List<String> upstreams) {
        var metrics = new GatewayMetrics(weir);
        int loops = weir.group().loops().size();
        for (String name : upstreams) metrics.upstreams.add(new UpstreamMetrics(name, loops));
        for (String name : listeners) {
            metrics.listeners.add(new ListenerMetrics(
                    name,
                    loops,
                    List.copyOf(metrics.upstreams),
                    metrics.none,
                    weir.group().clock(),
                    metrics::isServed));
        }
        metrics.register();
        return metrics;
    }

    /// The counters of an HTTP listener; observes its exchanges.
    ///
    /// @throws IllegalArgumentException when the listener is unknown
    public ListenerMetrics listener(String name) {
        for (ListenerMetrics listener : listeners) {
            if (listener.name().equals(name)) return listener;
        }
        throw new IllegalArgumentException("no listener was named " + name);
    }

    /// Registers the connection pool of one upstream.
    public void pool(String upstream, Pool cache) {
        pools.add(PoolMetrics.register(upstream, cache, page));
    }

    private boolean isServed(byte[] upstream, byte[] origin) {
        for (PoolMetrics pool : pools) {
            if (pool.serves(upstream, origin)) return true;
        }
        return false;
    }

    /// Registers the counter of interim answers of one upstream that were not forwarded.
    public void interim(String upstream, LongSupplier dropped) {
        page.counter("weir_interim_dropped_total", "Interim answers that were not forwarded.")
                .count(Labels.of("upstream", upstream), dropped);
    }

    /// Registers the limits of one upstream.
    ///
    /// @param connections to each of its origins
    /// @param waiting requests that may wait for one
    public void poolLimits(String upstream, long connections, long waiting) {
        Labels labels = Labels.of("upstream", upstream);
        page.gauge("weir_pool_connections_limit", "The most connections to each origin.")
                .count(labels, () -> connections);
        page.gauge("weir_pool_waiting_limit", "The most requests that may wait for a connection.")
                .count(labels, () -> waiting);
    }

    /// Tells of the limit of all listeners together.
    ///
    /// @param connections clients they may have
    public void connectionsLimit(long connections) {
        page.gauge("weir_connections_limit", "The most clients that all listeners have together.")
                .count(Labels.NONE, () -> connections);
    }

    /// Tells of the limit of one listener, HTTP or TCP.
    ///
    /// @param connections clients it may have
    public void listenerLimit(String listener, long connections) {
        page.gauge("weir_listener_connections_limit", "The most clients that a listener has at once.")
                .count(Labels.of("listener", listener), () -> connections);
    }

    /// Registers the version of the program.
    ///
    /// @param version of it
    public void build(String version) {
        Labels labels =
                Labels.of("version", version).and("java", Runtime.version().toString());
        page.gauge("weir_build_info", "Versions of gateway and Java; always 1.").count(labels, () -> 1);
    }

    /// Registers the time since the close began.
    ///
    /// @param nanos 0 while it runs
    public void closing(LongSupplier nanos) {
        page.gauge("weir_close_duration_seconds", "Seconds since the gateway began to close; 0 while it runs.")
                .seconds(Labels.NONE, nanos);
    }

    /// Registers the number of request observers from plugin jars.
    ///
    /// @param sound how many have never thrown anything
    public void requestObservers(LongSupplier sound, LongSupplier failing) {
        page.gauge("weir_request_observers", "Request observers of plugin jars, by whether one has ever thrown.")
                .count(Labels.of("state", "sound"), sound)
                .count(Labels.of("state", "failing"), failing);
    }

    /// Registers the counter of lost access-log lines.
    public void log(AccessLog log) {
        page.counter("weir_log_dropped_total", "Lines of the access log that were not written.")
                .count(Labels.NONE, log::linesDropped);
    }

    /// Registers the bytes and connections of a TCP listener.
    public void relay(
            String listener, LongSupplier opened, LongSupplier refused, LongSupplier bytesIn, LongSupplier bytesOut) {
        Labels labels = Labels.of("listener", listener);
        page.counter("weir_tcp_connections_total", "Connections accepted by TCP listeners.")
                .count(labels, opened);
        refusals(labels, refused);
        bytes(labels, bytesIn, bytesOut);
    }

    /// Writes everything as text for Prometheus.
    ///
    /// @param out lent; not closed
    /// @throws InterruptedException when interrupted while it waits for the loops
    public void write(OutputStream out) throws IOException, InterruptedException {
        memory.look();
        page.write(out);
        connections(out);
    }

    private void connections(OutputStream out) throws IOException, InterruptedException {
        var counts = connections();
        var family = new MetricFamily(
                "weir_connections", MetricFamily.Type.GAUGE, "Connections by state, side and upstream.");
        for (ConnectionCount one : counts) {
            Labels labels = Labels.of("side", one.side().text())
                    .and("upstream", one.upstream())
                    .and("state", one.state().name().toLowerCase(Locale.ROOT));
            family.count(labels, one::connections);
        }
        var text = new MetricText(out);
        family.write(text);
        text.flush();
    }

    /// Counts connections by side, upstream and state; asks each loop.
    ///
    /// @throws InterruptedException when interrupted while it waits for the loops, a second at most
    public List<ConnectionCount> connections() throws InterruptedException {
        return Census.of(weir);
    }

    /// The state of each origin, in the order of the configuration.
    public List<OriginState> origins() {
        var states = new ArrayList<OriginState>();
        for (PoolMetrics pool : pools) {
            for (Origin origin : pool.cache().origins()) states.add(state(pool, origin));
        }
        return states;
    }

    private OriginState state(PoolMetrics pool, Origin origin) {
        byte[] upstream = MetricText.bytes(pool.upstream());
        return new OriginState(
                pool.upstream(),
                origin.text(),
                origin.isFailing(),
                origin.connections(),
                origin.outstanding(),
                origin.failed(),
                total(one -> one.outcomes().count(upstream, origin.asciiBytes(), ANY_STATUS)),
                total(one -> one.outcomes().count(upstream, origin.asciiBytes(), SERVER_ERRORS)));
    }

    /// The totals of all requests so far, of all listeners and upstreams.
    public RequestTotals traffic() {
        long[] buckets = none.buckets();
        long nanos = none.nanos();
        for (UpstreamMetrics upstream : upstreams) {
            long[] more = upstream.buckets();
            for (int i = 0; i < buckets.length; i++) buckets[i] += more[i];
            nanos += upstream.nanos();
        }
        return new RequestTotals(
                total(ListenerMetrics::requests),
                nanos,
                total(ListenerMetrics::bytesIn),
                total(ListenerMetrics::bytesOut),
                RequestTotals.buckets(UpstreamMetrics.boundsSeconds(), buckets),
                outcomes(),
                statuses());
    }

    private List<RequestTotals.Named> outcomes() {
        var outcomes = new ArrayList<RequestTotals.Named>();
        for (RequestOutcome outcome : RequestOutcome.values()) {
            long sum = 0;
            for (int first = 0; first < OutcomeTable.STATUS_CLASSES; first++) sum += requests(outcome, first);
            outcomes.add(new RequestTotals.Named(outcome.tag(), sum));
        }
        return outcomes;
    }

    private List<RequestTotals.Named> statuses() {
        var statuses = new ArrayList<RequestTotals.Named>();
        for (int first = 0; first < OutcomeTable.STATUS_CLASSES; first++) {
            long sum = 0;
            for (RequestOutcome outcome : RequestOutcome.values()) sum += requests(outcome, first);
            statuses.add(new RequestTotals.Named(first == 0 ? "none" : first + "xx", sum));
        }
        return statuses;
    }

    private long requests(RequestOutcome outcome, int statusClass) {
        return total(one -> one.outcomes().count(outcome, statusClass));
    }

    private void register() {
        for (ListenerMetrics listener : listeners) register(listener);
        for (UpstreamMetrics upstream : upstreams) register(upstream);
        RequestTimes.register(page, none);
        page.summary("weir_memory_wait_seconds", "Waits of requests for memory.")
                .timed(
                        Labels.NONE,
                        () -> total(ListenerMetrics::memoryWaits),
                        () -> total(ListenerMetrics::memoryWaitNanos));
        page.gauge("weir_uptime_seconds", "How long the gateway has been running.")
                .seconds(Labels.NONE, () -> weir.group().clock().nanoTime() - openedNanos);
        ProcessMetrics.register(page);
    }

    private void register(ListenerMetrics listener) {
        Labels labels = Labels.of("listener", listener.name());
        page.counter("weir_requests_outcome_total", "Requests by outcome.").rows(listener.outcomes()::write);
        bytes(labels, listener::bytesIn, listener::bytesOut);
        page.counter("weir_accept_failed_total", "Failures of accepting, after each of which it pauses.")
                .count(labels, listener::acceptFailures);
        refusals(labels, listener::refusals);
    }

    private void bytes(Labels labels, LongSupplier in, LongSupplier out) {
        page.counter("weir_bytes_total", "Bytes moved.")
                .count(labels.and("direction", "in"), in)
                .count(labels.and("direction", "out"), out);
    }

    private void refusals(Labels labels, LongSupplier count) {
        page.counter("weir_connections_refused_total", "Clients refused beyond the limit of connections.")
                .count(labels, count);
    }

    private void register(UpstreamMetrics upstream) {
        Labels labels = Labels.of("upstream", upstream.name());
        RequestTimes.register(page, upstream);
        page.summary("weir_pool_acquire_seconds", "Waits of requests for a connection.")
                .timed(labels, upstream::acquired, upstream::acquireNanos);
        page.counter("weir_requests_repeated_total", "Attempts of requests after the first.")
                .count(labels, upstream::repeated);
    }

    private long total(ToLongFunction<ListenerMetrics> count) {
        return listeners.stream().mapToLong(count).sum();
    }
}
