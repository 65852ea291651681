package dev.weir.loop;

import dev.weir.time.RarePoint;

/// Rare paths of a loop.
///
/// **Threads:** immutable.
public enum LoopPoint implements RarePoint {
    /// A turn runs one task of its mailbox and leaves the others.
    MAILBOX_ONE_TASK,
    /// A turn does not run its due timers.
    TIMERS_LATE,
    /// A turn does not poll for readiness.
    POLL_SKIPPED
}
