package dev.weir.connection;

import dev.weir.loop.EventLoop;
import dev.weir.time.RarePoint;
import dev.weir.time.Timer;
import java.time.Duration;

/// Ends the connections that have held memory longest without moving a byte, when others have waited too
/// long for it: as many as wait too long.
///
/// **Threads:** confined to its loop; what loops tell each other is one number.
/// **Limits:** looks every 500 ms, or four times in its limit where that is shorter; acts when a wait has lasted
/// the limit. The one that has stalled longest on all loops ends at once, 31 more at most in a look, and these only
/// if they have stalled for the limit themselves.
/// **Source:** ADR 4, urgency and reserve.
public final class Starvation {
    /// How long a wait may last where nothing else is asked for: 2 s.
    public static final Duration LIMIT = Duration.ofSeconds(2);

    private static final Duration LIMIT_LEAST = Duration.ofMillis(1);
    private static final long LOOK_NANOS_MAX = 500_000_000L;
    private static final int LOOKS_PER_LIMIT = 4;
    private static final int ENDS_MAX = 32;

    /// Why: its class is loaded when the watch begins; the first look may find no heap to load one.
    private static final RarePoint EARLY = ConnectionPoint.STARVED_EARLY;

    private final Connections connections;
    private final EventLoop loop;
    private final long waitNanosMax;
    private final long lookNanos;
    private final Timer timer = new Timer(this::look);

    private Starvation(Connections connections, EventLoop loop, long waitNanosMax) {
        this.connections = connections;
        this.loop = loop;
        this.waitNanosMax = waitNanosMax;
        this.lookNanos = Math.min(LOOK_NANOS_MAX, waitNanosMax / LOOKS_PER_LIMIT);
    }

    /// Looks from now on, on `loop`, whose thread this is.
    ///
    /// @param limit how long a wait may last, at least 1 ms
    public static Starvation watch(Connections connections, EventLoop loop, Duration limit) {
        requireLimit(limit);
        var watching = new Starvation(connections, loop, limit.toNanos());
        loop.schedule(watching.timer, watching.lookNanos);
        return watching;
    }

    /// Refuses what is no limit of waiting.
    ///
    /// @throws IllegalArgumentException when it is shorter than 1 ms
    public static void requireLimit(Duration limit) {
        if (limit.compareTo(LIMIT_LEAST) < 0) {
            throw new IllegalArgumentException("waiting for memory may last 1 ms or more, not " + limit);
        }
    }

    /// Looks no more.
    public void stop() {
        loop.wheel().cancel(timer);
    }

    private void look() {
        loop.schedule(timer, lookNanos);
        int overdue = loop.pool().overdue(loop.nowNanos(), waitNanosMax, ENDS_MAX);
        if (overdue == 0 && !loop.chance().rarely(EARLY)) {
            connections.notifyStalled(loop, Connections.NOT_STALLED);
            return;
        }
        Connection longest = connections.on(loop).mostStalled();
        long since = longest == null ? Connections.NOT_STALLED : Roster.movedNanos(longest);
        connections.notifyStalled(loop, since);
        if (longest == null) return;
        int ended = 0;
        if (connections.isLongestStalled(since)) {
            end(longest);
            ended++;
        }
        endMore(share(overdue) - ended);
    }

    /// This loop's part of what has to end for so many waiters.
    private int share(int overdue) {
        int loops = connections.rosters().size();
        return overdue / loops + (loop.index() < overdue % loops ? 1 : 0);
    }

    private void endMore(int count) {
        for (int i = 0; i < count; i++) {
            Connection stalled = connections.on(loop).mostStalled();
            if (stalled == null || loop.nowNanos() - Roster.movedNanos(stalled) < waitNanosMax) return;
            end(stalled);
        }
    }

    private void end(Connection stalled) {
        stalled.guarded(() -> {
            if (stalled.conversation().endForMemory()) connections.countStarved();
            else stalled.abort(CloseReason.STARVED);
        });
    }
}
