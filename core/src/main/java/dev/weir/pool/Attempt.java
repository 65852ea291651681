package dev.weir.pool;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Connection;
import dev.weir.connection.ConnectionOwner;
import dev.weir.connection.ConnectionState;
import dev.weir.connection.Conversation;
import dev.weir.loop.FailureLog;
import dev.weir.time.Timer;
import dev.weir.transport.ConnectAttempt;
import dev.weir.transport.Transport;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A connection being made in a reserved slot: a path, and what both ends have to agree on over it. It goes on when
/// its waiter gives up: what comes of it is idle
/// then, or closed when it would have served that waiter alone. Without a waiter it is a probe: all origins
/// are down, and it finds out whether this one has returned.
///
/// **Owns:** the slot, the attempt and its timer, until the connection is open or the slot is free again; the
/// connection while its handshake goes on.
/// **Threads:** confined to its loop.
final class Attempt implements ConnectAttempt.Listener, Connection.ConversationFactory, Waiter.PendingConnect {
    private static final FailureLog LOG = FailureLog.of(Attempt.class);

    private final Pool pool;
    private final LoopSide side;
    private final Origin origin;
    private final Pool.Maker maker;
    private final boolean isProbe;
    private final Timer timer = new Timer(this::tookTooLong);
    private final long beganNanos;
    private @Nullable Waiter waiter;
    private @Nullable ConnectAttempt connecting;
    private @Nullable Connection shaking;
    private @Nullable Offer made;
    private boolean isAgreed;
    private Duration handshakeTime = Duration.ZERO;

    Attempt(Pool pool, LoopSide side, Origin origin, @Nullable Waiter waiter) {
        this.pool = pool;
        this.side = side;
        this.origin = origin;
        this.waiter = waiter;
        // Why: now, since it may be asked for by one that gives up meanwhile.
        this.maker = pool.maker(origin, waiter);
        this.isProbe = waiter == null;
        this.beganNanos = side.loop().nowNanos();
    }

    void start(long connectNanos) {
        // Why: more than is left when the path is there; the timer of the attempt ends a handshake too.
        handshakeTime = Duration.ofNanos(2 * connectNanos);
        side.begins(this);
        side.loop().schedule(timer, connectNanos);
        try {
            connecting = pool.network().connect(origin.address(), side.loop(), this);
        } catch (RuntimeException | Error failure) { // Why: the slot and the timer are held, and the waiter waits.
            LOG.error("upstream " + origin, "connecting failed", failure);
            connectFailed(String.valueOf(failure.getMessage()));
        }
    }

    @Override
    public void forget() {
        waiter = null;
    }

    @Override
    public void connected(Transport transport) {
        connecting = null;
        Connection opened = open(transport);
        if (opened == null) notBegun();
        else if (opened.state() == ConnectionState.HANDSHAKING) shaking = opened;
        else settle();
    }

    private @Nullable Connection open(Transport transport) {
        try {
            return Connection.open(
                    pool.connections(),
                    side.loop(),
                    new Connection.Opening(origin.role(), ConnectionOwner.NONE, transport, this, handshakeTime));
        } catch (RuntimeException | Error failure) {
            // Why: the opener is foreign code; what it cannot begin must not cost the slot or the descriptor.
            LOG.error(origin, "no conversation could begin", failure);
            if (made == null) transport.close();
            else made.connection().close(CloseReason.BROKEN);
            return null;
        }
    }

    @Override
    public Conversation create(Connection connection) {
        isAgreed = true;
        Offer offer = maker.offer(connection);
        // Why: here, because its end is counted from now on.
        side.tally().add(PoolCount.CREATED);
        side.tally().add(PoolCount.CONNECT_NANOS, side.loop().nowNanos() - beganNanos);
        origin.opened();
        pool.made(offer);
        made = offer;
        return offer.guardingConversation();
    }

    @Override
    public void handshakeEnded(Connection connection) {
        // Why: who gave up has told how it ended.
        if (shaking == null) return;
        shaking = null;
        settle();
    }

    /// The handshake is over, if there was one, or the connection has ended.
    private void settle() {
        Offer offer = made;
        if (offer != null && offer.connection().isOpen()) {
            succeeded(offer);
        } else if (isAgreed) {
            // Why: its conversation has ended it when it was told that it is open; nobody waits for its peer.
            if (offer != null) offer.connection().close(CloseReason.CLOSED);
            notBegun();
        } else {
            connectFailed("the handshake failed");
        }
    }

    private void notBegun() {
        ended();
        fail(Refusal.CONNECT_FAILED, "the conversation could not begin");
    }

    private void succeeded(Offer offer) {
        ended();
        long nowNanos = side.loop().nowNanos();
        boolean hasReturned = pool.outcomes().succeeded(origin, nowNanos);
        boolean isLackOver = pool.lack().succeeded();
        boolean returned = hasReturned || isLackOver;
        Waiter waiting = waiter;
        if (waiting == null) {
            if (isProbe) pool.settleProbe(offer);
            else pool.settle(offer);
        } else {
            waiting.connectEnded(nowNanos - beganNanos);
            waiting.attempt = null;
            pool.lend(offer, waiting, false);
        }
        // Why: others wait for what has just returned.
        if (returned) pool.serve();
    }

    @Override
    public void connectFailed(String why) {
        ended();
        side.tally().add(PoolCount.CONNECT_FAILED);
        pool.outcomes().failed(origin, side.loop().nowNanos(), why);
        fail(Refusal.CONNECT_FAILED, why);
    }

    @Override
    public void outOfDescriptors(String why) {
        ended();
        side.tally().add(PoolCount.OUT_OF_DESCRIPTORS);
        pool.lack().lacked(side.loop().nowNanos());
        fail(Refusal.OUT_OF_DESCRIPTORS, why);
    }

    private void tookTooLong() {
        giveUp(CloseReason.TIMED_OUT);
        side.tally().add(PoolCount.CONNECT_TIMED_OUT);
        pool.outcomes().failed(origin, side.loop().nowNanos(), "no answer within the time to connect");
        fail(Refusal.CONNECT_TIMED_OUT, "no answer from " + origin);
    }

    void poolClosed() {
        giveUp(CloseReason.CLOSED);
        fail(Refusal.CLOSED, "the pool is closed");
    }

    private void giveUp(CloseReason reason) {
        ended();
        if (connecting != null) connecting.cancel();
        Connection dropped = shaking;
        shaking = null;
        if (dropped != null) dropped.abort(reason);
    }

    private void ended() {
        side.loop().wheel().cancel(timer);
        side.ended(this);
        if (isProbe) origin.health().probeEnded(side.loop().nowNanos());
    }

    private void fail(Refusal refusal, String why) {
        long tookNanos = side.loop().nowNanos() - beganNanos;
        // Why: the slot is free only when the descriptor is.
        side.loop().afterClosing(() -> {
            if (made == null) pool.free(origin); // else it is freed by the end of the connection
            Waiter waiting = waiter;
            if (waiting != null) pool.giveShareBack(waiting);
            pool.serve();
            if (waiting == null) return;
            waiting.connectEnded(tookNanos);
            if (isWaitedOut(refusal, waiting)) pool.waits().awaitReturn(waiting, refusal, why);
            else waiting.refuse(refusal, why);
        });
    }

    private boolean isWaitedOut(Refusal refusal, Waiter waiting) {
        return switch (refusal) {
            case CONNECT_FAILED, CONNECT_TIMED_OUT -> pool.recovery().isAwaitedBy(waiting);
            case OUT_OF_DESCRIPTORS -> pool.recovery().waitsForOthers(waiting);
            default -> false;
        };
    }
}
