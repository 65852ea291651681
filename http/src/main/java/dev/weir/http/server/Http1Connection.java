package dev.weir.http.server;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Connection;
import dev.weir.connection.ConnectionRole;
import dev.weir.connection.Conversation;
import dev.weir.connection.Room;
import dev.weir.connection.Traffic;
import dev.weir.flow.Source;
import dev.weir.http.codec.HeadEncoder;
import dev.weir.transport.Endpoint;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// A client's connection. It is small, because most connections are idle: what a request needs is borrowed from
/// the loop with its first byte and given back with the last.
///
/// **Threads:** confined to the connection's loop.
final class Http1Connection implements Conversation, Client, ClientPath, Source.OfConnection {
    private final ServerLoop share;
    private final Connection connection;
    private final byte[] peerAddress;
    private @Nullable RequestReading reading;
    private boolean hasLeft;
    private @Nullable ClientAttachment attachment;

    Http1Connection(ServerLoop share, Connection connection) {
        this.share = share;
        this.connection = connection;
        share.came();
        connection.watchReset();
        this.peerAddress = HeadEncoder.ascii(connection.peer().host());
    }

    @Override
    public byte[] peerAddress() {
        return peerAddress;
    }

    @Override
    public Connection connection() {
        return connection;
    }

    @Override
    public void opened() {
        idle();
    }

    @Override
    public void idle() {
        reading = null;
        connection.deadline(connection.loop().nowNanos() + patienceNanos());
        connection.resumeInput();
    }

    private long patienceNanos() {
        if (connection.output().room() == Room.BLOCKED) return share.bodyStallNanos();
        return share.server().isDraining() ? share.server().drainIdleNanos() : share.idleNanos();
    }

    @Override
    public void readable() {
        RequestReading current = reading;
        if (current == null) {
            current = share.take();
            reading = current;
            current.begin(this);
        }
        current.readable();
    }

    @Override
    public void writable() {
        if (reading != null) reading.writable();
        else if (connection.isInputEnded()) connection.finish(CloseReason.PEER_LEFT);
        else idle(); // Why: the last answer was written only now.
    }

    @Override
    public boolean endForMemory() {
        return reading != null && reading.endForMemory();
    }

    @Override
    public void timedOut() {
        if (reading != null) reading.timedOut();
        else if (connection.output().room() == Room.BLOCKED) answerStuck();
        else if (share.server().isDraining()) closeIfIdle();
        else connection.close(CloseReason.IDLE);
    }

    /// Gives an idle connection a short time for a request that is in flight already. It is answered with
    /// `Connection: close`.
    void drain() {
        if (reading == null) connection.deadline(connection.loop().nowNanos() + patienceNanos());
    }

    /// Whether it counts against the limit of connections. One that only lingers does not; closing it makes no
    /// room.
    boolean isInside() {
        return !hasLeft;
    }

    /// Whether a whole request is being answered and the client takes the answer.
    boolean isBeingServed() {
        return reading != null && reading.isAnswering() && connection.output().room() == Room.FREE;
    }

    /// Whether the request that is being answered is exempt from purging.
    boolean isExemptFromPurge() {
        return isBeingServed() && reading != null && reading.isExemptFromPurge();
    }

    /// Ends to make room for another connection; by a reset where an exchange is in progress, so that a cut
    /// answer is not taken for a whole one.
    ///
    /// @return false when a request has arrived on an idle connection meanwhile; it is served instead
    boolean purge() {
        long before = connection.traffic().bytesIn();
        boolean isIdle = reading == null && connection.output().room() != Room.BLOCKED;
        if (isIdle && (!staysSilent() || connection.traffic().bytesIn() > before)) return false;
        purgeNow();
        return true;
    }

    /// The same, even if a request has arrived.
    void purgeNow() {
        boolean isIdle = reading == null && connection.output().room() != Room.BLOCKED;
        // Why: gracefully, because the last answer may have been encoded in this turn and not be written yet.
        if (isIdle) connection.finish(CloseReason.EVICTED, share.lingering(), false);
        else connection.abort(CloseReason.EVICTED);
    }

    /// Looks for bytes of a request and serves it if there are some. Whether no exchange is in progress then.
    private boolean staysSilent() {
        RequestReading current = share.take();
        reading = current;
        current.begin(this);
        current.lookOnce();
        return reading == null;
    }

    /// Handles a peer that does not take the rest of the last answer.
    private void answerStuck() {
        if (connection.output().retryWrite()) idle();
        else connection.abort(CloseReason.TIMED_OUT);
    }

    /// Looks for bytes a last time, then closes an idle connection.
    private void closeIfIdle() {
        if (reading != null || !connection.isOpen()) return;
        // Why: without lingering, because its last answer was written long ago and it has sent nothing since.
        if (staysSilent() && connection.isOpen()) connection.close(CloseReason.CLOSED);
    }

    @Override
    public void closing(CloseReason reason) {
        if (reading != null) reading.closing(reason);
        ClientAttachment ending = attachment;
        attachment = null;
        if (ending != null) ending.clientEnded();
    }

    @Override
    public @Nullable ClientAttachment attachment() {
        return attachment;
    }

    @Override
    public void attach(ClientAttachment one) {
        attachment = one;
    }

    @Override
    public void lingeringStarted() {
        hasLeft = true;
        // Why: an exchange is charged for each connection inside, not for those that linger.
        if (reading != null) share.giveBack(reading);
        reading = null;
        share.left();
    }

    @Override
    public void ended(CloseReason reason) {
        if (reading != null) share.giveBack(reading);
        reading = null;
        if (!hasLeft) share.left();
    }

    @Override
    public String unfinished() {
        if (reading != null) return reading.unfinished();
        return connection.output().room() == Room.BLOCKED ? "an answer that has not left" : "";
    }

    @Override
    public int heldBytes() {
        return reading == null ? 0 : reading.heldBytes();
    }

    @Override
    public int slabBytes() {
        return reading == null ? 0 : reading.slabBytes();
    }

    @Override
    public long movedNanos(long ownNanos) {
        return reading == null ? ownNanos : reading.movedNanos(ownNanos);
    }

    // ---- the path, as an exchange sees it

    @Override
    public long id() {
        return connection.id();
    }

    @Override
    public ConnectionRole role() {
        return connection.role();
    }

    @Override
    public Endpoint peer() {
        return connection.peer();
    }

    @Override
    public long peerKey() {
        return connection.peerKey();
    }

    @Override
    public Client client() {
        return this;
    }

    @Override
    public Traffic traffic() {
        return connection.traffic();
    }

    @Override
    public boolean isOpen() {
        return connection.isOpen();
    }

    @Override
    public int discardInput() {
        return connection.discardInput();
    }

    @Override
    public void acknowledgeInput() {
        connection.acknowledgeInput();
    }

    @Override
    public Room room() {
        return connection.output().room();
    }

    @Override
    public boolean askRoom() {
        return connection.output().askRoom();
    }

    @Override
    public boolean retryWrite() {
        return connection.output().retryWrite();
    }

    @Override
    public @Nullable ByteBuffer output(int bytes) {
        return connection.output().scratch(bytes);
    }

    @Override
    public int write(ByteBuffer block) {
        return connection.output().write(block);
    }

    @Override
    public void deadline(long atNanos) {
        connection.deadline(atNanos);
    }

    @Override
    public void end(PathEnd how, CloseReason reason) {
        switch (how) {
            case WHEN_WRITTEN -> connection.finish(reason);
            case ANSWERED -> connection.finish(reason, share.lingering(), false);
            case ANSWERED_EARLY -> connection.finish(reason, share.lingering(), true);
            case NOW -> connection.close(reason);
            case CUT -> connection.abort(reason);
        }
    }

    @Override
    public String toString() {
        return connection.toString();
    }
}
