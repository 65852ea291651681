package dev.weir.memory.wait;

/// Why a wait for memory was cancelled.
///
/// **Threads:** immutable.
public enum CancelReason {
    /// Its deadline came first.
    TIMED_OUT,
    /// What the memory was for has ended: the peer left, the exchange is over, the server closes.
    ENDED
}
