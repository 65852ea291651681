package dev.weir.loop;

import dev.weir.time.RarePoint;

/// Rare paths of a loop.
///
/// **Threads:** immutable.
public enum LoopPoint implements RarePoint {
    /// A turn runs one task of its mailbox and leaves the others.
    MAILBOX_ONE_TASK,
    /// A turn comes before its timers.
    TIMERS_LATE,
    /// A turn does not look what is ready.
    POLL_SKIPPED
}
