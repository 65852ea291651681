package dev.weir.connection;

import dev.weir.loop.EventLoop;
import dev.weir.time.RarePoint;
import dev.weir.time.Timer;
import java.time.Duration;

/// Ends the connections that have held memory longest without moving a byte, when others have waited too long for
/// memory: as many connections as requests wait too long.
///
/// **Threads:** confined to its loop; loops share one number each.
/// **Limits:** looks every 500 ms, or every quarter of the limit if that is shorter; acts when a wait has lasted
/// the limit. A look ends the longest stalled connection of all loops at once and at most 31 more, these only if
/// they have stalled for the limit themselves.
/// **Source:** ADR 4, urgency and reserve.
public final class Starvation {
    /// The default limit of a wait: 2 s.
    public static final Duration LIMIT = Duration.ofSeconds(2);

    private static final Duration LIMIT_LEAST = Duration.ofMillis(1);
    private static final long LOOK_NANOS_MAX = 500_000_000L;
    private static final int LOOKS_PER_LIMIT = 4;
    private static final int ENDS_MAX = 32;

    /// Why: loads the class when the watch begins; at the first look there may be no heap left to load it.
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

    /// Starts looking on `loop`; called on its thread.
    ///
    /// @param limit how long a wait may last, at least 1 ms
    public static Starvation watch(Connections connections, EventLoop loop, Duration limit) {
        requireLimit(limit);
        var watching = new Starvation(connections, loop, limit.toNanos());
        loop.schedule(watching.timer, watching.lookNanos);
        return watching;
    }

    /// Refuses an invalid limit.
    ///
    /// @throws IllegalArgumentException if it is shorter than 1 ms
    public static void requireLimit(Duration limit) {
        if (limit.compareTo(LIMIT_LEAST) < 0) {
            throw new IllegalArgumentException("waiting for memory may last 1 ms or more, not " + limit);
        }
    }

    /// Stops looking.
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

    /// This loop's part of the connections that have to end for `overdue` waiters.
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
