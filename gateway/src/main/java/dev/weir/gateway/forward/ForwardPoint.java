package dev.weir.gateway.forward;

import dev.weir.time.RarePoint;

/// Rare paths of the forwarder.
///
/// **Threads:** immutable.
public enum ForwardPoint implements RarePoint {
    /// A new exchange is created although a recycled one is available.
    FORWARD_FRESH,
    /// A repeatable request is not kept for a retry.
    REQUEST_NOT_KEPT,
    /// A request is retried over the first available connection.
    REPEATED_ANYWHERE
}
