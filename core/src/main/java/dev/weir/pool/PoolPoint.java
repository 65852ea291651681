package dev.weir.pool;

import dev.weir.time.RarePoint;

/// Rare paths of the pool.
///
/// **Threads:** immutable.
public enum PoolPoint implements RarePoint {
    /// A borrower does not find the idle connection of its loop at once.
    POOL_COLD,
    /// A borrower is sent to another origin than the one that was chosen.
    POOL_OTHER_ORIGIN,
    /// A borrower loses the race for a free slot.
    POOL_SLOT_LOST,
    /// A borrower takes the idle connection of any loop before it makes its own.
    POOL_MOVES,
    /// A borrower waits in turn although it would not have to.
    POOL_WAITS,
    /// Who waits for a connection looks again at once.
    POOL_LOOKS_EARLY,
    /// A connection given back is parked before it is offered to who waits.
    POOL_PARKS_FIRST,
    /// A connection given back is closed, as if it were not clean.
    POOL_NOT_CLEAN,
    /// News for a borrower come a turn later.
    POOL_NEWS_LATE
}
