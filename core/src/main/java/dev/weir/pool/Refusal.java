package dev.weir.pool;

/// Why a lease got no connection. In every case nothing was sent: a retry is safe.
///
/// **Threads:** immutable.
public enum Refusal {
    /// The queue is full.
    QUEUE_FULL,
    /// No connection became free within [PoolLimits#acquireTime].
    TIMED_OUT,
    /// The origin could not be reached.
    CONNECT_FAILED,
    /// The origin did not answer the attempt to connect within [PoolLimits#connectTime].
    CONNECT_TIMED_OUT,
    /// This process had no descriptor left to connect with; this is no fault of the origin.
    OUT_OF_DESCRIPTORS,
    /// All origins were down, and none returned within [PoolLimits#downTime].
    ALL_DOWN,
    /// There is no origin: none of the upstream's names has an address.
    NO_ORIGIN,
    /// The pool is closed.
    CLOSED
}
