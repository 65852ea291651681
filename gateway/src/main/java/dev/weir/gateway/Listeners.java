package dev.weir.gateway;

import dev.weir.connection.ChargeRequest;
import dev.weir.gateway.cli.ExitStatus;
import dev.weir.gateway.config.GatewayConfig;
import dev.weir.gateway.config.HttpListener;
import dev.weir.gateway.config.Listener;
import dev.weir.gateway.config.TcpListener;
import dev.weir.gateway.forward.Forwarder;
import dev.weir.gateway.forward.Upstreams;
import dev.weir.gateway.forward.Via;
import dev.weir.gateway.route.RouteTable;
import dev.weir.gateway.tcp.TcpServer;
import dev.weir.gateway.tcp.TcpSettings;
import dev.weir.http.codec.HeadLimits;
import dev.weir.http.server.HttpServer;
import dev.weir.http.server.KeepAliveField;
import dev.weir.http.server.ServerObserver;
import dev.weir.http.server.ServerSettings;
import dev.weir.pool.exclusive.ConnectionCache;
import dev.weir.runtime.Weir;
import dev.weir.server.Beyond;
import dev.weir.server.SharedLimit;
import dev.weir.time.Secrets;
import dev.weir.transport.Endpoint;
import dev.weir.transport.NameLookup;
import dev.weir.transport.TransportException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The listeners of a gateway, opened in the order of its configuration.
///
/// **Owns:** its servers; the upstreams belong to the gateway.
/// **Threads:** thread-safe once it is open.
/// **Waits:** for the loops.
final class Listeners {
    private static final long LOW = 0xFFFFFFFFL;

    private final Weir weir;
    private final GatewayConfig config;
    private final List<HttpServer> http = new ArrayList<>();
    private final List<TcpServer> tcp = new ArrayList<>();
    private final List<String> addresses = new ArrayList<>();
    private @Nullable SharedLimit shared; // null where each may have as many as its own limit says

    Listeners(Weir weir, GatewayConfig config) {
        this.weir = weir;
        this.config = config;
    }

    /// Opens each listener. When one fails, those opened before it are left to [#abort].
    ///
    /// @throws CannotStartException that names the listener which could not be opened
    ///
    /// @param observers makes the observer of each listener
    void open(Upstreams upstreams, Function<Listener, ServerObserver> observers) {
        if (ConnectionTotal.isShared(config)) {
            int total = config.connections().orElseThrow();
            ChargeRequest request = Plan.shared(config, weir.group().loops().size());
            shared = SharedLimit.open(weir, total, request);
        }
        for (int i = 0; i < config.listeners().size(); i++) {
            Listener listener = config.listeners().get(i);
            String suffix = suffix(i, listener);
            try {
                switch (listener) {
                    case HttpListener one -> openHttp(one, suffix, upstreams, observers.apply(one));
                    case TcpListener one -> openTcp(one, suffix, upstreams, observers.apply(one));
                }
            } catch (TransportException refused) {
                throw cannotListen("listener", listener.bind(), refused);
            }
        }
    }

    /// The exception for an address that cannot be bound: which address, why, and what to do.
    static CannotStartException cannotListen(String what, Endpoint bind, TransportException refused) {
        String why = refused.getCause() == null
                ? ""
                : String.valueOf(refused.getCause().getMessage());
        String remedy = "";
        if (why.contains("in use")) remedy = "; another program listens there, stop it or choose another port";
        if (why.contains("ermission")) remedy = "; ports below 1024 need rights, or choose a higher one";
        if (why.contains("assign")) remedy = "; this machine has no such address";
        return new CannotStartException(ExitStatus.FAILED, what + " " + bind + " cannot listen: " + why + remedy);
    }

    private void openHttp(HttpListener listener, String suffix, Upstreams upstreams, ServerObserver observer) {
        var settings = http(config, suffix, listener, resolved("listener", listener.bind()));
        var forwarder = new Forwarder(
                weir.group().loops(), RouteTable.of(listener.routes()), upstreams, settings, via(listener));
        HttpServer server = shared == null
                ? HttpServer.open(weir, settings, forwarder, observer)
                : HttpServer.open(weir, settings, forwarder, observer, shared);
        http.add(server);
        addresses.add(listener.bind().withPort(server.local().port()).toString());
    }

    /// A name in `Via` for this run of the program and this listener, which no other has.
    private Via via(HttpListener listener) {
        if (!listener.via()) return Via.OFF;
        String instance =
                String.format(Locale.ROOT, "%08x", Secrets.next(weir.group().clock()) & LOW);
        return Via.named("weir-" + instance + "-" + (http.size() + tcp.size() + 1));
    }

    /// The suffix of the charges' purposes for the listener at `index`.
    static String suffix(int index, Listener listener) {
        // Why: two listeners may have the same address with port 0, and a plan names each line once.
        return " at listener " + (index + 1) + ", " + listener.bind();
    }

    /// The settings of a listener's server.
    ///
    /// @param address where it listens; unused when only charges are added up
    static ServerSettings http(GatewayConfig config, String suffix, HttpListener listener, Endpoint address) {
        HttpListener.Limits limits = listener.limits();
        return ServerSettings.at(address)
                .withPurposeSuffix(suffix)
                .withName(listener.bind().toString())
                .withConnectionsMax(limits.connections())
                .withBeyond(beyond(listener))
                .withLimits(new HeadLimits(limits.headerBytes(), limits.headerFields()))
                .withHeaderTimeout(listener.timeouts().header())
                .withIdleTimeout(listener.timeouts().idle())
                .withBodyTimeout(listener.timeouts().bodyStall())
                .withDrainTimeout(config.stop().idle())
                .withLinger(
                        listener.timeouts().lingerSilence(), listener.timeouts().linger())
                .withRequestTimeout(listener.timeouts().request())
                .withMinRate(limits.minRate())
                .withKeepAliveField(keepAliveField(listener))
                // Why: a forwarded exchange has a timeout for each of its parts.
                .withAnswerTimeout(Duration.ZERO);
    }

    private static KeepAliveField keepAliveField(HttpListener listener) {
        return switch (listener.keepAliveField()) {
            case HTTP10 -> KeepAliveField.HTTP10;
            case ALL -> KeepAliveField.ALL;
            case OFF -> KeepAliveField.OFF;
        };
    }

    private static Beyond beyond(Listener listener) {
        return switch (listener.beyond()) {
            case WAIT -> Beyond.WAIT;
            case REFUSE -> Beyond.REFUSE;
        };
    }

    private void openTcp(TcpListener listener, String suffix, Upstreams upstreams, ServerObserver observer) {
        TcpSettings settings = tcp(suffix, listener, resolved("listener", listener.bind()));
        ConnectionCache cache = upstreams.named(listener.upstream()).cache();
        TcpServer server = shared == null
                ? TcpServer.open(weir, cache, settings, observer::acceptFailed)
                : TcpServer.open(weir, cache, settings, observer::acceptFailed, shared);
        tcp.add(server);
        addresses.add(listener.bind().withPort(server.local().port()).toString());
    }

    /// The settings of a listener's server.
    ///
    /// @param address where it listens; unused when only charges are added up
    static TcpSettings tcp(String suffix, TcpListener listener, Endpoint address) {
        return new TcpSettings(
                listener.bind().toString(),
                address,
                listener.connectionsLimit(),
                beyond(listener),
                listener.idle(),
                suffix);
    }

    /// @throws CannotStartException when the host name cannot be resolved
    static Endpoint resolved(String what, Endpoint bind) {
        if (!bind.isName()) return bind;
        try {
            // Why: as sockets do when a name is passed to them.
            return NameLookup.SYSTEM.lookUp(bind.host(), bind.port()).getFirst();
        } catch (TransportException unknown) {
            throw new CannotStartException(
                    ExitStatus.FAILED, what + " " + bind + " cannot listen: the host name is not known here");
        }
    }

    /// The servers in TCP mode.
    List<TcpServer> tcp() {
        return List.copyOf(tcp);
    }

    /// Where each listens.
    List<String> addresses() {
        return List.copyOf(addresses);
    }

    /// The number of clients of all listeners.
    int connections() {
        int inside = 0;
        for (HttpServer server : http) inside += server.connections();
        for (TcpServer server : tcp) inside += server.connections();
        return inside;
    }

    /// The number of these that only linger after their last answer.
    int lingering() {
        int lingering = 0;
        for (HttpServer server : http) lingering += server.lingering();
        return lingering;
    }

    void drain() {
        http.forEach(HttpServer::drain);
        tcp.forEach(TcpServer::drain);
    }

    void abort() {
        http.forEach(HttpServer::abort);
        tcp.forEach(TcpServer::abort);
    }
}
