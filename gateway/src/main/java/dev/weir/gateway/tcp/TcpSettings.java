package dev.weir.gateway.tcp;

import dev.weir.connection.ChargeRequest;
import dev.weir.server.Beyond;
import dev.weir.server.Listening;
import dev.weir.server.ListeningSettings;
import dev.weir.transport.Endpoint;
import java.time.Duration;

/// The settings of a TCP server.
///
/// **Threads:** immutable.
///
/// @param name its name in labels and reports
/// @param address where it listens; port 0 lets the kernel choose
/// @param connectionsMax connections at once, at least 1
/// @param beyond what happens to connections beyond the limit; refused ones are reset
/// @param idle how long without a byte in either direction before both sides are closed
/// @param purposeSuffix the suffix of its purposes in the memory plan, such as ` at listener 1`;
///     may be empty
public record TcpSettings(
        String name, Endpoint address, int connectionsMax, Beyond beyond, Duration idle, String purposeSuffix) {
    /// Heap bytes of one relay beside its two connections, as measured: its directions, its lease.
    public static final long RELAY_BYTES = 1048;

    /// Refuses nonsense.
    public TcpSettings {
        if (connectionsMax < 1) {
            throw new IllegalArgumentException("connectionsMax must be at least 1, was " + connectionsMax);
        }
        if (!idle.isPositive()) throw new IllegalArgumentException("idle must be longer than nothing, was " + idle);
    }

    /// The charges of a server with these settings: its connections, and a relay for each that can be served or
    /// wait. Other clients are reset at once, as are refused ones.
    ///
    /// @param borrowersMax the most leases that have or wait for a connection to an origin
    public ChargeRequest charges(long borrowersMax) {
        // Why: a refused client is reset at once and charged nothing.
        return Listening.charges("server " + name, purposeSuffix, Beyond.WAIT, connectionsMax)
                .withEach("relays", Math.min(borrowersMax, connectionsMax), RELAY_BYTES);
    }

    /// The settings of its listener.
    ListeningSettings listening(long borrowersMax) {
        return new ListeningSettings(name, address, connectionsMax, beyond, charges(borrowersMax));
    }
}
