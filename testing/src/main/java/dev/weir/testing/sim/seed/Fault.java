package dev.weir.testing.sim.seed;

/// What a world can do to those who live in it.
///
/// **Threads:** immutable.
public enum Fault {
    /// A read brings fewer bytes than are there.
    SHORT_READ,
    /// A write takes fewer bytes than there is room for.
    SHORT_WRITE,
    /// The path takes nothing although there is room.
    NO_ROOM,
    /// A poller tells of readiness that is none.
    SPURIOUS_READINESS,
    /// A poller does not tell of readiness yet.
    LATE_READINESS,
    /// A loop that sleeps is turned for no cause.
    SPURIOUS_TURN,
    /// A thread that waits wakes for no cause.
    SPURIOUS_WAKE,
    /// A connection is reset.
    RESET,
    /// A reset throws away bytes that had arrived.
    RESET_LOSES_INPUT,
    /// One direction is silent for a while.
    SILENCE,
    /// Connecting is refused.
    CONNECT_REFUSED,
    /// Connecting is never answered.
    CONNECT_UNANSWERED,
    /// Accepting fails for lack of descriptors.
    ACCEPT_FAILED,
    /// The clock jumps forward.
    CLOCK_JUMP,
    /// Somebody else takes blocks out of the budget.
    MEMORY_TAKEN,
    /// A peer ends its output, or leaves, at any byte.
    PEER_LEAVES,
    /// A peer stops doing anything.
    PEER_FREEZES,
    /// A peer sends bytes that nobody asked for.
    UNSOLICITED_BYTES,
    /// A peer answers with what is no answer.
    BROKEN_ANSWER,
    /// An answer is cut short.
    CUT_ANSWER,
    /// An answer comes before the request is whole.
    EARLY_ANSWER,
    /// An answer comes and its sender resets.
    ANSWER_THEN_RESET,
    /// An origin is not there for a while, and comes back at the same port.
    ORIGIN_RESTARTS,
    /// A handler throws before anything was answered.
    HANDLER_THROWS,
    /// A handler throws in the middle of its answer.
    HANDLER_BREAKS_OFF,
    /// A handler waits for a long time, and an interrupt ends that.
    HANDLER_HANGS,
    /// A handler waits for a long time, and nothing ends that.
    HANDLER_IS_DEAF,
    /// A handler answers twice, or with the exchange of another.
    HANDLER_OVERSTEPS,
    /// A disk takes nothing.
    DISK_FULL,
    /// A disk takes less than it was given.
    DISK_SHORT,
    /// A disk takes its time.
    DISK_HANGS,
    /// A poller throws instead of polling, settling, waking or closing.
    POLLER_THROWS,
    /// The clock throws instead of telling the time.
    CLOCK_THROWS,
    /// A log throws instead of writing.
    LOG_THROWS,
    /// A loop cannot go on, in the middle of a turn.
    LOOP_DIES,
    /// Somebody gives up what is under way.
    GIVING_UP,
    /// Everything is closed in the middle of it.
    CLOSED_MEANWHILE
}
