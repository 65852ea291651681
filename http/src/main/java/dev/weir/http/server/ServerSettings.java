package dev.weir.http.server;

import dev.weir.http.codec.HeadLimits;
import java.net.InetSocketAddress;
import java.time.Duration;

/// What a server is opened with. Begin with [#at] and change what is to differ.
///
/// **Threads:** immutable.
///
/// @param name its name in labels and reports
/// @param address where it listens; port 0 lets the kernel choose
/// @param connectionsMax connections at once, at least 1
/// @param beyond what becomes of those who come beyond that
/// @param limits of a request's head
/// @param header from the first byte of a request to the end of its head; then 408
/// @param idle without a byte of a next request; then the connection is closed without a word
/// @param bodyStall without a byte either way while one is due; then 408, or abort when the answer has begun
/// @param drainIdle while draining: without a byte of a next request; then the connection is closed
public record ServerSettings(
        String name,
        InetSocketAddress address,
        int connectionsMax,
        Door.Beyond beyond,
        HeadLimits limits,
        Duration header,
        Duration idle,
        Duration bodyStall,
        Duration drainIdle) {

    /// Heap bytes of one exchange beside the fields of its head, as measured; it is kept for the next request.
    public static final long EXCHANGE_BYTES = 1344;

    /// Refuses nonsense.
    public ServerSettings {
        if (connectionsMax < 1)
            throw new IllegalArgumentException("connectionsMax must be at least 1, was " + connectionsMax);
        requirePositive(header, "header");
        requirePositive(idle, "idle");
        requirePositive(bodyStall, "bodyStall");
        if (drainIdle.isNegative()) {
            throw new IllegalArgumentException("drainIdle must not be shorter than nothing, was " + drainIdle);
        }
    }

    /// The defaults: 8 000 connections, beyond which others wait, heads of 16 KiB and 100 fields, 10 s, 60 s, 30 s, and
    /// 1 s while draining.
    public static ServerSettings at(InetSocketAddress address) {
        return new ServerSettings(
                "http",
                address,
                8_000,
                Door.Beyond.WAIT,
                HeadLimits.DEFAULT,
                Duration.ofSeconds(10),
                Duration.ofSeconds(60),
                Duration.ofSeconds(30),
                Duration.ofSeconds(1));
    }

    /// These settings with another name in labels and reports.
    public ServerSettings withName(String other) {
        return new ServerSettings(other, address, connectionsMax, beyond, limits, header, idle, bodyStall, drainIdle);
    }

    /// These settings with another limit of connections.
    ///
    /// @param count connections at once, at least 1
    public ServerSettings withConnectionsMax(int count) {
        return new ServerSettings(name, address, count, beyond, limits, header, idle, bodyStall, drainIdle);
    }

    /// These settings with another fate for those who come beyond the limit of connections.
    public ServerSettings withBeyond(Door.Beyond other) {
        return new ServerSettings(name, address, connectionsMax, other, limits, header, idle, bodyStall, drainIdle);
    }

    /// These settings with other limits of a request's head.
    public ServerSettings withLimits(HeadLimits other) {
        return new ServerSettings(name, address, connectionsMax, beyond, other, header, idle, bodyStall, drainIdle);
    }

    /// These settings with another time for a request's head.
    public ServerSettings withHeader(Duration time) {
        return new ServerSettings(name, address, connectionsMax, beyond, limits, time, idle, bodyStall, drainIdle);
    }

    /// These settings with another time between requests.
    public ServerSettings withIdle(Duration time) {
        return new ServerSettings(name, address, connectionsMax, beyond, limits, header, time, bodyStall, drainIdle);
    }

    /// These settings with another time for a body that stands still.
    public ServerSettings withBodyStall(Duration time) {
        return new ServerSettings(name, address, connectionsMax, beyond, limits, header, idle, time, drainIdle);
    }

    /// These settings with another time between requests while draining.
    ///
    /// @param time zero closes at once what is idle, after one look for bytes
    public ServerSettings withDrainIdle(Duration time) {
        return new ServerSettings(name, address, connectionsMax, beyond, limits, header, idle, bodyStall, time);
    }

    private static void requirePositive(Duration time, String what) {
        if (!time.isPositive()) throw new IllegalArgumentException(what + " must be longer than nothing, was " + time);
    }
}
