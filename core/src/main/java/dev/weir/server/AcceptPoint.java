package dev.weir.server;

import dev.weir.time.RarePoint;

/// Rare paths of accepting connections.
///
/// **Threads:** immutable.
public enum AcceptPoint implements RarePoint {
    /// A new connection goes to another loop than the least busy one.
    ACCEPT_TO_OTHER_LOOP,
    /// Accepting pauses as if the limit were reached, and then checks whether it is.
    ACCEPT_PAUSES
}
