package dev.weir.gateway.config;

import dev.weir.transport.Endpoint;
import java.time.Duration;
import java.util.List;

/// Accepts HTTP requests and forwards each by the first route that matches.
///
/// **Threads:** immutable.
///
/// @param bind where connections are accepted
/// @param limits bounds of connections and heads
/// @param timeouts how long a client may take
/// @param keepAliveField which clients are told how long a connection without a request is kept
/// @param routes at least one, in the order of the file
/// @param via whether `Via` is said, by which requests that go round in circles are recognized
public record HttpListener(
        Endpoint bind, Limits limits, Timeouts timeouts, KeepAliveField keepAliveField, List<Route> routes, boolean via)
        implements Listener {

    /// A listener with the defaults of what is left out.
    public HttpListener(Endpoint bind, Limits limits, Timeouts timeouts, List<Route> routes) {
        this(bind, limits, timeouts, KeepAliveField.HTTP10, routes, true);
    }

    /// Keeps an unmodifiable copy of the routes.
    public HttpListener {
        routes = List.copyOf(routes);
    }

    /// The same with another limit of connections.
    public HttpListener withConnections(int connections) {
        var other =
                new Limits(connections, limits.beyond(), limits.headerBytes(), limits.headerFields(), limits.minRate());
        return new HttpListener(bind, other, timeouts, keepAliveField, routes, via);
    }

    @Override
    public int connectionsLimit() {
        return limits.connections();
    }

    @Override
    public Beyond beyond() {
        return limits.beyond();
    }

    /// Which clients are told by a `Keep-Alive` field how long a connection without a request is kept.
    public enum KeepAliveField {
        /// Those of HTTP/1.0 that asked for it; the default.
        HTTP10("http10"),
        /// All.
        ALL("all"),
        /// None.
        OFF("off");

        private final String text;

        KeepAliveField(String text) {
            this.text = text;
        }

        /// As it is written in the file.
        public String text() {
            return text;
        }
    }

    /// Bounds of one HTTP listener.
    ///
    /// **Threads:** immutable.
    ///
    /// @param connections open at once, 1 to 1000000
    /// @param beyond what becomes of those who come beyond these
    /// @param headerBytes of the head of a request or an answer, 1 KiB to 64 KiB
    /// @param headerFields of a request's head, 1 to 1000
    /// @param minRate bytes a second that a client has to move over 10 s while it is waited for; 0 for any
    public record Limits(int connections, Beyond beyond, int headerBytes, int headerFields, long minRate) {
        /// What a client has to move in a second unless the file says otherwise: 1 KiB.
        public static final long MIN_RATE = 1024;

        /// 8000 connections, heads of 16 KiB and 100 fields.
        public static final Limits DEFAULT = new Limits(8000, Beyond.WAIT, 16 * 1024, 100);

        /// Bounds with the usual least rate.
        public Limits(int connections, Beyond beyond, int headerBytes, int headerFields) {
            this(connections, beyond, headerBytes, headerFields, MIN_RATE);
        }
    }

    /// How long a client may take.
    ///
    /// **Threads:** immutable.
    ///
    /// @param header from the first byte of a head to its end
    /// @param idle without a byte of a next request
    /// @param bodyStall without a byte either way while a body is on its way
    /// @param request for a request to arrive, and longer by what its body takes at the least rate
    /// @param lingerSilence after the last answer, without a byte of a request that is not whole
    /// @param linger after the last answer, in all
    public record Timeouts(
            Duration header,
            Duration idle,
            Duration bodyStall,
            Duration request,
            Duration lingerSilence,
            Duration linger) {
        /// 10 s for a head, 60 s idle, 30 s without progress, 60 s for a request; 5 s of silence and 30 s in
        /// all after the last answer.
        public static final Timeouts DEFAULT =
                new Timeouts(Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(30));

        /// Times with the usual ones for a request and for lingering.
        public Timeouts(Duration header, Duration idle, Duration bodyStall) {
            this(header, idle, bodyStall, Duration.ofSeconds(60), Duration.ofSeconds(5), Duration.ofSeconds(30));
        }
    }
}
