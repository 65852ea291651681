package dev.weir.pool;

/// What a cache counts from its beginning; read with [ConnectionCache#count].
///
/// **Threads:** immutable.
public enum PoolCount {
    /// Connections made.
    CREATED,
    /// Nanoseconds that making those connections took together.
    CONNECT_NANOS,
    /// Connections whose descriptor is free again.
    ENDED,
    /// Leases of a connection that had served before.
    REUSED,
    /// Leases that ended.
    RETURNED,
    /// Nanoseconds that those leases took together.
    LENT_NANOS,
    /// Idle connections that went to another loop.
    MOVED,
    /// Leases that had to wait.
    WAITED,
    /// Leases refused because too many waited.
    QUEUE_FULL,
    /// Leases that waited in vain.
    TIMED_OUT,
    /// Leases that ended because others waited and the client was the slowest.
    GAVE_WAY,
    /// Waiting leases of an address with many that were refused for one of an address with fewer.
    DISPLACED,
    /// Leases that ended because others waited and nobody seemed to wait for their answers.
    YIELDED,
    /// Attempts to connect that failed.
    CONNECT_FAILED,
    /// Attempts to connect for which this process had no descriptor.
    OUT_OF_DESCRIPTORS,
    /// Attempts to connect that took too long.
    CONNECT_TIMED_OUT,
    /// Connections closed because nobody wanted them for too long.
    EVICTED_IDLE,
    /// Idle connections closed because the peer ended or reset them.
    EVICTED_PEER_LEFT,
    /// Connections closed because bytes came that nobody had asked for.
    EVICTED_UNSOLICITED,
    /// Idle connections closed because a lease that makes its own connection needed the slot.
    EVICTED_FOR_ROOM,
    /// Connections closed when given back, not being at a message boundary.
    EVICTED_NOT_CLEAN
}
