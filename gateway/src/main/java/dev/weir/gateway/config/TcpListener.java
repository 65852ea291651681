package dev.weir.gateway.config;

import dev.weir.transport.Endpoint;
import java.time.Duration;

/// Accepts connections and forwards their bytes to one upstream and back.
///
/// **Threads:** immutable.
///
/// @param bind where connections are accepted
/// @param upstream name of an upstream of the same file
/// @param connectionsLimit open at once, 1 to 1000000, or [Listener#NO_LIMIT]
/// @param beyond what becomes of those who come beyond these
/// @param idle how long no byte may move in either direction before both sides are closed
public record TcpListener(Endpoint bind, String upstream, int connectionsLimit, Beyond beyond, Duration idle)
        implements Listener {
    /// The idle time unless the file says otherwise: 10 minutes.
    public static final Duration IDLE = Duration.ofMinutes(10);

    @Override
    public TcpListener withConnections(int connections) {
        return new TcpListener(bind, upstream, connections, beyond, idle);
    }
}
