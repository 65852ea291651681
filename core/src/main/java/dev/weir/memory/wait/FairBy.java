package dev.weir.memory.wait;

/// Among whom memory is shared out fairly when it is short: the order in which waiters of one queue are served.
///
/// **Threads:** immutable.
public enum FairBy {
    /// Fair among waiters: first come, first served.
    ARRIVAL,
    /// Fair among clients: each address has one turn in a round, however many of its connections wait.
    ADDRESS
}
