package dev.weir.pool.exclusive;

import dev.weir.connection.CloseReason;
import dev.weir.loop.EventLoop;
import dev.weir.loop.Mailbox;
import dev.weir.pool.LoopSide;
import dev.weir.pool.Origin;
import dev.weir.pool.PoolCount;
import dev.weir.time.Timer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The idle connections of one loop of a cache, by origin, most recently used first.
///
/// **Owns:** the timer that scans for connections that are idle for too long.
/// **Threads:** confined to its loop.
/// **Limits:** one scan of all idle connections each second, or each quarter of the idle time if that is shorter.
final class IdleList extends LoopSide {
    private static final long SCAN_NANOS_MAX = 1_000_000_000L;

    private final Lender lender;
    private final EventLoop loop;
    private @Nullable PoolEntry[] newest;
    private @Nullable PoolEntry[] oldest;
    private final Timer scan = new Timer(this::scanIdle);
    private final Mailbox.Node leaving = new Mailbox.Node(this::evictLeaving);
    private final long idleNanos;
    private int parked;

    IdleList(Lender lender, EventLoop loop, int origins, long idleNanos) {
        super(loop, lender::sideClosed);
        this.lender = lender;
        this.loop = loop;
        this.newest = new @Nullable PoolEntry[origins];
        this.oldest = new @Nullable PoolEntry[origins];
        this.idleNanos = idleNanos;
    }

    /// Takes the most recently used idle connection to `origin` that is still usable out of the list; null if there
    /// is none.
    ///
    /// The check costs a system call, a thirtieth of the cost of a small request. It is saved if the connection had
    /// no input when the loop last polled and the request can be repeated (ADR 12).
    @Nullable
    PoolEntry takeIdle(Origin origin, Lease lease) {
        if (origin.number() >= newest.length) return null;
        PoolEntry entry = newest[origin.number()];
        while (entry != null) {
            PoolEntry next = entry.older;
            if (entry.leaveIdle(PoolEntry.State.LEAVING)) {
                unpark(entry);
                if (entry.isStale()) lender.evict(entry, PoolCount.EVICTED_IDLE, CloseReason.IDLE);
                else if ((lease.repeats() && entry.connection().wasQuiet()) || entry.checkStillIdle()) return entry;
                // Why: closing it ran foreign code, which may have changed the list.
                next = newest[origin.number()];
            }
            entry = next;
        }
        return null;
    }

    /// Adds `entry` to the list; it cannot be claimed yet.
    void park(PoolEntry entry) {
        endWithLoop();
        int at = entry.origin().number();
        makeRoomFor(at);
        PoolEntry head = newest[at];
        entry.older = head;
        if (head == null) oldest[at] = entry;
        else head.newer = entry;
        newest[at] = entry;
        entry.isParked = true;
        entry.sinceNanos = loop.nowNanos();
        parked++;
        if (!scan.isScheduled()) loop.schedule(scan, scanNanos());
    }

    /// Why: removed origins keep their numbers for a while, so that there may be more numbers than origins.
    private void makeRoomFor(int number) {
        if (number < newest.length) return;
        newest = Arrays.copyOf(newest, number + 1);
        oldest = Arrays.copyOf(oldest, number + 1);
    }

    /// Takes `entry` out of the list; does nothing if it is not in it.
    void unpark(PoolEntry entry) {
        if (!entry.isParked) return;
        int at = entry.origin().number();
        if (entry.newer == null) newest[at] = entry.older;
        else entry.newer.older = entry.older;
        if (entry.older == null) oldest[at] = entry.newer;
        else entry.older.newer = entry.newer;
        entry.newer = null;
        entry.older = null;
        entry.isParked = false;
        parked--;
    }

    /// Asks the loop, from any thread, to close idle connections to removed origins.
    void askToEvictLeaving() {
        // Why: a closed loop has closed its idle connections.
        boolean _ = loop.post(leaving);
    }

    private void evictLeaving() {
        for (int at = 0; at < oldest.length; at++) evictStale(at);
    }

    @Override
    protected void closeIdle() {
        loop.wheel().cancel(scan);
        lender.sideCloses(loop);
        for (int at = 0; at < oldest.length; at++) evictOlderThan(at, Long.MIN_VALUE);
    }

    private void scanIdle() {
        for (int at = 0; at < oldest.length; at++) evictStale(at);
        for (int at = 0; at < oldest.length; at++) evictOlderThan(at, idleNanos);
        if (parked > 0) loop.schedule(scan, scanNanos());
    }

    private long scanNanos() {
        return Math.min(SCAN_NANOS_MAX, Math.max(1, idleNanos / 4));
    }

    /// Closes connections that their peer is about to close, and those to removed origins. Why: each peer announces
    /// a different time, so the order of the list does not help.
    private void evictStale(int at) {
        PoolEntry entry = oldest[at];
        while (entry != null) {
            PoolEntry next = entry.newer;
            boolean goes = entry.isStale() || entry.origin().isLeaving();
            if (goes && entry.leaveIdle(PoolEntry.State.LEAVING)) {
                lender.evict(entry, PoolCount.EVICTED_IDLE, CloseReason.IDLE);
                next = oldest[at]; // Why: closing it ran foreign code, which may have changed the list.
            }
            entry = next;
        }
    }

    private void evictOlderThan(int at, long nanos) {
        PoolEntry entry = oldest[at];
        while (entry != null && (isClosed() || loop.nowNanos() - entry.sinceNanos >= nanos)) {
            PoolEntry next = entry.newer;
            if (entry.leaveIdle(PoolEntry.State.LEAVING)) {
                if (isClosed()) entry.connection().close(CloseReason.CLOSED);
                else lender.evict(entry, PoolCount.EVICTED_IDLE, CloseReason.IDLE);
                next = oldest[at]; // Why: closing it ran foreign code, which may have changed the list.
            }
            entry = next;
        }
    }
}
