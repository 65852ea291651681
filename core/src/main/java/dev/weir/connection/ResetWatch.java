package dev.weir.connection;

import dev.weir.loop.EventLoop;
import dev.weir.time.Timer;

/// Finds resets on the connections of one loop whose input is paused: a paused connection is not in the selector, and
/// without this its peer's reset would be seen at the next write only.
///
/// **Threads:** confined to its loop.
/// **Limits:** looks once a second, and only while a connection that asked for it is paused.
/// **Source:** ADR 24.
final class ResetWatch {
    private static final long LOOK_NANOS = 1_000_000_000L;

    private final Roster roster;
    private final Timer timer = new Timer(this::look);

    ResetWatch(Roster roster) {
        this.roster = roster;
    }

    /// The input of a connection that wants to know was paused.
    void inputPaused() {
        if (!timer.isScheduled()) roster.loop().schedule(timer, LOOK_NANOS);
    }

    void stop() {
        EventLoop loop = roster.loop();
        loop.wheel().cancel(timer);
    }

    private void look() {
        if (roster.probeResets()) inputPaused();
    }
}
