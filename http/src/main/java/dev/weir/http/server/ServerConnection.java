package dev.weir.http.server;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Connection;
import dev.weir.connection.Conversation;
import dev.weir.http.codec.HeadEncoder;
import dev.weir.transport.PeerText;
import org.jspecify.annotations.Nullable;

/// A client's connection: small, because most of them are idle. What a request needs is in the exchange it
/// borrows from its loop with the first byte and gives back with the last.
///
/// **Threads:** confined to the connection's loop.
final class ServerConnection implements Conversation {
    private final ServerLoop loop;
    private final Connection connection;
    private final byte[] peerAddress;
    private @Nullable Serving serving;
    private boolean isLingering;
    private @Nullable ClientBound bound;

    ServerConnection(ServerLoop loop, Connection connection) {
        this.loop = loop;
        this.connection = connection;
        connection.watchReset();
        this.peerAddress = HeadEncoder.ascii(PeerText.host(connection.peer()));
    }

    byte[] peerAddress() {
        return peerAddress;
    }

    Connection connection() {
        return connection;
    }

    @Override
    public void opened() {
        idle();
    }

    /// The exchange is over and nothing of a next one is here.
    void idle() {
        serving = null;
        connection.deadline(connection.loop().nowNanos() + patienceNanos());
        connection.resumeInput();
    }

    private long patienceNanos() {
        if (!connection.isWritable()) return loop.server().bodyStallNanos();
        return loop.server().isDraining()
                ? loop.server().drainIdleNanos()
                : loop.server().idleNanos();
    }

    @Override
    public void readable() {
        Serving current = serving;
        if (current == null) {
            current = loop.take();
            serving = current;
            current.begin(this);
        }
        current.readable();
    }

    @Override
    public void writable() {
        if (serving != null) serving.writable();
        else if (connection.isInputEnded()) connection.finish(CloseReason.PEER_LEFT);
        else idle(); // Why: the last answer has left only now.
    }

    @Override
    public boolean givesWay() {
        return serving != null && serving.givesWay();
    }

    @Override
    public void timedOut() {
        if (serving != null) serving.timedOut();
        else if (!connection.isWritable()) answerStuck();
        else if (loop.server().isDraining()) closeIfIdle();
        else connection.close(CloseReason.IDLE);
    }

    /// An idle connection gets a little time for a request that is on its way already; it is answered and told to
    /// close.
    void drain() {
        if (serving == null) connection.deadline(connection.loop().nowNanos() + patienceNanos());
    }

    /// Whether it has a place at the door: one that only lingers has left, and its end makes room for nobody.
    boolean isInside() {
        return !isLingering;
    }

    /// Whether a whole request is being answered, and the client takes what it is sent.
    boolean isBeingServed() {
        return serving != null && serving.isAnswering() && !connection.isAwaitingRoom();
    }

    /// Whether the request that is being answered keeps its place.
    boolean keepsPlace() {
        return isBeingServed() && serving != null && serving.keepsPlace();
    }

    /// Ends for another connection; by a reset where something is under way, so that a cut answer is not taken
    /// for a whole one.
    ///
    /// @return false when it turned out that a silent one has spoken by now, which is served instead
    boolean makesRoom() {
        long before = connection.bytesIn();
        boolean isIdle = serving == null && connection.isWritable();
        if (isIdle && (!staysSilent() || connection.bytesIn() > before)) return false;
        makeRoomNow();
        return true;
    }

    /// The same, whatever it has said.
    void makeRoomNow() {
        boolean isIdle = serving == null && connection.isWritable();
        // Why: in order, because the last answer may have been encoded in this turn and not have left.
        if (isIdle) connection.finish(CloseReason.PURGED, loop.lingering(), false);
        else connection.abort(CloseReason.PURGED);
    }

    /// Looks for bytes of a request, and serves it when there are some; whether nothing is under way then.
    private boolean staysSilent() {
        Serving current = loop.take();
        serving = current;
        current.begin(this);
        current.lookOnce();
        return serving == null;
    }

    /// The rest of the last answer waits for a peer that takes nothing.
    private void answerStuck() {
        if (connection.nudgeOutput()) idle();
        else connection.abort(CloseReason.TIMED_OUT);
    }

    /// Looks for bytes one last time, then closes an idle connection.
    private void closeIfIdle() {
        if (serving != null || !connection.isOpen()) return;
        // Why: not lingering, because its last answer left long ago and it has sent nothing since.
        if (staysSilent() && connection.isOpen()) connection.close(CloseReason.CLOSED);
    }

    @Override
    public void closing(CloseReason reason) {
        if (serving != null) serving.closing(reason);
        ClientBound ending = bound;
        bound = null;
        if (ending != null) ending.clientEnded();
    }

    @Nullable
    ClientBound bound() {
        return bound;
    }

    void bind(ClientBound one) {
        bound = one;
    }

    @Override
    public void lingers() {
        isLingering = true;
        // Why: an exchange is charged for each connection inside, not for those that linger.
        if (serving != null) loop.giveBack(serving);
        serving = null;
    }

    @Override
    public void ended(CloseReason reason) {
        if (serving != null) loop.giveBack(serving);
        serving = null;
    }

    @Override
    public String unfinished() {
        if (serving != null) return serving.unfinished();
        return connection.isWritable() ? "" : "an answer that has not left";
    }

    @Override
    public int heldBytes() {
        return serving == null ? 0 : serving.heldBytes();
    }

    @Override
    public int slabBytes() {
        return serving == null ? 0 : serving.slabBytes();
    }

    @Override
    public long movedNanos(long ownNanos) {
        return serving == null ? ownNanos : serving.movedNanos(ownNanos);
    }
}
