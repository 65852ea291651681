package dev.weir.ledger;

/// What the ledger counts.
///
/// **Threads:** immutable.
public enum Kind {
    /// An open descriptor: accepting, connecting or connected.
    SOCKET,
    /// A block of the budget that is held.
    BUFFER,
    /// A timer scheduled in a wheel.
    TIMER,
    /// A thread started by Weir and not ended.
    THREAD,
    /// A connection that has not reported its end.
    CONNECTION,
    /// A pooled connection that is leased.
    LEASE,
    /// A request whose one outcome is not known yet.
    EXCHANGE
}
