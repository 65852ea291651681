package dev.weir.gateway.tcp;

import dev.weir.connection.ChargeRequest;
import dev.weir.server.Beyond;
import dev.weir.server.Listening;
import dev.weir.server.ListeningSettings;
import dev.weir.transport.Endpoint;
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
/// @param purposeSuffix what the purposes of its own lines in the memory plan end with, such as ` at listener 1`;
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

    /// What a server with these settings takes of the charges of the plan: its connections, and a relay for each
    /// that can be served or wait. A client for whom there is neither is reset at once, as are those who are
    /// refused.
    ///
    /// @param borrowersMax borrowers that have or wait for a connection to an origin, at most
    public ChargeRequest charges(long borrowersMax) {
        // Why: who is refused is reset at once and charged nothing.
        return Listening.charges("server " + name, purposeSuffix, Beyond.WAIT, connectionsMax)
                .withEach("relays", Math.min(borrowersMax, connectionsMax), RELAY_BYTES);
    }

    /// How the server listens.
    ListeningSettings listening(long borrowersMax) {
        return new ListeningSettings(name, address, connectionsMax, beyond, charges(borrowersMax));
    }
}
