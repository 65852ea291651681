package dev.weir.pool;

import dev.weir.connection.CloseReason;
import dev.weir.loop.EventLoop;
import dev.weir.loop.Mailbox;
import dev.weir.time.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// What one loop keeps for a cache: its idle connections by origin, hottest first, and its attempts to connect.
///
/// **Owns:** the timer that looks for connections idle too long, and those of its attempts.
/// **Threads:** confined to its loop.
/// **Limits:** one look at every idle connection each second, or each quarter of the idle time if that is
/// shorter.
final class LoopSide {
    private static final long SCAN_NANOS_MAX = 1_000_000_000L;

    private final ConnectionCache cache;
    private final EventLoop loop;
    private final PoolTally tally = new PoolTally();
    private final @Nullable PoolEntry[] newest;
    private final @Nullable PoolEntry[] oldest;
    private final List<Attempt> attempts = new ArrayList<>();
    private final Timer scan = new Timer(this::scanIdle);
    private final Mailbox.Node closing = new Mailbox.Node(this::close);
    private final Mailbox.Node leaving = new Mailbox.Node(this::evictLeaving);
    private final long idleNanos;
    private final Runnable closingWithLoop = this::close;
    private int parked;
    private boolean endsWithLoop;
    private boolean isClosed;
    private final AtomicBoolean isToldClosed = new AtomicBoolean();

    LoopSide(ConnectionCache cache, EventLoop loop, int origins, long idleNanos) {
        this.cache = cache;
        this.loop = loop;
        this.newest = new @Nullable PoolEntry[origins];
        this.oldest = new @Nullable PoolEntry[origins];
        this.idleNanos = idleNanos;
    }

    EventLoop loop() {
        return loop;
    }

    PoolTally tally() {
        return tally;
    }

    boolean isClosed() {
        return isClosed;
    }

    void begins(Attempt attempt) {
        endWithLoop();
        attempts.add(attempt);
    }

    void ended(Attempt attempt) {
        attempts.remove(attempt);
    }

    /// Why: a loop that cannot go on closes before anybody closes the cache.
    void endWithLoop() {
        if (endsWithLoop) return;
        endsWithLoop = true;
        loop.atClose(closingWithLoop);
    }

    /// The most recently used idle connection to `origin` that is still good, taken off the shelf; null when
    /// there is none.
    ///
    /// Looking costs a system call, a thirtieth of what a small request costs altogether. It is spared where the
    /// connection was quiet when the loop last polled, and the request can be repeated (ADR 12).
    @Nullable
    PoolEntry takeIdle(Origin origin, Borrower borrower) {
        PoolEntry entry = newest[origin.index()];
        while (entry != null) {
            PoolEntry next = entry.older;
            // Why: another origin that had the place before may have left some.
            if (entry.origin() == origin && entry.leaveIdle(PoolEntry.State.LEAVING)) {
                unpark(entry);
                if (entry.isStale()) cache.evict(entry, PoolCount.EVICTED_IDLE, CloseReason.IDLE);
                else if ((borrower.repeats() && entry.connection().wasQuiet()) || entry.isQuiet()) return entry;
                // Why: closing it ran foreign code, which may have changed the shelf.
                next = newest[origin.index()];
            }
            entry = next;
        }
        return null;
    }

    /// Puts `entry` on the shelf, not yet for anybody to take.
    void park(PoolEntry entry) {
        endWithLoop();
        int at = entry.origin().index();
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

    /// Takes `entry` off the shelf; does nothing when it is not on it.
    void unpark(PoolEntry entry) {
        if (!entry.isParked) return;
        int at = entry.origin().index();
        if (entry.newer == null) newest[at] = entry.older;
        else entry.newer.older = entry.older;
        if (entry.older == null) oldest[at] = entry.newer;
        else entry.older.newer = entry.newer;
        entry.newer = null;
        entry.older = null;
        entry.isParked = false;
        parked--;
    }

    /// Asks the loop, from any thread, to close what is idle or being made, and to keep nothing from now on.
    void askToClose() {
        // Why: a loop that has closed took what was here with it; one on which nothing ever was does not know of it.
        if (!loop.post(closing)) tellClosed();
    }

    /// Asks the loop, from any thread, to close what is idle of origins that leave.
    void askToEvictLeaving() {
        // Why: a loop that has closed took what was here with it.
        boolean _ = loop.post(leaving);
    }

    private void evictLeaving() {
        for (int at = 0; at < oldest.length; at++) evictStale(at);
    }

    private void tellClosed() {
        if (isToldClosed.compareAndSet(false, true)) cache.charge().sideClosed();
    }

    private void close() {
        if (isClosed) return; // Why: it is asked once for each close of the cache.
        isClosed = true;
        endsWithLoop = false;
        loop.notAtClose(closingWithLoop);
        loop.wheel().cancel(scan);
        cache.search().stop(loop);
        for (int at = 0; at < oldest.length; at++) evictOlderThan(at, Long.MIN_VALUE);
        for (Attempt attempt : List.copyOf(attempts)) attempt.cacheClosed();
        tellClosed();
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
                cache.evict(entry, PoolCount.EVICTED_IDLE, CloseReason.IDLE);
                next = oldest[at]; // Why: closing it ran foreign code, which may have changed the shelf.
            }
            entry = next;
        }
    }

    private void evictOlderThan(int at, long nanos) {
        PoolEntry entry = oldest[at];
        while (entry != null && (isClosed || loop.nowNanos() - entry.sinceNanos >= nanos)) {
            PoolEntry next = entry.newer;
            if (entry.leaveIdle(PoolEntry.State.LEAVING)) {
                if (isClosed) entry.connection().close(CloseReason.CLOSED);
                else cache.evict(entry, PoolCount.EVICTED_IDLE, CloseReason.IDLE);
                next = oldest[at]; // Why: closing it ran foreign code, which may have changed the shelf.
            }
            entry = next;
        }
    }
}
