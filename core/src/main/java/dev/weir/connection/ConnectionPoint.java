package dev.weir.connection;

import dev.weir.time.RarePoint;

/// Rare paths of a connection.
///
/// **Threads:** immutable.
public enum ConnectionPoint implements RarePoint {
    /// A connection's timer fires long before its deadline and looks again.
    DEADLINE_LOOKS_EARLY,
    /// A connection is told that it may write and not yet that it may read.
    READINESS_IN_TWO,
    /// A write takes half, as if the path were full.
    WRITE_HALF,
    /// What was encoded leaves only in part, and the rest moves to a block.
    SCRATCH_HALF,
    /// What was encoded leaves before the end of the turn.
    SCRATCH_EARLY,
    /// Room for one more block is asked for although memory is not scarce.
    ROOM_DOUBTED,
    /// Queued blocks stay until the path tells of room.
    QUEUE_WAITS,
    /// A rest of output moves to a normal block although a small one would do.
    REST_IN_NORMAL_BLOCK,
    /// There is no memory for a rest of output, and the connection ends.
    REST_WITHOUT_BLOCK,
    /// The connection that has stalled longest is ended although nobody has waited long.
    STARVED_EARLY
}
