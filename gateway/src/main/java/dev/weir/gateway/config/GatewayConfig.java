package dev.weir.gateway.config;

import dev.weir.transport.Endpoint;
import java.util.List;
import java.util.OptionalInt;

/// A checked configuration with the defaults filled in.
///
/// **Threads:** immutable.
///
/// @param memory the budget and what is done with it
/// @param connections clients at once, of all listeners together; empty for the default, which depends on the
///     budget
/// @param admin where the admin pages are
/// @param accessLog where the access log goes
/// @param stop how the gateway ends
/// @param listeners at least one, in the order of the file
/// @param upstreams at least one, in the order of the file; every upstream that a listener names is among them
public record GatewayConfig(
        Memory memory,
        OptionalInt connections,
        Admin admin,
        AccessLogSetting accessLog,
        Stop stop,
        List<Listener> listeners,
        List<Upstream> upstreams) {

    /// `127.0.0.1:8081`.
    public static final Admin ADMIN = new Admin.At(Endpoint.of("127.0.0.1", 8081));

    /// A configuration with the usual number of connections.
    public GatewayConfig(
            Memory memory,
            Admin admin,
            AccessLogSetting accessLog,
            Stop stop,
            List<Listener> listeners,
            List<Upstream> upstreams) {
        this(memory, OptionalInt.empty(), admin, accessLog, stop, listeners, upstreams);
    }

    /// Keeps unmodifiable copies of the lists.
    public GatewayConfig {
        listeners = List.copyOf(listeners);
        upstreams = List.copyOf(upstreams);
    }

    /// The same with so many connections of all listeners together, and no listener with more of its own.
    public GatewayConfig withConnections(int total) {
        List<Listener> within = listeners.stream()
                .map(one -> one.connectionsLimit() > total ? one.withConnections(total) : one)
                .toList();
        return new GatewayConfig(memory, OptionalInt.of(total), admin, accessLog, stop, within, upstreams);
    }

    /// Whether a listener of this configuration names this upstream.
    public boolean isUsed(Upstream upstream) {
        return listeners.stream().anyMatch(listener -> switch (listener) {
            case HttpListener http ->
                http.routes().stream().anyMatch(route -> route.upstream().equals(upstream.name()));
            case TcpListener tcp -> tcp.upstream().equals(upstream.name());
        });
    }

    /// The upstream of a name that a listener of this configuration uses.
    ///
    /// @throws IllegalArgumentException when there is none of that name
    public Upstream upstream(String name) {
        for (var upstream : upstreams) {
            if (upstream.name().equals(name)) {
                return upstream;
            }
        }
        throw new IllegalArgumentException("no upstream is called " + name);
    }
}
