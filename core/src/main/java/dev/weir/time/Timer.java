package dev.weir.time;

import org.jspecify.annotations.Nullable;

/// An action to run at a moment: a node of the wheel, made once with its owner and scheduled again and again.
///
/// **Threads:** confined to the loop of its wheel.
public final class Timer {
    final Runnable action;
    long tick;
    int slot = TimerWheel.NOT_SCHEDULED;

    @Nullable
    Timer next;

    @Nullable
    Timer previous;

    /// A timer that runs `action` on the loop when it is due; not yet scheduled.
    public Timer(Runnable action) {
        this.action = action;
    }

    /// Whether it is scheduled in a wheel.
    public boolean isScheduled() {
        return slot != TimerWheel.NOT_SCHEDULED;
    }
}
