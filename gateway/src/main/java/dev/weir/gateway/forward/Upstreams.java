package dev.weir.gateway.forward;

import dev.weir.connection.Claim;
import dev.weir.connection.Starvation;
import dev.weir.gateway.config.Address;
import dev.weir.gateway.config.Upstream;
import dev.weir.http.codec.HeadLimits;
import dev.weir.memory.FairBy;
import dev.weir.pool.ConnectionCache;
import dev.weir.pool.LeastOutstanding;
import dev.weir.pool.Origin;
import dev.weir.pool.OriginChoice;
import dev.weir.pool.PoolLimits;
import dev.weir.pool.RandomTwo;
import dev.weir.pool.RoundRobin;
import dev.weir.server.Weir;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/// The upstreams of a gateway, each with its connections.
///
/// **Owns:** one cache of connections for each upstream, until [#close]; with it what its connections and the
/// requests on their way there are charged, until the last connection has ended.
/// **Threads:** thread-safe.
/// **Fails:** an origin whose name cannot be resolved makes [#open] throw [UnknownOriginException]; more than the
/// plan has left, [IllegalArgumentException].
public final class Upstreams implements AutoCloseable {
    /// Stands for the fields of an upstream that no request is forwarded to.
    public static final long NO_FORWARDS = -1;

    private final List<Target> targets;

    private Upstreams(List<Target> targets) {
        this.targets = List.copyOf(targets);
    }

    /// Resolves the origins and opens a cache for each upstream; a request gives its connection up after
    /// [Starvation#LIMIT].
    ///
    /// @return the upstreams, owned by the caller
    public static Upstreams open(Weir weir, List<Upstream> upstreams) {
        return open(weir, upstreams, Starvation.LIMIT, upstream -> HeadLimits.DEFAULT.fieldsBytes());
    }

    /// Resolves the origins and opens a cache for each upstream.
    ///
    /// @param starveAfter how long, while others wait for a connection, a client may take to move a block
    /// @param fieldsBytes what the fields of a head may take at the listeners that route to an upstream, in bytes;
    ///     [#NO_FORWARDS] when none does
    /// @return the upstreams, owned by the caller
    public static Upstreams open(
            Weir weir, List<Upstream> upstreams, Duration starveAfter, ToLongFunction<Upstream> fieldsBytes) {
        var targets = new ArrayList<Target>();
        try {
            for (Upstream upstream : upstreams) {
                long fields = fieldsBytes.applyAsLong(upstream);
                targets.add(new Target(upstream, cache(weir, upstream, starveAfter, fields), fields));
            }
            return new Upstreams(targets);
        } catch (RuntimeException | Error failure) {
            for (Target target : targets) target.cache().close();
            throw failure;
        }
    }

    /// What an upstream takes of the charges of the plan: its connections, and each request that has one of them or
    /// waits for one.
    ///
    /// @param fieldsBytes as for [#open]
    public static Claim claim(Upstream upstream, long fieldsBytes) {
        int origins = upstream.origins().size();
        int each = upstream.pool().connections();
        Claim connections = ConnectionCache.claim(upstream.name(), origins, each);
        if (fieldsBytes < 0) return connections;
        long borrowers = (long) origins * each + upstream.pool().waiting();
        return connections.with("forwards", borrowers, Forwarder.EXCHANGE_BYTES + fieldsBytes);
    }

    /// One upstream by its name.
    ///
    /// @throws IllegalArgumentException when there is none of this name
    public Target named(String name) {
        for (Target target : targets) {
            if (target.name().equals(name)) return target;
        }
        throw new IllegalArgumentException("there is no upstream " + name);
    }

    /// All of them, in the order of the configuration.
    public List<Target> all() {
        return targets;
    }

    @Override
    public void close() {
        for (Target target : targets) target.cache().close();
    }

    private static ConnectionCache cache(Weir weir, Upstream upstream, Duration starveAfter, long fieldsBytes) {
        var addresses = new ArrayList<Origin.Address>();
        for (Address address : upstream.origins()) addresses.add(resolved(upstream, address));
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
                limits,
                choice(upstream),
                weir.connections(),
                weir.network(),
                OriginConversation::new);
        return ConnectionCache.open(settings, claim(upstream, fieldsBytes));
    }

    private static Origin.Address resolved(Upstream upstream, Address address) {
        var socket = new InetSocketAddress(address.host(), address.port());
        if (socket.isUnresolved()) throw new UnknownOriginException(upstream.name(), address.host());
        return new Origin.Address(socket, address.toString());
    }

    private static OriginChoice choice(Upstream upstream) {
        return switch (upstream.balance()) {
            case ROUND_ROBIN -> new RoundRobin();
            case LEAST_OUTSTANDING -> new LeastOutstanding();
            case RANDOM_2 -> new RandomTwo();
        };
    }
}
