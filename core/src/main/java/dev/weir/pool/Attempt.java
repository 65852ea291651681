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

/// An attempt to make a connection in a reserved slot: connecting and the handshake. It continues when its waiter
/// is cancelled: the connection becomes idle then, or is closed if it was for that waiter alone. Without a waiter
/// it is a probe: all origins are down, and it finds out whether this one has returned.
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
        // Why: now, because the waiter that decides it may be cancelled before the connection is made.
        this.maker = pool.maker(origin, waiter);
        this.isProbe = waiter == null;
        this.beganNanos = side.loop().nowNanos();
    }

    void start(long connectNanos) {
        // Why: longer than the attempt may last; the attempt's own timer ends the handshake too.
        handshakeTime = Duration.ofNanos(2 * connectNanos);
        side.begins(this);
        side.loop().schedule(timer, connectNanos);
        try {
            connecting = pool.network().connect(origin.address(), side.loop(), this);
        } catch (RuntimeException | Error failure) { // Why: slot and timer would leak, the waiter wait for ever.
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
            // Why: the opener is foreign code; if it fails, the slot and the descriptor must not leak.
            LOG.error(origin, "the conversation could not begin", failure);
            if (made == null) transport.close();
            else made.connection().close(CloseReason.BROKEN);
            return null;
        }
    }

    @Override
    public Conversation create(Connection connection) {
        isAgreed = true;
        Offer offer = maker.offer(connection);
        // Why: here, because from now on its end is counted.
        side.tally().add(PoolCount.CREATED);
        side.tally().add(PoolCount.CONNECT_NANOS, side.loop().nowNanos() - beganNanos);
        origin.opened();
        pool.made(offer);
        made = offer;
        return offer.guardingConversation();
    }

    @Override
    public void handshakeEnded(Connection connection) {
        // Why: if the attempt was given up, its end has been reported already.
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
            // Why: its conversation closed it in `opened`; there is no need to wait for its peer.
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
        // Why: others wait for the origin or the descriptors that are available again.
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
        pool.outcomes().failed(origin, side.loop().nowNanos(), "no answer within the connect timeout");
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
            if (made == null) pool.free(origin); // otherwise the end of the connection frees it
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
