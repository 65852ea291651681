package dev.weir.testing.sim.seed;

/// The faults that a simulated world can inject.
///
/// **Threads:** immutable.
public enum Fault {
    /// A read returns fewer bytes than are available.
    SHORT_READ,
    /// A write takes fewer bytes than there is room for.
    SHORT_WRITE,
    /// A write takes nothing although there is room.
    NO_ROOM,
    /// A poller reports spurious readiness.
    SPURIOUS_READINESS,
    /// A poller delays a report of readiness.
    LATE_READINESS,
    /// A sleeping loop is turned without a cause.
    SPURIOUS_TURN,
    /// A waiting thread wakes without a cause.
    SPURIOUS_WAKE,
    /// A connection is reset.
    RESET,
    /// A reset discards bytes that had arrived.
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
    /// Other users take blocks out of the budget.
    MEMORY_TAKEN,
    /// A peer half-closes or closes, at any byte.
    PEER_LEAVES,
    /// A peer freezes.
    PEER_FREEZES,
    /// A peer sends unsolicited bytes.
    UNSOLICITED_BYTES,
    /// A peer sends a malformed answer.
    BROKEN_ANSWER,
    /// An answer is cut short.
    CUT_ANSWER,
    /// An answer arrives before the request is complete.
    EARLY_ANSWER,
    /// An answer arrives and its sender resets.
    ANSWER_THEN_RESET,
    /// An origin goes down for a while, and comes up again at the same port.
    ORIGIN_RESTARTS,
    /// A handler throws before anything was answered.
    HANDLER_THROWS,
    /// A handler throws in the middle of its answer.
    HANDLER_BREAKS_OFF,
    /// A handler blocks for a long time; an interrupt ends that.
    HANDLER_HANGS,
    /// A handler blocks for a long time and ignores interrupts.
    HANDLER_IS_DEAF,
    /// A handler answers twice, or answers the exchange of another.
    HANDLER_OVERSTEPS,
    /// A disk is full.
    DISK_FULL,
    /// A disk takes only part of a write.
    DISK_SHORT,
    /// A disk is slow.
    DISK_HANGS,
    /// A poller throws instead of polling, settling, waking or closing.
    POLLER_THROWS,
    /// The clock throws instead of telling the time.
    CLOCK_THROWS,
    /// A log throws instead of writing.
    LOG_THROWS,
    /// A loop fails in the middle of a turn.
    LOOP_DIES,
    /// An operation under way is cancelled.
    GIVING_UP,
    /// Everything is closed in the middle of the run.
    CLOSED_MEANWHILE
}
