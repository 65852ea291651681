package dev.weir.pool;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Connection;
import dev.weir.connection.Connections;
import dev.weir.connection.Conversation;
import dev.weir.loop.FailureLog;
import dev.weir.time.Timer;
import dev.weir.transport.Connecting;
import dev.weir.transport.Transport;
import org.jspecify.annotations.Nullable;

/// A connection being made in a reserved slot. It goes on when its borrower gives up: what comes of it is idle
/// then, or closed when it would have served that borrower alone. Without a borrower it is a probe: all origins
/// are down, and it finds out whether this one has returned.
///
/// **Owns:** the slot, the attempt and its timer, until the connection is open or the slot is free again.
/// **Threads:** confined to its loop.
final class Attempt implements Connecting.Connected {
    private static final FailureLog LOG = FailureLog.of(Attempt.class);

    private final ConnectionCache cache;
    private final LoopSide side;
    private final Origin origin;
    private final @Nullable Opener ownOpener;
    private final boolean isProbe;
    private final Timer timer = new Timer(this::tookTooLong);
    private final long beganNanos;
    private @Nullable Borrower borrower;
    private @Nullable Connecting connecting;
    private @Nullable PoolEntry made;

    Attempt(ConnectionCache cache, LoopSide side, Origin origin, @Nullable Borrower borrower) {
        this.cache = cache;
        this.side = side;
        this.origin = origin;
        this.borrower = borrower;
        this.ownOpener = borrower == null ? null : borrower.opener();
        this.isProbe = borrower == null;
        this.beganNanos = side.loop().nowNanos();
    }

    void start(long connectNanos) {
        side.begins(this);
        side.loop().schedule(timer, connectNanos);
        try {
            connecting = cache.network().connect(origin.address(), side.loop(), this);
        } catch (RuntimeException | Error failure) { // Why: the slot and the timer are held, and the borrower waits.
            LOG.error("upstream " + origin, "connecting failed", failure);
            connectFailed(String.valueOf(failure.getMessage()));
        }
    }

    /// Its borrower gave up.
    void forget() {
        borrower = null;
    }

    @Override
    public void connected(Transport transport) {
        over();
        PoolEntry entry = open(transport);
        if (entry == null) {
            fail(Refusal.CONNECT_FAILED, "the conversation could not begin");
            return;
        }
        long nowNanos = side.loop().nowNanos();
        boolean hasReturned = cache.outcomes().succeeded(origin, nowNanos);
        boolean isLackOver = cache.returning().lack().succeeded();
        boolean returned = hasReturned || isLackOver;
        Borrower waiting = borrower;
        if (waiting == null) {
            if (isProbe) cache.settleProbe(entry);
            else cache.settle(entry);
        } else {
            waiting.connectEnded(nowNanos - beganNanos);
            waiting.attempt = null;
            cache.lend(entry, waiting, false);
        }
        // Why: others wait for what has just returned.
        if (returned) cache.serve();
    }

    private @Nullable PoolEntry open(Transport transport) {
        Connections connections = cache.connections();
        try {
            Connection.open(
                    connections,
                    side.loop(),
                    new Connection.Opening("upstream " + cache.name() + " " + origin, transport, this::conversation));
            PoolEntry open = made;
            if (open != null && open.connection().isOpen()) return open;
            // Why: its conversation has ended it when it was told that it is open; nobody waits for its peer.
            if (open != null) open.connection().close(CloseReason.CLOSED);
            return null;
        } catch (RuntimeException | Error failure) {
            // Why: the opener is foreign code; what it cannot begin must not cost the slot or the descriptor.
            LOG.error(origin, "no conversation could begin", failure);
            if (made == null) transport.close();
            else made.connection().close(CloseReason.BROKEN);
            return null;
        }
    }

    private Conversation conversation(Connection connection) {
        PoolEntry entry = new PoolEntry(cache, origin, connection, ownOpener);
        // Why: here, because its end is counted from now on.
        side.tally().add(PoolCount.CREATED);
        side.tally().add(PoolCount.CONNECT_NANOS, side.loop().nowNanos() - beganNanos);
        origin.add(entry);
        made = entry;
        return entry.watch();
    }

    @Override
    public void connectFailed(String why) {
        over();
        side.tally().add(PoolCount.CONNECT_FAILED);
        cache.outcomes().failed(origin, side.loop().nowNanos(), why);
        fail(Refusal.CONNECT_FAILED, why);
    }

    @Override
    public void outOfDescriptors(String why) {
        over();
        side.tally().add(PoolCount.OUT_OF_DESCRIPTORS);
        cache.returning().lack().lacked(side.loop().nowNanos());
        fail(Refusal.OUT_OF_DESCRIPTORS, why);
    }

    private void tookTooLong() {
        giveUp();
        side.tally().add(PoolCount.CONNECT_TIMED_OUT);
        cache.outcomes().failed(origin, side.loop().nowNanos(), "no answer within the time to connect");
        fail(Refusal.CONNECT_TIMED_OUT, "no answer from " + origin);
    }

    void cacheClosed() {
        giveUp();
        fail(Refusal.CLOSED, "the cache is closed");
    }

    private void giveUp() {
        over();
        if (connecting != null) connecting.cancel();
    }

    private void over() {
        side.loop().wheel().cancel(timer);
        side.ended(this);
        if (isProbe) origin.probeEnded(side.loop().nowNanos());
    }

    private void fail(Refusal refusal, String why) {
        long tookNanos = side.loop().nowNanos() - beganNanos;
        // Why: the slot is free only when the descriptor is.
        side.loop().afterClosing(() -> {
            if (made == null) cache.free(origin); // else it is freed by the end of the connection
            Borrower waiting = borrower;
            if (waiting != null) cache.giveShareBack(waiting);
            cache.serve();
            if (waiting == null) return;
            waiting.connectEnded(tookNanos);
            if (isWaitedOut(refusal, waiting)) cache.awaitReturn(waiting, refusal, why);
            else waiting.refuse(refusal, why);
        });
    }

    private boolean isWaitedOut(Refusal refusal, Borrower waiting) {
        return switch (refusal) {
            case CONNECT_FAILED, CONNECT_TIMED_OUT -> cache.returning().isAwaitedBy(waiting);
            case OUT_OF_DESCRIPTORS -> cache.returning().waitsForOthers(waiting);
            default -> false;
        };
    }
}
