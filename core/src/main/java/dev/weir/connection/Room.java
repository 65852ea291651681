package dev.weir.connection;

/// Whether more may be written; the comment of the package `dev.weir.flow` has a picture.
///
/// **Threads:** immutable.
public enum Room {
    /// All output has left, and there is room.
    FREE,
    /// All output has left, and the poller was asked whether there is room: [Conversation#writable] is called when
    /// there is some.
    ASKED,
    /// Output waits for the peer: [Conversation#writable] is called when it has left.
    BLOCKED
}
