package dev.weir.testing.proxy;

import dev.weir.connection.Connection;
import dev.weir.connection.Room;
import dev.weir.loop.EventLoop;
import dev.weir.time.Timer;
import dev.weir.transport.Transport;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// One direction of a link: reads from its source and writes to its target, with the faults of this direction.
///
/// **Owns:** the bytes in transit, one timer.
/// **Threads:** confined to its loop.
/// **Waits:** never waits.
/// **Limits:** 8 blocks in transit, 136 KiB; its source is not read while they are full, so with a latency of a
/// second at most 136 KiB pass in a second. A timer is up to a millisecond late.
final class Lane {
    static final int BLOCKS_MAX = 8;
    private static final int PIECES_PER_TURN = 2 * BLOCKS_MAX;
    private static final long NO_MEMORY_NANOS = 10_000_000L;
    private static final long LATE_NANOS_MAX = 10_000_000L;
    private static final long NEVER = LaneFaults.NEVER;

    private final Link link;
    private final EventLoop loop;
    private final DelayQueue stretch;
    private final Timer timer = new Timer(this::pump);
    private LaneFaults treatment;
    private @Nullable Connection source;
    private @Nullable Connection target;
    private long passed;
    private long freeNanos;
    private long endCameNanos = NEVER;
    private boolean broke;
    private boolean swallows;
    private boolean ended;

    @SuppressWarnings("this-escape") // Why: the timer runs only after it was scheduled.
    Lane(Link link, EventLoop loop, LaneFaults treatment) {
        this.link = link;
        this.loop = loop;
        this.treatment = treatment;
        this.stretch = new DelayQueue(loop, BLOCKS_MAX);
        this.freeNanos = loop.nowNanos();
    }

    void join(Connection from, Connection to) {
        source = from;
        target = to;
    }

    /// Applies the faults `changed` to bytes in transit and later ones.
    void treat(LaneFaults changed) {
        treatment = changed;
        passed = 0;
        pump();
    }

    boolean hasEnded() {
        return ended;
    }

    int heldBytes() {
        return stretch.heldBytes();
    }

    /// The source can be read.
    void readable() {
        Connection from = source;
        if (from == null) return;
        if (swallows) swallow(from);
        else take(from);
        pump();
    }

    private void take(Connection from) {
        ByteBuffer room = stretch.room();
        if (room == null) {
            from.pauseInput();
            return;
        }
        int count = from.read(room);
        stretch.put(count, loop.nowNanos());
        sawEnd(count);
        if (stretch.isFull()) from.pauseInput();
    }

    private void swallow(Connection from) {
        sawEnd(from.read(loop.readScratch().clear()));
    }

    private void sawEnd(int count) {
        if (count == Transport.END) endCameNanos = loop.nowNanos();
        if (count == Transport.BROKEN) breaks();
    }

    /// Its source was reset: passed on at once, unless this direction is a black hole.
    void breaks() {
        broke = true;
        link.brokeAt(this);
    }

    boolean isBlackHole() {
        return treatment.isBlackHole();
    }

    /// Discards everything from now on: the target is gone.
    void swallowAll() {
        swallows = true;
        stretch.release();
        if (source != null) source.resumeInput();
    }

    /// Moves the bytes that may move now, and schedules itself for the next ones.
    void pump() {
        Connection to = target;
        if (to == null || link.isOver()) return;
        if (isResetDue() || (broke && !isBlackHole())) {
            link.cut();
            return;
        }
        if (!isBlackHole() && !ended) give(to);
        if (!link.isOver()) schedule(to);
    }

    private boolean isResetDue() {
        return passed >= treatment.resetAfterBytes()
                || loop.nowNanos() - link.bornNanos() >= treatment.resetAfterNanos();
    }

    private void give(Connection to) {
        for (int piece = 0; piece < PIECES_PER_TURN && !stretch.isEmpty() && !swallows; piece++) {
            if (loop.nowNanos() - freeNanos < 0) break;
            ByteBuffer bytes = stretch.first(treatment.pieceBytes(passed), loop.nowNanos() - treatment.latencyNanos());
            if (!bytes.hasRemaining()) break;
            int count = to.output().write(bytes);
            if (count < 0) {
                link.lostTarget(this);
                return;
            }
            if (count == 0) break;
            gave(count);
            if (isResetDue()) {
                link.cut();
                return;
            }
        }
        if (passed >= treatment.limitBytes() && !swallows) {
            swallowAll();
            end(to);
        } else if (stretch.isEmpty() && isPast(endCameNanos, treatment.endNanos())) {
            end(to);
        }
        resumeSource();
    }

    private void gave(int count) {
        stretch.take(count);
        passed += count;
        long now = loop.nowNanos();
        // Why: counted from when the bytes were due, so that late timers do not slow the path down.
        long paced = Math.max(freeNanos, now - LATE_NANOS_MAX) + treatment.paceNanos(count);
        freeNanos = Math.max(paced, now + treatment.gapNanos());
    }

    private void end(Connection to) {
        ended = true;
        to.output().end();
        link.laneEnded();
    }

    private void resumeSource() {
        if (source != null && !stretch.isFull() && !link.isOver()) source.resumeInput();
    }

    private boolean isPast(long sinceNanos, long afterNanos) {
        return sinceNanos != NEVER && loop.nowNanos() - sinceNanos - afterNanos >= 0;
    }

    private void schedule(Connection to) {
        long next = after(link.bornNanos(), treatment.resetAfterNanos());
        if (!isBlackHole() && !ended) {
            if (!stretch.isEmpty()) next = Math.min(next, nextByteNanos(to));
            else if (endCameNanos != NEVER) next = Math.min(next, endCameNanos + treatment.endNanos());
        }
        boolean isStuck = stretch.heldBytes() == 0 && source != null && source.isInputReady();
        // Why: there was no free block, and nothing notifies when there is one.
        if (isStuck) next = Math.min(next, loop.nowNanos() + NO_MEMORY_NANOS);
        if (next == NEVER) loop.wheel().cancel(timer);
        else loop.wheel().schedule(timer, next);
    }

    private long nextByteNanos(Connection to) {
        long due = Math.max(stretch.firstNanos() + treatment.latencyNanos(), freeNanos);
        if (due - loop.nowNanos() > 0) return due;
        // Why: bytes that are due wait for the next turn, or for room at the target, which notifies.
        return to.output().room() != Room.BLOCKED ? loop.nowNanos() : NEVER;
    }

    private static long after(long sinceNanos, long nanos) {
        return nanos == NEVER ? NEVER : sinceNanos + nanos;
    }

    /// Releases everything; nothing moves any more.
    void release() {
        loop.wheel().cancel(timer);
        stretch.release();
    }
}
