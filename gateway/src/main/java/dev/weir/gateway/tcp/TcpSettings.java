package dev.weir.gateway.tcp;

import dev.weir.http.server.Door;
import java.net.InetSocketAddress;
import java.time.Duration;

/// What a TCP server is opened with.
///
/// **Threads:** immutable.
///
/// @param name its name in labels and reports
/// @param address where it listens; port 0 lets the kernel choose
/// @param connectionsMax connections at once, at least 1
/// @param beyond what becomes of those who come beyond that; whoever is refused is reset
/// @param idle without a byte either way; then both sides are closed
public record TcpSettings(
        String name, InetSocketAddress address, int connectionsMax, Door.Beyond beyond, Duration idle) {
    /// Heap bytes of one relay beside its two connections, as measured: its directions, its loan.
    public static final long RELAY_BYTES = 1664;

    /// Refuses nonsense.
    public TcpSettings {
        if (connectionsMax < 1) {
            throw new IllegalArgumentException("connectionsMax must be at least 1, was " + connectionsMax);
        }
        if (!idle.isPositive()) throw new IllegalArgumentException("idle must be longer than nothing, was " + idle);
    }
}
