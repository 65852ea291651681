package dev.weir.testing.proxy;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Connection;
import dev.weir.connection.ConnectionRole;
import dev.weir.connection.Conversation;
import dev.weir.loop.EventLoop;
import dev.weir.transport.ConnectAttempt;
import dev.weir.transport.Transport;
import org.jspecify.annotations.Nullable;

/// One client connected to the target. An end on one side half-closes the other, a reset on one side resets the
/// other, unless the direction between them is a black hole.
///
/// **Owns:** two connections and two lanes; gone when both connections are.
/// **Threads:** confined to its loop.
/// **Waits:** never waits.
final class Link implements ConnectAttempt.Listener {
    private enum Phase {
        CONNECTING,
        JOINED,
        OVER
    }

    private static final ConnectionRole CLIENT = ConnectionRole.other("client of the fault proxy");
    private static final ConnectionRole TARGET = ConnectionRole.other("target of the fault proxy");

    private final FaultProxy proxy;
    private final EventLoop loop;
    private final long bornNanos;
    private final Lane up;
    private final Lane down;
    private @Nullable Connection client;
    private @Nullable Connection target;
    private @Nullable ConnectAttempt attempt;
    private Phase phase = Phase.CONNECTING;
    private int sides;

    @SuppressWarnings("this-escape") // Why: the lanes call the link only after it was joined.
    Link(FaultProxy proxy, EventLoop loop) {
        this.proxy = proxy;
        this.loop = loop;
        this.bornNanos = loop.nowNanos();
        this.up = new Lane(this, loop, proxy.upstream());
        this.down = new Lane(this, loop, proxy.downstream());
    }

    /// Takes the client's connection and connects to the target.
    void start(Transport transport) {
        Connection in = open(CLIENT, transport, new Side(up, down));
        client = in;
        try {
            // Why: there is no target yet.
            in.pauseInput();
            attempt = proxy.connect(this);
        } catch (RuntimeException | Error failure) { // Why: the client would wait for ever.
            cut();
            throw failure;
        }
    }

    /// When this throws the link is over.
    private Connection open(ConnectionRole role, Transport transport, Side side) {
        int before = sides;
        try {
            return Connection.open(proxy.connections(), loop, new Connection.Opening(role, transport, _ -> {
                // Why: only a side that was created is notified of its end, so only such a side is counted.
                sides++;
                return side;
            }));
        } catch (RuntimeException | Error failure) {
            cut();
            if (before == 0 && sides == 0) proxy.linkEnded(this);
            throw failure;
        }
    }

    @Override
    public void connected(Transport transport) {
        Connection in = client;
        if (phase != Phase.CONNECTING || in == null) {
            transport.abort();
            return;
        }
        Connection out = open(TARGET, transport, new Side(down, up));
        target = out;
        up.join(in, out);
        down.join(out, in);
        phase = Phase.JOINED;
        in.resumeInput();
        pump();
    }

    @Override
    public void connectFailed(String why) {
        cut();
    }

    boolean isOver() {
        return phase == Phase.OVER;
    }

    long bornNanos() {
        return bornNanos;
    }

    /// The treatment of the proxy has changed.
    void treat() {
        up.treat(proxy.upstream());
        down.treat(proxy.downstream());
    }

    private void pump() {
        up.pump();
        down.pump();
    }

    /// Resets both sides.
    void cut() {
        if (phase == Phase.OVER) return;
        boolean isConnecting = phase == Phase.CONNECTING;
        over();
        if (isConnecting && attempt != null) attempt.cancel();
        if (client != null) client.abort(CloseReason.RESET);
        if (target != null) target.abort(CloseReason.RESET);
    }

    private void over() {
        phase = Phase.OVER;
        up.release();
        down.release();
    }

    /// One direction has ended; after the second both sides have received everything.
    void laneEnded() {
        if (phase != Phase.JOINED || !up.hasEnded() || !down.hasEnded()) return;
        over();
        // Why: discarded bytes may still arrive, and a reset would destroy bytes that were delivered.
        if (client != null) client.finish(CloseReason.PEER_LEFT);
        if (target != null) target.finish(CloseReason.PEER_LEFT);
    }

    /// The source of `lane` was reset.
    void brokeAt(Lane lane) {
        if (!lane.isBlackHole()) {
            cut();
            return;
        }
        Connection source = lane == up ? client : target;
        if (source != null) source.close(CloseReason.RESET);
    }

    /// The target of `lane` was reset.
    void lostTarget(Lane lane) {
        Lane back = lane == up ? down : up;
        back.breaks();
        if (phase == Phase.JOINED) lane.swallowAll();
    }

    private void closing(Side side) {
        // Why: a peer behind a black hole notices nothing.
        if (phase == Phase.JOINED && side.in.isBlackHole()) return;
        cut();
    }

    private void sideEnded() {
        if (--sides == 0) proxy.linkEnded(this);
    }

    /// The conversation of one of the two connections.
    private final class Side implements Conversation {
        private final Lane in;
        private final Lane out;

        Side(Lane in, Lane out) {
            this.in = in;
            this.out = out;
        }

        @Override
        public void readable() {
            in.readable();
        }

        @Override
        public void writable() {
            out.pump();
        }

        @Override
        public void timedOut() {
            // Why: no deadline is ever set.
        }

        @Override
        public void closing(CloseReason reason) {
            Link.this.closing(this);
        }

        @Override
        public void ended(CloseReason reason) {
            sideEnded();
        }

        @Override
        public int heldBytes() {
            return in.heldBytes();
        }
    }
}
