package dev.weir.server;

import dev.weir.time.RarePoint;

/// Rare paths of the door of a server.
///
/// **Threads:** immutable.
public enum DoorPoint implements RarePoint {
    /// A new connection goes to another loop than the least busy one.
    DOOR_OTHER_LOOP,
    /// The door shuts as if it were full, and looks whether it is.
    DOOR_SHUTS
}
