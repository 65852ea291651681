package dev.weir.gateway.tcp;

import dev.weir.pool.Origin;
import dev.weir.pool.OriginChoice;
import dev.weir.pool.PoolLimits;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/// What a TCP server is opened with.
///
/// **Threads:** immutable.
///
/// @param name its name in labels and reports
/// @param address where it listens; port 0 lets the kernel choose
/// @param connectionsMax connections at once; at the limit accepting pauses and the backlog waits; at least 1
/// @param idle without a byte either way; then both sides are closed
/// @param target where the bytes go
public record TcpSettings(String name, InetSocketAddress address, int connectionsMax, Duration idle, Target target) {
    /// Heap bytes of one relay beside its two connections, as measured: its directions, its loan.
    public static final long RELAY_BYTES = 2048;

    /// An upstream, as a relay needs it.
    ///
    /// @param upstream its name
    /// @param origins at least one, resolved
    /// @param limits of the connections to them; a connection serves one client and is never idle
    /// @param choice which origin is asked first
    public record Target(String upstream, List<Origin.Address> origins, PoolLimits limits, OriginChoice choice) {
        /// Copies the list.
        public Target {
            origins = List.copyOf(origins);
        }
    }

    /// Refuses nonsense.
    public TcpSettings {
        if (connectionsMax < 1) {
            throw new IllegalArgumentException("connectionsMax must be at least 1, was " + connectionsMax);
        }
        if (!idle.isPositive()) throw new IllegalArgumentException("idle must be longer than nothing, was " + idle);
    }
}
