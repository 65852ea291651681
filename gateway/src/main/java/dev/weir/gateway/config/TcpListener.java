package dev.weir.gateway.config;

import dev.weir.transport.Endpoint;
import java.time.Duration;

/// Accepts connections and forwards their bytes to one upstream and back.
///
/// **Threads:** immutable.
///
/// @param bind where connections are accepted
/// @param upstream name of an upstream of the same file
/// @param connectionsLimit open at once, 1 to 1000000
/// @param beyond what happens to connections beyond the limit
/// @param idle how long without a byte in either direction before both sides are closed
public record TcpListener(Endpoint bind, String upstream, int connectionsLimit, Beyond beyond, Duration idle)
        implements Listener {
    /// The default limit of connections.
    public static final int CONNECTIONS_LIMIT = 8000;

    /// The default idle timeout: 10 minutes.
    public static final Duration IDLE = Duration.ofMinutes(10);
}
