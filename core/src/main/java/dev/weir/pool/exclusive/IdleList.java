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

/// What one loop keeps for a cache: its idle connections by origin, hottest first.
///
/// **Owns:** the timer that looks for connections idle too long.
/// **Threads:** confined to its loop.
/// **Limits:** one look at every idle connection each second, or each quarter of the idle time if that is
/// shorter.
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

    /// The most recently used idle connection to `origin` that is still good, taken off the shelf; null when
    /// there is none.
    ///
    /// Looking costs a system call, a thirtieth of what a small request costs altogether. It is spared where the
    /// connection was quiet when the loop last polled, and the request can be repeated (ADR 12).
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
                // Why: closing it ran foreign code, which may have changed the shelf.
                next = newest[origin.number()];
            }
            entry = next;
        }
        return null;
    }

    /// Puts `entry` on the shelf, not yet for anybody to take.
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

    /// Why: origins that leave have numbers of their own for a while.
    private void makeRoomFor(int number) {
        if (number < newest.length) return;
        newest = Arrays.copyOf(newest, number + 1);
        oldest = Arrays.copyOf(oldest, number + 1);
    }

    /// Takes `entry` off the shelf; does nothing when it is not on it.
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

    /// Asks the loop, from any thread, to close what is idle of origins that leave.
    void askToEvictLeaving() {
        // Why: a loop that has closed took what was here with it.
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

    /// Closes what its peer is about to close, and what leads to an origin that leaves. Why: what each peer says
    /// differs, so that age alone does not order them.
    private void evictStale(int at) {
        PoolEntry entry = oldest[at];
        while (entry != null) {
            PoolEntry next = entry.newer;
            boolean goes = entry.isStale() || entry.origin().isLeaving();
            if (goes && entry.leaveIdle(PoolEntry.State.LEAVING)) {
                lender.evict(entry, PoolCount.EVICTED_IDLE, CloseReason.IDLE);
                next = oldest[at]; // Why: closing it ran foreign code, which may have changed the shelf.
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
                next = oldest[at]; // Why: closing it ran foreign code, which may have changed the shelf.
            }
            entry = next;
        }
    }
}
