package dev.weir.gateway.config;

import dev.weir.transport.Endpoint;

/// One address at which the gateway accepts connections.
///
/// **Threads:** immutable.
public sealed interface Listener permits HttpListener, TcpListener {
    /// Where connections are accepted; port 0 takes any free port.
    Endpoint bind();

    /// No limit of its own: as many connections as all listeners may have together.
    int NO_LIMIT = Integer.MAX_VALUE;

    /// How many connections are open at once, at least 1; a cap within what all listeners may have together, or
    /// [#NO_LIMIT].
    int connectionsLimit();

    /// The same with another limit of connections.
    Listener withConnections(int connections);

    /// What becomes of those who come beyond that.
    Beyond beyond();

    /// What happens to clients beyond the limit of connections.
    enum Beyond {
        /// Accepting pauses and they wait in the backlog; the default.
        WAIT,
        /// They are told so and closed: by 503, or by a reset where bytes are only forwarded.
        REFUSE
    }
}
