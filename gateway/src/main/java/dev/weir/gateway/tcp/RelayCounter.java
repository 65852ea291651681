package dev.weir.gateway.tcp;

/// The counters of relays.
///
/// **Threads:** immutable.
public enum RelayCounter {
    /// Connections accepted.
    ACCEPTED,
    /// Connections reset because there were as many as allowed.
    REFUSED,
    /// Relays that ended orderly on both sides.
    COMPLETED,
    /// Relays that were cut: by a reset of either side, for lack of memory, or by the gateway.
    CUT,
    /// Relays that were idle for too long.
    IDLE,
    /// Connections for which no origin was available.
    UNSERVED,
    /// Bytes written to origins.
    BYTES_TO_ORIGIN,
    /// Bytes written to clients.
    BYTES_TO_CLIENT
}
