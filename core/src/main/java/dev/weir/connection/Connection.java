package dev.weir.connection;

import dev.weir.ledger.Entry;
import dev.weir.ledger.Kind;
import dev.weir.loop.EventLoop;
import dev.weir.loop.FailureLog;
import dev.weir.loop.Mailbox;
import dev.weir.memory.block.Account;
import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Buffer;
import dev.weir.time.Timer;
import dev.weir.transport.Endpoint;
import dev.weir.transport.Transport;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// One connection to one peer. Closing it closes the socket at once; this object answers until the end is reported.
///
/// Bytes are read with [#read] and written with [#output].
///
/// **Owns:** the transport, the blocks of its queue, one timer; all gone before [Conversation#ended].
/// **Threads:** confined to its loop, but for [#id], [#role], [#label], [#loop], [#peer], [#peerKey], [#local],
/// [#openedNanos] and [#owner].
/// **Waits:** never waits.
/// **Limits:** one flush a turn; 16 queued blocks or 256 KiB, one block while memory is scarce; lingers as long as
/// its [Lingering] allows.
/// **Fails:** on a foreign thread its methods throw [IllegalStateException]. A broken path closes it; methods
/// called after that do nothing and return [Transport#BROKEN] or null.
public final class Connection implements Account {
    /// The most bytes that one call of [Output#scratch] may ask for: as many as a normal block holds.
    public static final int OUTPUT_BYTES_MAX = BlockSize.NORMAL.bytes();

    private static final FailureLog LOG = FailureLog.of(Connection.class);

    private final Connections connections;
    private final Entry entry;
    private final long id;
    private final ConnectionRole role;
    private final ConnectionOwner owner;
    private final Transport transport;
    private final Output output;
    private final Timer timer = new Timer(this::timerFired);
    private final long openedNanos;
    private final ConnectionTraffic traffic;
    private Conversation conversation = NoConversation.INSTANCE;
    private EventLoop loop;
    private ConnectionState state = ConnectionState.HANDSHAKING;
    private long deadlineNanos = Long.MAX_VALUE;
    private long timerNanos;
    private long watchedSincePoll;
    private boolean wantsInput;
    private boolean inputReady;
    private boolean inputEnded;
    private boolean watchesReset;
    private boolean listed;
    private @Nullable EarlyInput early;
    private @Nullable GracefulClose closing;

    @Nullable
    Connection next;

    @Nullable
    Connection previous;

    private Connection(Connections connections, EventLoop loop, Opening opening) {
        this.connections = connections;
        this.loop = loop;
        this.id = connections.nextId();
        this.role = opening.role;
        this.owner = opening.owner;
        this.transport = opening.transport;
        this.output = new Output(this, transport);
        this.openedNanos = loop.nowNanos();
        this.traffic = new ConnectionTraffic(openedNanos);
        this.entry = connections.ledger().open(Kind.CONNECTION, this);
    }

    /// Makes the conversation of a connection that is being opened.
    public interface ConversationFactory {
        /// Makes the conversation of `connection`, which must not be used before it is open. Called when the
        /// handshake, if there is one, is over: [Connection#protocol] is the protocol that was negotiated.
        Conversation create(Connection connection);

        /// Called when a handshake ends after [Connection#open] has returned. The connection is open then and its
        /// conversation was notified, or it is closed because the handshake or the conversation failed.
        /// Called at most once, and not if the handshake had ended before [Connection#open] returned.
        default void handshakeEnded(Connection connection) {}
    }

    /// What a connection is opened with.
    ///
    /// @param role one object for all connections with the same role
    /// @param owner what counts it
    /// @param handshakeTime how long the handshake of the path, such as that of TLS, may take
    public record Opening(
            ConnectionRole role,
            ConnectionOwner owner,
            Transport transport,
            ConversationFactory conversations,
            Duration handshakeTime) {
        /// How long a handshake may take by default.
        public static final Duration HANDSHAKE_TIME = Duration.ofSeconds(10);

        /// With the default time for a handshake.
        public Opening(
                ConnectionRole role, ConnectionOwner owner, Transport transport, ConversationFactory conversations) {
            this(role, owner, transport, conversations, HANDSHAKE_TIME);
        }

        /// With no owner that counts it.
        public Opening(ConnectionRole role, Transport transport, ConversationFactory conversations) {
            this(role, ConnectionOwner.NONE, transport, conversations);
        }
    }

    /// Opens a connection on `loop`; called on its thread. When the handshake of the path is over, which for most
    /// transports is at once, its conversation is made, input is watched for, and [Conversation#opened] is called.
    /// If this throws, for example because the conversation does, the transport is closed, and the end is reported
    /// to the owner and to a conversation that was made already.
    public static Connection open(Connections connections, EventLoop loop, Opening opening) {
        loop.requireCurrent();
        Connection connection;
        try {
            connection = new Connection(connections, loop, opening);
        } catch (RuntimeException | Error failure) { // Why: no other object has the socket yet.
            opening.transport.abort();
            opening.owner.ended();
            throw failure;
        }
        try {
            connection.joinRoster();
            opening.transport.attach(loop, connection::ready);
            connection.agree(opening);
            return connection;
        } catch (RuntimeException | Error failure) { // Why: it is counted and listed already.
            connection.abort(CloseReason.BROKEN);
            throw failure;
        }
    }

    private void agree(Opening opening) {
        switch (continueHandshake()) {
            case DONE -> begin(opening.conversations);
            case UNDER_WAY -> conversation = new Handshake(this, opening);
            case FAILED -> close(CloseReason.BROKEN);
        }
    }

    /// Goes on with the handshake of the path.
    Transport.Handshake continueHandshake() {
        return transport.handshake();
    }

    /// The handshake is over: messages may flow.
    void begin(ConversationFactory conversations) {
        noDeadline();
        conversation = conversations.create(this);
        become(ConnectionState.OPEN);
        resumeInput();
        conversation.opened();
    }

    @Override
    public long id() {
        return id;
    }

    /// Its role: on which side, and at which listener or origin.
    public ConnectionRole role() {
        return role;
    }

    /// Its role as text. Each call makes the text anew.
    @Override
    public String label() {
        return role.toString();
    }

    /// The loop it belongs to now.
    public EventLoop loop() {
        return loop;
    }

    /// The state of its life cycle.
    public ConnectionState state() {
        loop.requireCurrent();
        return state;
    }

    /// Whether messages may still flow.
    public boolean isOpen() {
        loop.requireCurrent();
        return state == ConnectionState.OPEN;
    }

    /// Its conversation now; before the handshake is over, a placeholder.
    public Conversation conversation() {
        loop.requireCurrent();
        return conversation;
    }

    /// What counts it.
    public ConnectionOwner owner() {
        return owner;
    }

    /// The protocol negotiated in the handshake, by its ALPN name; empty if there was none.
    public String protocol() {
        loop.requireCurrent();
        return transport.protocol();
    }

    /// Passes the connection to the conversation `next`: [Conversation#opened] is called on it, and it reads the
    /// bytes in `read` before any that arrive. For an upgrade, a tunnel, or a protocol that is recognized by its
    /// first bytes. The old conversation is not called any more; before the call it has to give back every block.
    /// The deadline is cleared.
    ///
    /// @param read bytes that `next` reads first, between position and limit; the connection owns the block from
    ///     now on
    /// @throws IllegalStateException if the connection is not open; the caller keeps the block
    public void handOver(Conversation next, Buffer read) {
        requireOpenForHandOver();
        EarlyInput before = early;
        if (before != null && !before.isEmpty()) throw new IllegalStateException(this + " still has early input");
        if (read.bytes().hasRemaining()) early = new EarlyInput(loop, this, read, this::tellEarlyInput);
        else read.release();
        converse(next);
    }

    /// The same if nothing was read beyond the last message.
    public void handOver(Conversation next) {
        requireOpenForHandOver();
        converse(next);
    }

    private void requireOpenForHandOver() {
        if (!isOpen()) throw new IllegalStateException(this + " is not open and cannot be handed over");
    }

    private void converse(Conversation next) {
        conversation = next;
        noDeadline();
        resumeInput();
        guarded(next::opened);
    }

    /// The other end.
    public Endpoint peer() {
        return transport.peer();
    }

    /// The other end's address as a number, as [Endpoint#key].
    public long peerKey() {
        return transport.peer().key();
    }

    /// This end.
    public Endpoint local() {
        return transport.local();
    }

    /// When it was opened, on the loop's clock.
    public long openedNanos() {
        return openedNanos;
    }

    /// The bytes that have moved over it, and when.
    public Traffic traffic() {
        loop.requireCurrent();
        return traffic;
    }

    /// Bytes of blocks it holds now.
    public int heldBytes() {
        loop.requireCurrent();
        return output.heldBytes() + earlyBytes() + conversation.heldBytes();
    }

    /// Of these, the bytes that others could use.
    int slabBytes() {
        return output.heldBytes() + earlyBytes() + conversation.slabBytes();
    }

    private int earlyBytes() {
        EarlyInput input = early;
        return input == null ? 0 : input.heldBytes();
    }

    // ---- input

    /// Whether a read may return bytes: the poller reported input, and no read has been short since.
    public boolean isInputReady() {
        loop.requireCurrent();
        return inputReady;
    }

    /// Whether there was no input when the loop last polled: it was watched then, the poll found nothing that was
    /// not reported yet, and its last read was short. False if only a read could tell.
    public boolean wasQuiet() {
        loop.requireCurrent();
        return isOpen()
                && wantsInput
                && !inputReady
                && earlyBytes() == 0
                && watchedSincePoll < loop.polls()
                && !transport.hasPendingReadiness();
    }

    /// Whether the peer has ended its side.
    public boolean isInputEnded() {
        loop.requireCurrent();
        return inputEnded;
    }

    /// Reads into `block`, between position and limit.
    ///
    /// @return bytes read; 0 if there are none now; [Transport#END]; or [Transport#BROKEN] if the connection is
    ///     closed or the path is broken: the caller then closes it
    public int read(ByteBuffer block) {
        loop.requireCurrent();
        int count = receive(block);
        if (count > 0) traffic.movedAt(loop.nowNanos());
        return count;
    }

    /// Reads once into the loop's scratch buffer and discards the bytes. They do not count as movement: the
    /// deadline of a connection that is being closed depends only on the output that the peer takes.
    ///
    /// @return as [#read] says
    public int discardInput() {
        loop.requireCurrent();
        return receive(loop.readScratch().clear());
    }

    private int receive(ByteBuffer block) {
        if (state == ConnectionState.CLOSED) return Transport.BROKEN;
        EarlyInput first = early;
        if (first != null && !first.isEmpty()) return first.read(block);
        int count = transport.read(block);
        // Why: after a short read there is mostly nothing more, and finding out would cost a system call.
        if (count <= 0 || (block.hasRemaining() && !transport.mayHaveMore())) inputReady = false;
        if (count > 0) {
            traffic.read(count);
        } else if (count == Transport.END) {
            inputEnded = true;
            pauseInput();
        }
        return count;
    }

    /// Acknowledges the bytes that were read at once. Call it while waiting for the rest of a message: a peer with
    /// Nagle's algorithm may hold the rest back until then. Costs a system call.
    public void acknowledgeInput() {
        loop.requireCurrent();
        if (isOpen()) transport.acknowledge();
    }

    /// Stops watching for input: what arrives waits in the kernel and at the peer.
    public void pauseInput() {
        loop.requireCurrent();
        wantsInput = false;
        updateInterest();
        if (watchesReset && listed) connections.on(loop).resets().inputPaused();
    }

    /// From now on a reset by the peer closes the connection within about a second even while its input is paused,
    /// whatever the peer sent before. For connections where further work is useless once the peer has left.
    public void watchReset() {
        loop.requireCurrent();
        watchesReset = true;
    }

    boolean probeReset() {
        boolean isPaused = watchesReset && !wantsInput && isOpen() && !output.hasEnded();
        if (isPaused) transport.probe();
        return isPaused;
    }

    /// Watches for input again.
    public void resumeInput() {
        loop.requireCurrent();
        if (!wantsInput) watchedSincePoll = loop.polls();
        wantsInput = !inputEnded && isOpen();
        updateInterest();
        EarlyInput first = early;
        if (first != null && wantsInput) first.tellSoon();
    }

    /// Reports early input; called by the loop, because no poller reports it.
    private void tellEarlyInput() {
        if (!wantsInput || state != ConnectionState.OPEN) return;
        inputReady = true;
        guarded(conversation::readable);
        EarlyInput rest = early;
        if (rest != null && wantsInput && state == ConnectionState.OPEN) rest.tellSoon();
    }

    // ---- output

    /// The writing half of the connection.
    public Output output() {
        loop.requireCurrent();
        return output;
    }

    /// Whether accepted bytes still wait to be written.
    boolean hasQueued() {
        return output.heldBytes() > 0;
    }

    // ---- time

    /// Sets the one moment at which [Conversation#timedOut] is called; a later call replaces it.
    public void deadline(long atNanos) {
        loop.requireCurrent();
        deadlineNanos = atNanos;
        if (state == ConnectionState.CLOSED || atNanos == Long.MAX_VALUE) return;
        // Why: a timer that fires too early is scheduled again, which costs less than moving it at every request.
        if (timer.isScheduled() && timerNanos - atNanos <= 0) return;
        timerNanos = atNanos;
        if (loop.chance().rarely(ConnectionPoint.DEADLINE_LOOKS_EARLY)) {
            timerNanos = loop.nowNanos() + Math.max(0, atNanos - loop.nowNanos()) / 2;
        }
        loop.wheel().schedule(timer, timerNanos);
    }

    /// Clears the deadline.
    public void noDeadline() {
        loop.requireCurrent();
        deadlineNanos = Long.MAX_VALUE;
    }

    private void timerFired() {
        if (state == ConnectionState.CLOSED || deadlineNanos == Long.MAX_VALUE) return;
        if (loop.nowNanos() - deadlineNanos < 0) {
            deadline(deadlineNanos);
            return;
        }
        deadlineNanos = Long.MAX_VALUE;
        GracefulClose ending = closing;
        if (ending == null) guarded(conversation::timedOut);
        else guarded(ending::timedOut);
    }

    // ---- moving and ending

    /// Moves an idle connection to another loop. Nothing may be queued and nothing partly read.
    ///
    /// @param arrived run on `target` once the connection is watched there; not run if `target` is closed: the
    ///     connection then ends
    public void moveTo(EventLoop target, Runnable arrived) {
        loop.requireCurrent();
        if (!isOpen() || !output.isWritable() || earlyBytes() > 0) {
            throw new IllegalStateException(this + " is not idle and cannot move");
        }
        loop.wheel().cancel(timer);
        deadlineNanos = Long.MAX_VALUE;
        leaveRoster();
        EventLoop from = loop;
        var node = new Mailbox.Node(() -> arrive(target, arrived));
        transport.detach(() -> {
            if (state != ConnectionState.CLOSED && !target.post(node)) arriveOnlyToEnd(from);
        });
    }

    private void arrive(EventLoop target, Runnable arrived) {
        loop = target;
        joinRoster();
        transport.attach(target, this::ready);
        watchedSincePoll = target.polls();
        updateInterest();
        guarded(arrived);
    }

    private void joinRoster() {
        connections.on(loop).add(this);
        listed = true;
    }

    private void leaveRoster() {
        if (listed) connections.on(loop).remove(this);
        listed = false;
    }

    private void arriveOnlyToEnd(EventLoop from) {
        joinRoster();
        transport.attach(from, this::ready);
        close(CloseReason.CLOSED);
    }

    /// Closes gracefully like [#finish(CloseReason, Lingering, boolean)], with the default times and no limit of
    /// lingering places.
    public void finish(CloseReason reason) {
        finish(reason, connections.on(loop).lingering(), true);
    }

    /// Closes gracefully: queued output leaves, the output is shut, and input is discarded meanwhile and
    /// afterwards, until the peer ends its side or the times of `lingering` are over. A close at once could turn
    /// into a reset, which would destroy the last answer. After this call the conversation gets only
    /// [Conversation#lingeringStarted], [Conversation#closing] and [Conversation#ended].
    ///
    /// @param expectsInput whether the peer has not sent its whole request yet; for a peer that has, the silence
    ///     time is at most 1 s
    public void finish(CloseReason reason, Lingering lingering, boolean expectsInput) {
        loop.requireCurrent();
        if (!isOpen()) return;
        become(ConnectionState.DRAINING);
        wantsInput = false;
        noDeadline();
        dropEarlyInput();
        var ending = new GracefulClose(this, reason, lingering, lingering.silenceNanos(expectsInput));
        closing = ending;
        if (!output.flushScratch()) return;
        if (output.isWritable()) ending.linger();
        else ending.awaitOutput();
    }

    /// Closes now; queued output is lost.
    public void close(CloseReason reason) {
        end(reason, false);
    }

    /// Closes now with a reset, so that the peer does not take a truncated message for a complete one.
    public void abort(CloseReason reason) {
        end(reason, true);
    }

    private void end(CloseReason reason, boolean abruptly) {
        loop.requireCurrent();
        if (state == ConnectionState.CLOSED) return;
        state = ConnectionState.CLOSED;
        if (reason == CloseReason.STARVED) connections.countStarved();
        loop.wheel().cancel(timer);
        leaveRoster();
        GracefulClose ending = closing;
        if (ending != null) ending.closed();
        if (abruptly) transport.abort();
        else transport.close();
        output.release();
        dropEarlyInput();
        guarded(() -> conversation.closing(reason));
        loop.afterClosing(() -> {
            entry.close();
            boolean lingered = ending != null && ending.hasPlace();
            if (ending != null) ending.ended();
            guarded(() -> conversation.ended(reason));
            guarded(lingered ? owner::lingeringEnded : owner::ended);
        });
    }

    private void dropEarlyInput() {
        EarlyInput unread = early;
        if (unread != null) unread.release();
    }

    /// It has one of the lingering places now.
    void lingeringStarted() {
        guarded(conversation::lingeringStarted);
        guarded(owner::lingeringStarted);
    }

    // ---- the loop's side

    private void ready(boolean readable, boolean writable) {
        try {
            handleReady(readable, writable);
        } catch (Throwable failure) { // Why: foreign code ends here, and must not end the loop
            failed(failure);
        }
    }

    private void handleReady(boolean readable, boolean writable) {
        if (state == ConnectionState.CLOSED) return;
        if (transport.isReset()) {
            close(CloseReason.RESET);
            return;
        }
        if (state == ConnectionState.HANDSHAKING) {
            conversation.readable();
            return;
        }
        if (writable) output.ready();
        if (!readable || state == ConnectionState.CLOSED) return;
        if (writable && loop.chance().rarely(ConnectionPoint.READINESS_IN_TWO)) return;
        if (closing != null) {
            closing.discard();
            return;
        }
        if (!wantsInput || state != ConnectionState.OPEN) return;
        inputReady = true;
        conversation.readable();
    }

    /// All output has left. `waited`: whether the conversation may be waiting for that.
    void outputLeft(boolean waited) {
        if (closing != null) closing.linger();
        else if (waited && state == ConnectionState.OPEN) tellWritable();
    }

    private void tellWritable() {
        try {
            conversation.writable();
        } catch (Throwable failure) { // Why: foreign code ends here, and must not end the loop
            failed(failure);
        }
    }

    void wrote(int count) {
        if (count == 0) return;
        traffic.wrote(count);
        traffic.movedAt(loop.nowNanos());
    }

    boolean isClosed() {
        return state == ConnectionState.CLOSED;
    }

    /// Whether it lingers: the output is shut, and input is discarded.
    public boolean isLingering() {
        loop.requireCurrent();
        return closing != null && closing.isLingering();
    }

    void updateInterest() {
        // Why: during the handshake the transport itself decides what to watch for.
        if (state != ConnectionState.OPEN && state != ConnectionState.DRAINING) return;
        transport.interest(wantsInput || (closing != null && !inputEnded), output.isWatched());
    }

    /// Runs a step of its conversation that does not begin in a callback of the connection but, for example, with a
    /// grant of memory. An exception ends the connection, not the loop.
    public void guarded(Runnable step) {
        try {
            step.run();
        } catch (Throwable failure) { // Why: foreign code ends here, and must not end the loop
            failed(failure);
        }
    }

    private void failed(Throwable failure) {
        LOG.error(this, "its conversation failed", failure);
        // Why: with a reset, so that the peer does not take a truncated message for a complete one.
        abort(CloseReason.BROKEN);
    }

    private void become(ConnectionState next) {
        if (!state.mayBecome(next)) throw new IllegalStateException(this + " cannot become " + next);
        state = next;
    }

    // ---- for Closing

    void shutAndWatch() {
        transport.shutdownOutput();
        updateInterest();
    }

    @Override
    public String toString() {
        return role + " " + id + " (" + state + ")";
    }
}
