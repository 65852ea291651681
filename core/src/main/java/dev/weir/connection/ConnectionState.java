package dev.weir.connection;

/// Where a connection is in its life.
///
/// **Threads:** immutable.
public enum ConnectionState {
    /// The path is being made.
    CONNECTING,
    /// The path is there, the protocol has not agreed yet.
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
            case CONNECTING -> next == HANDSHAKING || next == CLOSED;
            case HANDSHAKING -> next == OPEN || next == CLOSED;
            case OPEN -> next == DRAINING || next == CLOSED;
            case DRAINING -> next == CLOSED;
            case CLOSED -> false;
        };
    }
}
