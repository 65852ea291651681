package dev.weir.connection;

/// The state of a connection's life cycle. It begins when the path exists. While the path is being made there is
/// only a `ConnectAttempt` of the network.
///
/// **Threads:** immutable.
public enum ConnectionState {
    /// The path exists, and its handshake is not over.
    HANDSHAKING,
    /// Messages may flow both ways.
    OPEN,
    /// Work in flight is finished, and nothing new begins.
    DRAINING,
    /// The socket is closed.
    CLOSED;

    /// Whether the state may change to `next`.
    public boolean mayBecome(ConnectionState next) {
        return switch (this) {
            case HANDSHAKING -> next == OPEN || next == CLOSED;
            case OPEN -> next == DRAINING || next == CLOSED;
            case DRAINING -> next == CLOSED;
            case CLOSED -> false;
        };
    }
}
