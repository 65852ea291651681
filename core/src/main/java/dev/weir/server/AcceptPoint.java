package dev.weir.server;

import dev.weir.time.RarePoint;

/// Rare paths of the door of a server.
///
/// **Threads:** immutable.
public enum AcceptPoint implements RarePoint {
    /// A new connection goes to another loop than the least busy one.
    ACCEPT_TO_OTHER_LOOP,
    /// The door shuts as if it were full, and looks whether it is.
    ACCEPT_PAUSES
}
