package dev.weir.gateway.tcp;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Connection;
import dev.weir.connection.Conversation;
import dev.weir.connection.Room;
import dev.weir.flow.Source;
import dev.weir.ledger.Counts;
import dev.weir.memory.block.Urgency;
import dev.weir.pool.Refusal;
import dev.weir.pool.exclusive.Lease;
import dev.weir.pool.exclusive.Opener;
import dev.weir.pool.exclusive.PoolEntry;
import org.jspecify.annotations.Nullable;

/// One client connected to one origin. An end of stream on one side half-closes the other; a reset on one side
/// resets the other.
///
/// **Owns:** the lease of the origin's connection and two directions; gone when either connection is gone.
/// **Threads:** confined to the loop of the client's connection.
/// **Waits:** never waits.
/// **Limits:** every origin is tried once at most, and only while nothing was sent.
final class Relay implements Conversation, Source.OfConnection {
    /// After a retryWrite that moved nothing: so long until what may lie unread has been seen.
    private static final long LOOK_NANOS = 100_000_000L;

    private enum Phase {
        /// No origin yet.
        ASKING,
        /// Bytes go both ways.
        JOINED,
        OVER
    }

    private final TcpServer server;
    private final Counts<RelayCounter> tally;
    private final Connection client;
    private final OriginLease lease;
    private final Direction up;
    private final Direction down;
    private @Nullable PoolEntry lent;
    private Phase phase = Phase.ASKING;
    private int tried;

    @SuppressWarnings("this-escape") // Why: the parts speak to the relay only when it is opened.
    Relay(TcpServer server, Counts<RelayCounter> tally, Connection client) {
        this.server = server;
        this.tally = tally;
        this.client = client;
        this.lease = new OriginLease();
        this.up = new Direction(this, client.loop(), Urgency.HANDLE, "tcp to origin", RelayCounter.BYTES_TO_ORIGIN);
        this.down = new Direction(this, client.loop(), Urgency.RESPONSE, "tcp to client", RelayCounter.BYTES_TO_CLIENT);
    }

    @Override
    public Connection connection() {
        return client;
    }

    /// Asks for an origin.
    @Override
    public void opened() {
        count(RelayCounter.ACCEPTED, 1);
        client.watchReset();
        up.setSource(this, client.peerKey());
        server.cache().borrow(lease);
    }

    /// The right to one connection of the upstream.
    private final class OriginLease extends Lease {
        OriginLease() {
            super(client.loop());
        }

        @Override
        protected long clientKey() {
            return client.peerKey();
        }

        @Override
        protected Opener ownOpener() {
            return OriginSide.OPENER;
        }

        @Override
        protected boolean waitsForReturn() {
            // Why: its client may have left while connecting.
            return phase == Phase.ASKING;
        }

        @Override
        protected void borrowed(PoolEntry entry, boolean reused) {
            if (phase == Phase.ASKING) join(entry);
            else discard();
        }

        @Override
        protected void refused(Refusal refusal) {
            if (phase == Phase.ASKING) refusedBy(refusal);
        }
    }

    private void refusedBy(Refusal refusal) {
        tried++;
        boolean wasTried = refusal == Refusal.CONNECT_FAILED || refusal == Refusal.CONNECT_TIMED_OUT;
        if (wasTried && tried < server.cache().origins().size()) {
            server.cache().borrow(lease);
            return;
        }
        count(RelayCounter.UNSERVED, 1);
        // Why: a reset, so that the client does not take this for an empty answer of an origin.
        client.abort(CloseReason.CLOSED);
    }

    private void join(PoolEntry entry) {
        phase = Phase.JOINED;
        lent = entry;
        Connection origin = entry.connection();
        OriginSide side = (OriginSide) entry.conversation();
        side.join(this);
        down.setSource(side, client.peerKey());
        up.setTarget(origin);
        down.setTarget(client);
        client.deadline(client.loop().nowNanos() + server.idleNanos());
        up.pump();
        down.pump();
    }

    void count(RelayCounter what, long amount) {
        tally.add(what, amount);
    }

    /// One direction has ended; after the second both connections are finished.
    void directionEnded() {
        if (phase != Phase.JOINED || !up.isEnded() || !down.isEnded()) return;
        count(RelayCounter.COMPLETED, 1);
        end(CloseReason.PEER_LEFT);
    }

    private void end(CloseReason reason) {
        phase = Phase.OVER;
        client.close(reason);
        giveUpOrigin(reason, false);
    }

    private void cut(RelayCounter why, CloseReason reason) {
        count(why, 1);
        phase = Phase.OVER;
        client.abort(reason);
        giveUpOrigin(reason, true);
    }

    private void giveUpOrigin(CloseReason reason, boolean abruptly) {
        PoolEntry entry = lent;
        if (entry == null) return;
        lent = null;
        if (abruptly) entry.connection().abort(reason);
        lease.discard();
    }

    // ---- the client's side

    @Override
    public void readable() {
        if (phase == Phase.ASKING) up.readAhead();
        else up.pump();
    }

    @Override
    public void writable() {
        down.pump();
    }

    @Override
    public void timedOut() {
        PoolEntry entry = lent;
        if (entry == null) return;
        long moved = client.traffic().lastNanos();
        long movedThere = entry.connection().traffic().lastNanos();
        long due = (movedThere - moved > 0 ? movedThere : moved) + server.idleNanos();
        if (client.loop().nowNanos() - due < 0) {
            client.deadline(due);
        } else if (client.output().retryWrite() || entry.connection().output().retryWrite()) {
            // Why: only a look, at which what moved by it counts; a retryWrite is true where nothing waited for
            // room,
            // too.
            if (phase == Phase.JOINED) client.deadline(client.loop().nowNanos() + LOOK_NANOS);
        } else if (phase != Phase.JOINED) {
            // Why: a retryWrite finds a path broken, and that has ended the relay.
            return;
        } else if (isHoldingBytes(entry.connection())) {
            // Why: bytes are lost, and an orderly end would hide that.
            cut(RelayCounter.IDLE, CloseReason.TIMED_OUT);
        } else {
            count(RelayCounter.IDLE, 1);
            end(CloseReason.IDLE);
        }
    }

    private boolean isHoldingBytes(Connection origin) {
        return up.isStuck()
                || down.isStuck()
                || client.output().room() != Room.FREE
                || origin.output().room() != Room.FREE;
    }

    @Override
    public void closing(CloseReason reason) {
        up.release();
        down.release();
        Phase before = phase;
        phase = Phase.OVER;
        switch (before) {
            case ASKING -> stopAsking();
            case JOINED -> {
                count(RelayCounter.CUT, 1);
                giveUpOrigin(reason, true);
            }
            case OVER -> {}
        }
    }

    private void stopAsking() {
        // Why: a connection being opened for this relay is of no use to others, because it would not be unused;
        // the lease receives it and closes it.
        if (lease.origin() == null || lease.awaitsReturn()) lease.cancel();
    }

    @Override
    public String unfinished() {
        return phase == Phase.ASKING ? "a client without an origin yet" : "a relay";
    }

    @Override
    public int heldBytes() {
        return up.heldBytes();
    }

    @Override
    public long movedNanos(long ownNanos) {
        return up.movedNanos(ownNanos);
    }

    // ---- the origin's side

    void originReadable() {
        down.pump();
    }

    void originWritable() {
        up.pump();
    }

    void originClosing(CloseReason reason) {
        if (phase == Phase.JOINED) cut(RelayCounter.CUT, reason);
    }

    Direction down() {
        return down;
    }
}
