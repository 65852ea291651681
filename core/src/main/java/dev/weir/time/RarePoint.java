package dev.weir.time;

/// Places in Weir where a rare path can be taken at will: always right, hardly ever needed. A
/// simulation takes them; in production nobody does.
///
/// **Threads:** immutable.
/// **Source:** FoundationDB's marked points.
public enum RarePoint {
    /// A turn runs one task of its mailbox and leaves the others.
    MAILBOX_ONE_TASK,
    /// A turn comes before its timers.
    TIMERS_LATE,
    /// A turn does not look what is ready.
    POLL_SKIPPED,
    /// A connection's timer fires long before its deadline and looks again.
    DEADLINE_LOOKS_EARLY,
    /// A connection is told that it may write and not yet that it may read.
    READINESS_IN_TWO,
    /// A read brings one byte, as if the block ended there.
    READ_ONE_BYTE,
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
    STARVED_EARLY,
    /// A borrower does not find the idle connection of its loop at once.
    POOL_COLD,
    /// A borrower is sent to another origin than the one that was chosen.
    POOL_OTHER_ORIGIN,
    /// A borrower loses the race for a free slot.
    POOL_SLOT_LOST,
    /// A borrower takes the idle connection of any loop before it makes its own.
    POOL_MOVES,
    /// A borrower waits in turn although it would not have to.
    POOL_WAITS,
    /// Who waits for a connection looks again at once.
    POOL_LOOKS_EARLY,
    /// A connection given back is parked before it is offered to who waits.
    POOL_PARKS_FIRST,
    /// A connection given back is closed, as if it were not clean.
    POOL_NOT_CLEAN,
    /// News for a borrower come a turn later.
    POOL_NEWS_LATE,
    /// A new connection goes to another loop than the least busy one.
    DOOR_OTHER_LOOP,
    /// The door shuts as if it were full, and looks whether it is.
    DOOR_SHUTS,
    /// An exchange of a server is a new object although there is one to use again.
    SERVING_FRESH,
    /// An exchange of a forwarder is a new object although there is one to use again.
    FORWARD_FRESH,
    /// What was read moves to the front of its block before it has to.
    INFLOW_COMPACTS,
    /// A small rest stays in its normal block.
    INFLOW_STAYS_LARGE,
    /// There is no memory for a look at what came early.
    INFLOW_LOOK_IN_VAIN,
    /// A body is not read on in this turn although more of it is there.
    BODY_PAUSES,
    /// An answer is not read although it is there.
    ANSWER_WATCHED_AGAIN,
    /// A request that could be repeated is not kept for it.
    REQUEST_NOT_KEPT,
    /// A request that could be repeated is not, as if too many were.
    REQUEST_NOT_REPEATED,
    /// A request is repeated over whatever connection comes first.
    REPEATED_ANYWHERE
}
