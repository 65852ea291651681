package dev.weir.connection;

import dev.weir.loop.EventLoop;
import dev.weir.time.RarePoint;
import dev.weir.time.Timer;

/// Ends the connections that have held memory longest without moving a byte, when others have waited too
/// long for it: as many as wait too long.
///
/// **Threads:** confined to its loop; what loops tell each other is one number.
/// **Limits:** looks every 500 ms; acts when a wait has lasted 2 s. The one that has stalled longest on
/// all loops ends at once, 31 more at most in a look, and these only if they have stalled for 2 s
/// themselves.
/// **Source:** ADR 4, urgency and reserve.
public final class Starvation {
    private static final long LOOK_NANOS = 500_000_000L;
    private static final long WAIT_NANOS_MAX = 2_000_000_000L;
    private static final int ENDS_MAX = 32;

    private final Connections connections;
    private final EventLoop loop;
    private final Timer timer = new Timer(this::look);

    private Starvation(Connections connections, EventLoop loop) {
        this.connections = connections;
        this.loop = loop;
    }

    /// Looks from now on, on `loop`, whose thread this is.
    public static Starvation watch(Connections connections, EventLoop loop) {
        var watching = new Starvation(connections, loop);
        loop.schedule(watching.timer, LOOK_NANOS);
        return watching;
    }

    /// Looks no more.
    public void stop() {
        loop.wheel().cancel(timer);
    }

    private void look() {
        loop.schedule(timer, LOOK_NANOS);
        int overdue = loop.pool().overdue(loop.nowNanos(), WAIT_NANOS_MAX, ENDS_MAX);
        if (overdue == 0 && !loop.chance().rarely(RarePoint.STARVED_EARLY)) {
            connections.tellStalled(loop, Long.MAX_VALUE);
            return;
        }
        Connection longest = connections.on(loop).mostStalled();
        long since = longest == null ? Long.MAX_VALUE : longest.lastMovedNanos();
        connections.tellStalled(loop, since);
        if (longest == null) return;
        int ended = 0;
        if (connections.isLongestStalled(since)) {
            longest.abort(CloseReason.STARVED);
            ended++;
        }
        endMore(share(overdue) - ended);
    }

    /// This loop's part of what has to end for so many waiters.
    private int share(int overdue) {
        int loops = connections.rosters().size();
        return (overdue + loops - 1) / loops;
    }

    private void endMore(int count) {
        for (int i = 0; i < count; i++) {
            Connection stalled = connections.on(loop).mostStalled();
            if (stalled == null || loop.nowNanos() - stalled.lastMovedNanos() < WAIT_NANOS_MAX) return;
            stalled.abort(CloseReason.STARVED);
        }
    }
}
