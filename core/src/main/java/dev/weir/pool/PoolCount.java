package dev.weir.pool;

/// What a cache counts since it was opened; read with [ConnectionCache#count].
///
/// **Threads:** immutable.
public enum PoolCount {
    /// Connections made.
    CREATED,
    /// The total time that making those connections took, in nanoseconds.
    CONNECT_NANOS,
    /// Connections whose descriptor is free again.
    ENDED,
    /// Leases that got a connection which had served before.
    REUSED,
    /// Leases that ended.
    RETURNED,
    /// The total time of those leases, in nanoseconds.
    LENT_NANOS,
    /// Idle connections that moved to another loop.
    MOVED,
    /// Leases that had to wait.
    WAITED,
    /// Leases refused because too many waited.
    QUEUE_FULL,
    /// Leases that waited until their timeout.
    TIMED_OUT,
    /// Leases that were ended for a waiter because their client was the slowest.
    GAVE_WAY,
    /// Waiting leases that lost their place in the full queue to an address with fewer waiters.
    DISPLACED,
    /// Leases that were ended for a waiter because nobody seemed to wait for their answers.
    YIELDED,
    /// Attempts to connect that failed.
    CONNECT_FAILED,
    /// Attempts to connect for which this process had no descriptor.
    OUT_OF_DESCRIPTORS,
    /// Attempts to connect that timed out.
    CONNECT_TIMED_OUT,
    /// Connections closed because they were idle for too long.
    EVICTED_IDLE,
    /// Idle connections closed because the peer ended or reset them.
    EVICTED_PEER_LEFT,
    /// Connections closed because their peer sent bytes that no exchange had asked for.
    EVICTED_UNSOLICITED,
    /// Idle connections closed because a lease that needs a connection of its own needed the slot.
    EVICTED_FOR_ROOM,
    /// Connections closed when they were given back, because they were not at a message boundary.
    EVICTED_NOT_CLEAN
}
