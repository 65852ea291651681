package dev.weir.server;

import dev.weir.connection.ChargeRequest;
import dev.weir.connection.Connection;
import dev.weir.transport.Endpoint;
import java.time.Duration;

/// What a [Listening] is opened with.
///
/// **Threads:** immutable.
///
/// @param name its name in labels and reports
/// @param address where it listens; port 0 lets the kernel choose
/// @param connectionsMax connections at once, at least 1; those that only linger are not counted
/// @param beyond what becomes of connections beyond that
/// @param charges what those inside are charged: as many connections at least, and what else they have; taken
///     from the plan while it is open
/// @param handshakeTime how long a transport may take to agree on keys and on a protocol
public record ListeningSettings(
        String name,
        Endpoint address,
        int connectionsMax,
        Beyond beyond,
        ChargeRequest charges,
        Duration handshakeTime) {
    /// Refuses nonsense.
    public ListeningSettings {
        if (connectionsMax < 1) {
            throw new IllegalArgumentException("connectionsMax must be at least 1, was " + connectionsMax);
        }
        ChargeRequest _ = charges.requireConnections(connectionsMax);
        if (!handshakeTime.isPositive()) {
            throw new IllegalArgumentException("handshakeTime must be longer than nothing, was " + handshakeTime);
        }
    }

    /// With the usual time for a handshake.
    public ListeningSettings(String name, Endpoint address, int connectionsMax, Beyond beyond, ChargeRequest charges) {
        this(name, address, connectionsMax, beyond, charges, Connection.Opening.HANDSHAKE_TIME);
    }

    /// So many connections, each charged for itself alone; connections beyond them wait in the backlog.
    public static ListeningSettings of(String name, Endpoint address, int connectionsMax) {
        return new ListeningSettings(
                name,
                address,
                connectionsMax,
                Beyond.WAIT,
                Listening.charges("server " + name, "", Beyond.WAIT, connectionsMax));
    }
}
