package dev.weir.pool;

import dev.weir.time.RarePoint;

/// Rare paths of the pool.
///
/// **Threads:** immutable.
public enum PoolPoint implements RarePoint {
    /// A lease does not find the idle connection of its loop at once.
    POOL_COLD,
    /// A lease gets another origin than the one that was chosen.
    POOL_OTHER_ORIGIN,
    /// A lease loses the race for a free slot.
    POOL_SLOT_LOST,
    /// A lease takes the idle connection of another loop before a new one is made.
    POOL_MOVES,
    /// A lease is queued although it would not have to wait.
    POOL_WAITS,
    /// A waiter looks for a connection again at once.
    POOL_LOOKS_EARLY,
    /// A connection given back becomes idle before it is offered to waiters.
    POOL_PARKS_FIRST,
    /// A connection given back is closed, as if it were not clean.
    POOL_NOT_CLEAN,
    /// A notification of a waiter comes a turn later.
    POOL_NEWS_LATE
}
