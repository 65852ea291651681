package dev.weir.memory.wait;

/// Among whom memory is shared out fairly when it is short: in what order those are served who wait in one queue.
///
/// **Threads:** immutable.
public enum FairBy {
    /// Among waiters: first come, first served.
    ARRIVAL,
    /// Among clients: each address has one turn in a round, however many connections wait for it.
    ADDRESS
}
