package dev.weir.memory.wait;

/// Among whom memory is shared out fairly when it is short: the order in which waiters of one queue are served.
///
/// **Threads:** immutable.
public enum FairBy {
    /// Among waiters: first come, first served.
    ARRIVAL,
    /// Among clients: each address has one turn in a round, however many connections wait for it.
    ADDRESS
}
