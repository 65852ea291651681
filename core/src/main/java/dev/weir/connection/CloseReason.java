package dev.weir.connection;

/// Why a connection ended; told to everybody who waited for it.
///
/// **Threads:** immutable.
public enum CloseReason {
    /// The peer closed in order.
    PEER_LEFT,
    /// The peer, or something between, reset the path.
    RESET,
    /// A deadline passed while work was under way.
    TIMED_OUT,
    /// Nothing was said for too long.
    IDLE,
    /// The peer broke the protocol, or our handler failed.
    BROKEN,
    /// Closed while idle, to obey a limit.
    EVICTED,
    /// Closed because others waited for the memory it held.
    STARVED,
    /// Closed by us, because we wanted to.
    CLOSED
}
