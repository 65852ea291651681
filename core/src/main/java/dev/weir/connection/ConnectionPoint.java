package dev.weir.connection;

import dev.weir.time.RarePoint;

/// Rare paths of a connection.
///
/// **Threads:** immutable.
public enum ConnectionPoint implements RarePoint {
    /// A connection's timer fires long before its deadline and is scheduled again.
    DEADLINE_LOOKS_EARLY,
    /// Writability is reported to a connection, and readability only later.
    READINESS_IN_TWO,
    /// A write takes half, as if the path were full.
    WRITE_HALF,
    /// The scratch buffer is written only in part, and the rest moves to a block.
    SCRATCH_HALF,
    /// The scratch buffer is written before the end of the turn.
    SCRATCH_EARLY,
    /// The poller is asked whether there is room for one more block although memory is not scarce.
    ROOM_DOUBTED,
    /// Queued blocks wait until the path reports room.
    QUEUE_WAITS,
    /// The rest of a short write moves to a normal block although a small one would do.
    REST_IN_NORMAL_BLOCK,
    /// There is no memory for the rest of a short write, and the connection ends.
    REST_WITHOUT_BLOCK,
    /// The longest stalled connection is ended although no request for memory has waited long.
    STARVED_EARLY
}
