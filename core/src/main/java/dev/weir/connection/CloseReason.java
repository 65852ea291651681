package dev.weir.connection;

/// Why a connection ended; passed to its conversation and to everything that waits for the end.
///
/// **Threads:** immutable.
public enum CloseReason {
    /// The peer ended the connection in order.
    PEER_LEFT,
    /// The peer, or something between, reset the path.
    RESET,
    /// A deadline passed while work was under way.
    TIMED_OUT,
    /// No byte moved for too long.
    IDLE,
    /// The peer broke the protocol, or our handler failed.
    BROKEN,
    /// Closed while idle, to obey a limit.
    EVICTED,
    /// Closed because others waited for the memory it held.
    STARVED,
    /// Closed by this side for no fault of anybody, such as at the end of its work.
    CLOSED
}
