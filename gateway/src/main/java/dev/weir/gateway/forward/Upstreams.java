package dev.weir.gateway.forward;

import dev.weir.connection.ChargeRequest;
import dev.weir.connection.Starvation;
import dev.weir.gateway.config.Upstream;
import dev.weir.http.client.ClientConnection;
import dev.weir.http.codec.HeadLimits;
import dev.weir.loop.EventLoop;
import dev.weir.memory.wait.FairBy;
import dev.weir.pool.LeastOutstanding;
import dev.weir.pool.Origin;
import dev.weir.pool.OriginChoice;
import dev.weir.pool.PoolLimits;
import dev.weir.pool.RandomTwo;
import dev.weir.pool.RoundRobin;
import dev.weir.pool.SharedAddresses;
import dev.weir.pool.exclusive.ConnectionCache;
import dev.weir.runtime.Weir;
import dev.weir.transport.Endpoint;
import dev.weir.transport.NameLookup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/// The upstreams of a gateway, each with its connections.
///
/// Upstreams that name the same address share its slots and its health.
///
/// **Owns:** one connection cache for each upstream and the thread that looks names up, until [#close]; with
/// each cache the charges of its connections and forwarded requests, until the last connection has ended.
/// **Threads:** thread-safe.
/// **Fails:** an origin whose name cannot be resolved is left out until it can; [#open] throws
/// [IllegalArgumentException] when the plan has too few charges left.
public final class Upstreams implements AutoCloseable {
    /// The value of `fieldsBytes` for an upstream to which no request is forwarded.
    public static final long NO_FORWARDS = -1;

    private final Weir weir;
    private final SharedAddresses sites = new SharedAddresses();
    private final List<RunningUpstream> targets = new ArrayList<>();
    private final List<OriginNames> kept = new ArrayList<>();
    private final @Nullable LookupThread lookups;

    private Upstreams(Weir weir, @Nullable LookupThread lookups) {
        this.weir = weir;
        this.lookups = lookups;
    }

    /// Looks the origins up and opens a cache for each upstream; a slow request loses its connection to a
    /// waiting one after [Starvation#LIMIT].
    ///
    /// @return the upstreams, owned by the caller
    public static Upstreams open(Weir weir, List<Upstream> upstreams) {
        return open(weir, upstreams, Starvation.LIMIT, upstream -> HeadLimits.DEFAULT.fieldsBytes(), line -> {});
    }

    /// Looks the origins up by the system's resolver and opens a cache for each upstream.
    ///
    /// @param tell receives notices about names for the operator, one line each, from any thread
    /// @param starveAfter how long a client may take to move a block while others wait for a connection
    /// @param fieldsBytes what the fields of a head may take at the listeners that route to an upstream, in
    ///     bytes; [#NO_FORWARDS] when none does
    /// @return the upstreams, owned by the caller
    public static Upstreams open(
            Weir weir,
            List<Upstream> upstreams,
            Duration starveAfter,
            ToLongFunction<Upstream> fieldsBytes,
            Consumer<String> tell) {
        var thread = new LookupThread(weir.group());
        var resolving = new NameResolution(NameLookup.SYSTEM, thread, tell);
        return open(weir, upstreams, starveAfter, fieldsBytes, resolving, thread);
    }

    /// Looks the origins up as `resolving` says and opens a cache for each upstream.
    static Upstreams open(
            Weir weir,
            List<Upstream> upstreams,
            Duration starveAfter,
            ToLongFunction<Upstream> fieldsBytes,
            NameResolution resolving) {
        return open(weir, upstreams, starveAfter, fieldsBytes, resolving, null);
    }

    /// Looks the origins up as `resolving` says and opens a cache for each upstream.
    ///
    /// @param lookups closed with the upstreams, or when this throws
    static Upstreams open(
            Weir weir,
            List<Upstream> upstreams,
            Duration starveAfter,
            ToLongFunction<Upstream> fieldsBytes,
            NameResolution resolving,
            @Nullable LookupThread lookups) {
        // Why: with the thread, because a failing upstream ends the lookups of those opened before it.
        var opened = new Upstreams(weir, lookups);
        try {
            for (Upstream upstream : upstreams) {
                opened.add(upstream, starveAfter, fieldsBytes.applyAsLong(upstream), resolving);
            }
            return opened;
        } catch (RuntimeException | Error failure) {
            opened.close();
            throw failure;
        }
    }

    private void add(Upstream upstream, Duration starveAfter, long fields, NameResolution resolving) {
        var names = new OriginNames(upstream, resolving);
        ConnectionCache cache = cache(upstream, names.lookUpNow(), starveAfter, fields);
        targets.add(new RunningUpstream(upstream, cache, fields, names));
        if (upstream.origins().stream().noneMatch(Endpoint::isName)) return;
        EventLoop loop = weir.group().loops().getFirst();
        if (weir.group().execute(loop, () -> names.begin(cache, loop))) kept.add(names);
    }

    /// The charges of an upstream: its connections, and each request that has one of them or waits for one.
    ///
    /// @param fieldsBytes as for [#open]
    public static ChargeRequest charges(Upstream upstream, long fieldsBytes) {
        int origins = upstream.places();
        int each = upstream.pool().connections();
        ChargeRequest connections = ConnectionCache.charges(upstream.name(), origins, each);
        if (fieldsBytes < 0) return connections;
        long borrowers = (long) origins * each + upstream.pool().waiting();
        return connections.with("forwards", borrowers, Forwarder.EXCHANGE_BYTES + fieldsBytes);
    }

    /// One upstream by its name.
    ///
    /// @throws IllegalArgumentException when there is none of this name
    public RunningUpstream named(String name) {
        for (RunningUpstream target : targets) {
            if (target.name().equals(name)) return target;
        }
        throw new IllegalArgumentException("there is no upstream " + name);
    }

    /// All of them, in the order of the configuration.
    public List<RunningUpstream> all() {
        return Collections.unmodifiableList(targets);
    }

    @Override
    public void close() {
        EventLoop loop = weir.group().loops().getFirst();
        for (OriginNames names : kept) {
            // Why: a closed loop has ended them.
            boolean _ = weir.group().execute(loop, names::end);
        }
        if (lookups != null) lookups.close();
        for (RunningUpstream target : targets) target.cache().close();
    }

    private ConnectionCache cache(
            Upstream upstream, List<Origin.Address> addresses, Duration starveAfter, long fieldsBytes) {
        var pool = upstream.pool();
        var limits = new PoolLimits(
                pool.connections(),
                pool.waiting(),
                pool.acquire(),
                pool.idle(),
                upstream.timeouts().connect(),
                FairBy.valueOf(pool.fairBy().name()),
                starveAfter,
                switch (upstream.whenAllDown()) {
                    case WAIT -> upstream.timeouts().connect();
                    case FAIL -> Duration.ZERO;
                });
        var settings = new ConnectionCache.Settings(
                upstream.name(),
                addresses,
                upstream.places(),
                limits,
                choice(upstream),
                weir.connections(),
                weir.network(),
                ClientConnection::new,
                sites);
        return ConnectionCache.open(settings, charges(upstream, fieldsBytes));
    }

    private static OriginChoice choice(Upstream upstream) {
        return switch (upstream.balance()) {
            case ROUND_ROBIN -> new RoundRobin();
            case LEAST_OUTSTANDING -> new LeastOutstanding();
            case RANDOM_2 -> new RandomTwo();
        };
    }
}
