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
/// @param keepAliveField which clients get a `Keep-Alive` field with the idle timeout
/// @param routes at least one, in the order of the file
/// @param via whether `Via` is added, by which forwarding loops are detected
public record HttpListener(
        Endpoint bind, Limits limits, Timeouts timeouts, KeepAliveField keepAliveField, List<Route> routes, boolean via)
        implements Listener {

    /// A listener with defaults for the omitted settings.
    public HttpListener(Endpoint bind, Limits limits, Timeouts timeouts, List<Route> routes) {
        this(bind, limits, timeouts, KeepAliveField.HTTP10, routes, true);
    }

    /// Keeps an unmodifiable copy of the routes.
    public HttpListener {
        routes = List.copyOf(routes);
    }

    @Override
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

    /// Which clients get a `Keep-Alive` field with the time that an idle connection is kept.
    public enum KeepAliveField {
        /// Those of HTTP/1.0 that asked for it; the default.
        HTTP10,
        /// All.
        ALL,
        /// None.
        OFF
    }

    /// Bounds of one HTTP listener.
    ///
    /// **Threads:** immutable.
    ///
    /// @param connections open at once, 1 to 1000000, or [Listener#NO_LIMIT]
    /// @param beyond what becomes of those who come beyond these
    /// @param headerBytes of the head of a request or an answer, 1 KiB to 64 KiB
    /// @param headerFields of a request's head, 1 to 1000
    /// @param minRate bytes a second that a client must move on average over 10 s while the gateway waits for
    ///     it; 0 for no minimum
    public record Limits(int connections, Beyond beyond, int headerBytes, int headerFields, long minRate) {
        /// The default minimum rate: 1 KiB a second.
        public static final long MIN_RATE = 1024;

        /// No limit of connections of its own, heads of 16 KiB and 100 fields.
        public static final Limits DEFAULT = new Limits(NO_LIMIT, Beyond.WAIT, 16 * 1024, 100);

        /// Bounds with the default minimum rate.
        public Limits(int connections, Beyond beyond, int headerBytes, int headerFields) {
            this(connections, beyond, headerBytes, headerFields, MIN_RATE);
        }
    }

    /// How long a client may take.
    ///
    /// **Threads:** immutable.
    ///
    /// @param header from the first byte of a head to its end
    /// @param idle how long without a byte of a next request
    /// @param bodyStall how long without a byte in either direction while a body is in transit
    /// @param request for a request to arrive, plus the time that its body takes at the minimum rate
    /// @param lingerSilence after the last answer, how long without a byte of the unfinished request
    /// @param linger after the last answer, in total
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

        /// Timeouts with the defaults for a request and for lingering.
        public Timeouts(Duration header, Duration idle, Duration bodyStall) {
            this(header, idle, bodyStall, Duration.ofSeconds(60), Duration.ofSeconds(5), Duration.ofSeconds(30));
        }
    }
}
