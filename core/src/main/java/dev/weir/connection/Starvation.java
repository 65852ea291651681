package dev.weir.connection;

import dev.weir.loop.EventLoop;
import dev.weir.time.RarePoint;
import dev.weir.time.Timer;
import org.jspecify.annotations.Nullable;

/// Ends the connection that has held memory longest without moving a byte, when others have waited too long for it.
///
/// **Threads:** confined to its loop; what loops tell each other is one number.
/// **Limits:** looks every 500 ms; acts when the oldest wait has lasted 2 s, on one connection a look.
/// **Source:** ADR 4, urgency and reserve.
public final class Starvation {
    private static final long LOOK_NANOS = 500_000_000L;
    private static final long WAIT_NANOS_MAX = 2_000_000_000L;

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
        boolean early = loop.chance().rarely(RarePoint.STARVED_EARLY);
        if (!early && loop.pool().oldestWaitNanos(loop.nowNanos()) < WAIT_NANOS_MAX) {
            connections.tellStalled(loop, Long.MAX_VALUE);
            return;
        }
        Connection mine = connections.on(loop).mostStalled();
        long since = mine == null ? Long.MAX_VALUE : mine.lastMovedNanos();
        connections.tellStalled(loop, since);
        if (mine != null && connections.isLongestStalled(since)) end(mine);
    }

    private static void end(@Nullable Connection stalled) {
        if (stalled != null) stalled.abort(CloseReason.STARVED);
    }
}
