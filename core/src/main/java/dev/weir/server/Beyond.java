package dev.weir.server;

/// What becomes of those who come beyond the limit of connections.
///
/// **Threads:** immutable.
public enum Beyond {
    /// They wait in the kernel's backlog until somebody leaves.
    WAIT,
    /// They are told that there is no place, [Listening#REFUSALS_MAX] at once at most; beyond these the backlog
    /// waits.
    REFUSE,
    /// The connection on which no byte has moved for longest is closed, idle ones first, as soon as the limit is
    /// reached: one place is free again at once. For a few connections whose next one matters more.
    PURGE
}
