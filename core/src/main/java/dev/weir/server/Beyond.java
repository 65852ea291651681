package dev.weir.server;

/// What becomes of connections beyond the limit.
///
/// **Threads:** immutable.
public enum Beyond {
    /// They wait in the kernel's backlog until another leaves.
    WAIT,
    /// They are answered that there is no place, [Listening#REFUSALS_MAX] at once at most; beyond these the backlog
    /// waits.
    REFUSE,
    /// The connection on which no byte has moved for longest is closed, idle ones first, as soon as the limit is
    /// reached: one place is free again at once. For a few connections whose next one matters more.
    PURGE
}
