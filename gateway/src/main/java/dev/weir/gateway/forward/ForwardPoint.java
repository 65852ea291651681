package dev.weir.gateway.forward;

import dev.weir.time.RarePoint;

/// Rare paths of the forwarder.
///
/// **Threads:** immutable.
public enum ForwardPoint implements RarePoint {
    /// An exchange of a forwarder is a new object although there is one to use again.
    FORWARD_FRESH,
    /// A request that could be repeated is not kept for it.
    REQUEST_NOT_KEPT,
    /// A request is repeated over whatever connection comes first.
    REPEATED_ANYWHERE
}
