package dev.weir.gateway.config;

import dev.weir.http.codec.HeadLimits;
import dev.weir.transport.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// Reads the list of listeners.
///
/// **Threads:** confined to the reader's thread.
/// **Limits:** 1000 listeners.
final class ListenerBinder {
    private static final int LISTENERS_LIMIT = 1000;
    private static final int CONNECTIONS_LIMIT = 1_000_000;
    private static final List<String> KEYS =
            List.of("bind", "protocol", "limits", "timeouts", "keep-alive-field", "via", "routes", "upstream");
    private static final Duration SHORTEST = Duration.ofMillis(10);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration DAY = Duration.ofHours(24);

    private final UpstreamNames targets;
    private final Map<Endpoint, String> takenBy = new LinkedHashMap<>();

    ListenerBinder(UpstreamNames targets, Admin admin) {
        this.targets = targets;
        if (admin instanceof Admin.At at) {
            takenBy.put(at.bind(), "admin");
        }
    }

    List<Listener> listeners(Value value) {
        var listeners = new ArrayList<Listener>();
        var items = value.items("a list of listeners, each beginning with `- bind: HOST:PORT`");
        if (items.size() > LISTENERS_LIMIT) {
            value.refuse("expected at most " + LISTENERS_LIMIT + " listeners");
            return listeners;
        }
        for (var item : items) {
            listeners.add(listener(Section.of(item, KEYS)));
        }
        return listeners;
    }

    private Listener listener(Section section) {
        var bind = section.required("bind", "an address such as 127.0.0.1:8080")
                .flatMap(this::bind)
                .orElse(Endpoint.of("127.0.0.1", 0));
        return section.choice("protocol", List.of("http", "tcp")).equals("tcp")
                ? tcp(section, bind)
                : http(section, bind);
    }

    private Optional<Endpoint> bind(Value value) {
        var bind = AddressReader.address(value, 0);
        bind.filter(address -> address.port() != 0).ifPresent(address -> {
            String first = holder(address);
            if (!first.isEmpty()) value.refuse("expected an address that " + first + " does not have");
            takenBy.putIfAbsent(address, value.path());
        });
        return bind;
    }

    /// The listener that has the address already. The system gives a port to one listener for all addresses, or
    /// to several for one address each.
    private String holder(Endpoint address) {
        String same = takenBy.get(address);
        if (same != null) return same;
        for (var taken : takenBy.entrySet()) {
            Endpoint other = taken.getKey();
            if (other.port() == address.port() && (other.isAny() || address.isAny())) {
                return taken.getValue() + ", " + other + ",";
            }
        }
        return "";
    }

    private HttpListener http(Section section, Endpoint bind) {
        var limits = section.section(
                "limits", List.of("connections", "beyond", "header-bytes", "header-fields", "min-rate"));
        var timeouts = section.section(
                "timeouts", List.of("header", "idle", "body-stall", "request", "linger-silence", "linger"));
        var limit = HttpListener.Limits.DEFAULT;
        var time = HttpListener.Timeouts.DEFAULT;
        return new HttpListener(
                bind,
                new HttpListener.Limits(
                        connections(limits).orElse(limit.connections()),
                        limits.choice("beyond", Listener.Beyond.values()),
                        headerBytes(limits, limit.headerBytes()),
                        limits.count("header-fields", limit.headerFields(), 1, 1000),
                        minRate(limits, limit.minRate())),
                new HttpListener.Timeouts(
                        timeouts.duration("header", time.header(), SHORTEST, HOUR),
                        timeouts.duration("idle", time.idle(), SHORTEST, DAY),
                        timeouts.duration("body-stall", time.bodyStall(), SHORTEST, HOUR),
                        timeouts.duration("request", time.request(), SHORTEST, DAY),
                        timeouts.duration("linger-silence", time.lingerSilence(), SHORTEST, HOUR),
                        timeouts.duration("linger", time.linger(), SHORTEST, HOUR)),
                section.choice("keep-alive-field", HttpListener.KeepAliveField.values()),
                routes(section),
                section.choice("via", List.of("on", "off")).equals("on"));
    }

    /// The number for all listeners, or for one; empty when there is none, or `auto`.
    static OptionalInt connections(Section limits) {
        return limits.value("connections").filter(value -> !value.isText("auto")).stream()
                .mapToInt(value -> value.count(1, 1, CONNECTIONS_LIMIT, ", or auto"))
                .findFirst();
    }

    private static long minRate(Section limits, long fallback) {
        return limits.value("min-rate")
                .map(value -> value.isText("off")
                        ? 0L
                        : Quantity.RATE.read(value, fallback, 1024, 64L << 20, ", or off for any"))
                .orElse(fallback);
    }

    private static int headerBytes(Section limits, int fallback) {
        return (int) limits.value("header-bytes")
                .map(value -> Quantity.SIZE.read(value, fallback, 1024, HeadLimits.BYTES_MAX, ""))
                .orElse((long) fallback)
                .longValue();
    }

    private List<Route> routes(Section section) {
        if (section.value("upstream").isEmpty()) {
            return section.required("routes", "a list of routes, or `upstream: NAME` for all requests")
                    .map(new RouteBinder(targets)::routes)
                    .orElse(List.of());
        }
        if (section.value("routes").isPresent()) {
            section.refuseKey("upstream", "expected routes or an upstream, found both", "");
        }
        return List.of(new Route("", "/", targets.required(section)));
    }

    private TcpListener tcp(Section section, Endpoint bind) {
        var limits = section.section("limits", List.of("connections", "beyond"));
        var timeouts = section.section("timeouts", List.of("idle"));
        section.refuseKey("via", "expected no `via`: tcp has no messages to say it in, found via", "");
        section.refuseKey("routes", "expected `upstream: NAME`: tcp has no requests to choose by, found routes", "");
        section.refuseKey("keep-alive-field", "expected no keep-alive-field: tcp has no answers to say it in", "");
        return new TcpListener(
                bind,
                targets.required(section),
                connections(limits).orElse(Listener.NO_LIMIT),
                limits.choice("beyond", Listener.Beyond.values()),
                timeouts.duration("idle", TcpListener.IDLE, SHORTEST, DAY));
    }
}
