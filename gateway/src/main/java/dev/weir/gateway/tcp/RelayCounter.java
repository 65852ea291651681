package dev.weir.gateway.tcp;

/// What is counted of relays.
///
/// **Threads:** immutable.
public enum RelayCounter {
    /// Connections accepted.
    ACCEPTED,
    /// Connections reset because there were as many as allowed.
    REFUSED,
    /// Relays that moved bytes until both sides had ended in order.
    COMPLETED,
    /// Relays cut off: by a reset of either side, for lack of memory, or by us.
    CUT,
    /// Relays in which no byte moved for too long.
    IDLE,
    /// Connections that found no origin.
    UNSERVED,
    /// Bytes that origins have taken.
    BYTES_TO_ORIGIN,
    /// Bytes that clients have taken.
    BYTES_TO_CLIENT
}
