package dev.weir.connection;

/// Where a connection is in its life. It begins with a path that is there: while that is being made there is a
/// `ConnectAttempt` of the network, and nothing that could be read, counted or closed in order.
///
/// **Threads:** immutable.
public enum ConnectionState {
    /// The path is there, both ends have not agreed yet.
    HANDSHAKING,
    /// Messages may flow both ways.
    OPEN,
    /// What was begun is finished, nothing new begins.
    DRAINING,
    /// Nothing is left but the object.
    CLOSED;

    /// Whether `next` may follow.
    public boolean mayBecome(ConnectionState next) {
        return switch (this) {
            case HANDSHAKING -> next == OPEN || next == CLOSED;
            case OPEN -> next == DRAINING || next == CLOSED;
            case DRAINING -> next == CLOSED;
            case CLOSED -> false;
        };
    }
}
