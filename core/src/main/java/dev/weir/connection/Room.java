package dev.weir.connection;

/// Whether more may be written; see the picture in the comment of the package `dev.weir.flow`.
///
/// **Threads:** immutable.
public enum Room {
    /// All output has left, and nothing is waited for.
    FREE,
    /// All output has left, and the poller was asked for room: [Conversation#writable] is called when there is
    /// some.
    ASKED,
    /// Output waits for the peer: [Conversation#writable] is called when it has left.
    BLOCKED
}
