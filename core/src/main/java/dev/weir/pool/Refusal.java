package dev.weir.pool;

/// Why nothing was borrowed. In every case nothing was sent: trying again is safe.
///
/// **Threads:** immutable.
public enum Refusal {
    /// As many wait as may.
    QUEUE_FULL,
    /// No connection came free within the time to acquire one.
    TIMED_OUT,
    /// The origin could not be reached.
    CONNECT_FAILED,
    /// The origin did not answer the attempt to connect in time.
    CONNECT_TIMED_OUT,
    /// This process had no descriptor left to connect with; the origin is not to blame.
    OUT_OF_DESCRIPTORS,
    /// All origins were down, and none returned within the time to wait for one.
    ALL_DOWN,
    /// There is no origin: none of the upstream's names has an address.
    NO_ORIGIN,
    /// The cache is closed.
    CLOSED
}
