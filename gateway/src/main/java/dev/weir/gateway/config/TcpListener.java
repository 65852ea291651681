package dev.weir.gateway.config;

import dev.weir.transport.Endpoint;
import java.time.Duration;

/// Accepts connections and forwards their bytes, both ways, to one upstream.
///
/// **Threads:** immutable.
///
/// @param bind where connections are accepted
/// @param upstream name of an upstream of the same file
/// @param connectionsLimit open at once, 1 to 1000000
/// @param beyond what becomes of those who come beyond these
/// @param idle how long no byte may move in either direction before both sides are closed
public record TcpListener(Endpoint bind, String upstream, int connectionsLimit, Beyond beyond, Duration idle)
        implements Listener {
    /// Connections open at once unless the file says otherwise.
    public static final int CONNECTIONS_LIMIT = 8000;

    /// The idle time unless the file says otherwise: 10 minutes.
    public static final Duration IDLE = Duration.ofMinutes(10);
}
