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

/// One conversation with one peer. Its socket goes at once when it dies; this answers until the end is told.
///
/// It is read here and written by its [#output].
///
/// **Owns:** the transport, the blocks of its queue, one timer; all gone before [Conversation#ended].
/// **Threads:** confined to its loop, but for [#id], [#role], [#label], [#loop], [#peer], [#peerKey], [#local],
/// [#openedNanos] and [#owner].
/// **Waits:** never waits.
/// **Limits:** one flush a turn; 16 queued blocks or 256 KiB, one when memory is scarce; lingers as its
/// [Lingering] allows.
/// **Fails:** used on a foreign thread it throws [IllegalStateException]. A broken path closes it; methods
/// called after that do nothing: [Transport#BROKEN] or null.
public final class Connection implements Account {
    /// Bytes one call of [#output] may ask for: what a normal block can take over.
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
        /// The conversation for `connection`, which must not be used before it is open. Asked when the handshake is
        /// over, if there is one: [Connection#protocol] says what was agreed on.
        Conversation create(Connection connection);

        /// Called when a handshake ends after [Connection#open] has returned. The connection is open then and its
        /// conversation notified, or it is closed because both ends could not agree or the conversation failed.
        /// Called at most once, and not if the handshake had ended before [Connection#open] returned.
        default void handshakeEnded(Connection connection) {}
    }

    /// What a connection is opened with.
    ///
    /// @param role one for all that stand there
    /// @param owner who counts it
    /// @param handshakeTime how long the path may take to agree on keys and on a protocol
    public record Opening(
            ConnectionRole role,
            ConnectionOwner owner,
            Transport transport,
            ConversationFactory conversations,
            Duration handshakeTime) {
        /// How long a handshake may take where nothing else is asked for.
        public static final Duration HANDSHAKE_TIME = Duration.ofSeconds(10);

        /// With the usual time for a handshake.
        public Opening(
                ConnectionRole role, ConnectionOwner owner, Transport transport, ConversationFactory conversations) {
            this(role, owner, transport, conversations, HANDSHAKE_TIME);
        }

        /// One that nobody counts.
        public Opening(ConnectionRole role, Transport transport, ConversationFactory conversations) {
            this(role, ConnectionOwner.NONE, transport, conversations);
        }
    }

    /// Opens a connection on `loop`, whose thread this is. When the path has agreed on keys and on a protocol,
    /// which for most is at once, its conversation is made, input is watched for, and the conversation is told
    /// that it is open. When this throws, as when the conversation does, the transport is closed, and a
    /// conversation that was made already hears of its end; so does the owner.
    public static Connection open(Connections connections, EventLoop loop, Opening opening) {
        loop.requireCurrent();
        Connection connection;
        try {
            connection = new Connection(connections, loop, opening);
        } catch (RuntimeException | Error failure) { // Why: nobody else has the socket.
            opening.transport.abort();
            opening.owner.ended();
            throw failure;
        }
        try {
            connection.joinRoster();
            opening.transport.attach(loop, connection::ready);
            connection.agree(opening);
            return connection;
        } catch (RuntimeException | Error failure) { // Why: its entry and its place among the others are settled.
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

    /// The path is agreed on: messages may flow.
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

    /// Where it stands.
    public ConnectionRole role() {
        return role;
    }

    /// Its place in words. Each call makes the text anew.
    @Override
    public String label() {
        return role.toString();
    }

    /// The loop it belongs to now.
    public EventLoop loop() {
        return loop;
    }

    /// Where it is in its life.
    public ConnectionState state() {
        loop.requireCurrent();
        return state;
    }

    /// Whether messages may still flow.
    public boolean isOpen() {
        loop.requireCurrent();
        return state == ConnectionState.OPEN;
    }

    /// What is said over it now; before the handshake is over, something that says nothing.
    public Conversation conversation() {
        loop.requireCurrent();
        return conversation;
    }

    /// Who counts it.
    public ConnectionOwner owner() {
        return owner;
    }

    /// The protocol both ends have agreed on in the handshake, by its ALPN name; empty when they did not.
    public String protocol() {
        loop.requireCurrent();
        return transport.protocol();
    }

    /// From now on `next` has the word: it is told that the connection is open, and reads what was read already
    /// before what comes. For an upgrade, a tunnel, a protocol that shows by its first bytes. The conversation
    /// that hands over is told nothing more: it has given back every block, and its deadline is gone.
    ///
    /// @param read bytes the next one is to read first, between position and limit; taken over
    /// @throws IllegalStateException when the connection is not open; the caller keeps the block
    public void handOver(Conversation next, Buffer read) {
        requireOpenForHandOver();
        EarlyInput before = early;
        if (before != null && !before.isEmpty()) throw new IllegalStateException(this + " still has early input");
        if (read.bytes().hasRemaining()) early = new EarlyInput(loop, this, read, this::tellEarlyInput);
        else read.release();
        converse(next);
    }

    /// The same where nothing was read beyond the last message.
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

    /// What has moved over it.
    public Traffic traffic() {
        loop.requireCurrent();
        return traffic;
    }

    /// Bytes of blocks it holds now.
    public int heldBytes() {
        loop.requireCurrent();
        return output.heldBytes() + earlyBytes() + conversation.heldBytes();
    }

    /// Bytes of those that others could have.
    int slabBytes() {
        return output.heldBytes() + earlyBytes() + conversation.slabBytes();
    }

    private int earlyBytes() {
        EarlyInput input = early;
        return input == null ? 0 : input.heldBytes();
    }

    // ---- input

    /// Whether a read may bring something: the poller said so and no read has come back short since.
    public boolean isInputReady() {
        loop.requireCurrent();
        return inputReady;
    }

    /// Whether nothing was there to be read when the loop last polled: it was watched then, nothing was found
    /// that it has not been told, and its last read came back short. False where only a read would tell.
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

    /// Reads what is there into `block`, between position and limit.
    ///
    /// @return bytes read, 0 when there are none now, [Transport#END], or [Transport#BROKEN] when the
    ///     connection is closed or the path is broken; the caller then closes
    public int read(ByteBuffer block) {
        loop.requireCurrent();
        int count = receive(block);
        if (count > 0) traffic.movedAt(loop.nowNanos());
        return count;
    }

    /// Reads once into the loop's scratch and throws the bytes away. It does not count as movement: the peer
    /// has to take its answer all the same.
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
        // Why: after a short read there is mostly nothing more; asking again would cost a system call to learn it.
        if (count <= 0 || (block.hasRemaining() && !transport.mayHaveMore())) inputReady = false;
        if (count > 0) {
            traffic.read(count);
        } else if (count == Transport.END) {
            inputEnded = true;
            pauseInput();
        }
        return count;
    }

    /// Tells the peer at once that what was read has arrived: call when more of the same message is waited for,
    /// which the peer may keep until then (Nagle's algorithm). Costs a system call.
    public void acknowledgeInput() {
        loop.requireCurrent();
        if (isOpen()) transport.acknowledge();
    }

    /// Watches for input no longer: what arrives waits with the peer.
    public void pauseInput() {
        loop.requireCurrent();
        wantsInput = false;
        updateInterest();
        if (watchesReset && listed) connections.on(loop).resets().inputPaused();
    }

    /// From now on a reset by the peer closes it within a second or so also while its input is paused, whatever
    /// it sent before: for a side whose peer, once it has left, makes all that is done for it useless.
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

    /// The loop tells of early input, which no poller does.
    private void tellEarlyInput() {
        if (!wantsInput || state != ConnectionState.OPEN) return;
        inputReady = true;
        guarded(conversation::readable);
        EarlyInput rest = early;
        if (rest != null && wantsInput && state == ConnectionState.OPEN) rest.tellSoon();
    }

    // ---- output

    /// Its writing half.
    public Output output() {
        loop.requireCurrent();
        return output;
    }

    /// Whether bytes wait to be written that were accepted already.
    boolean hasQueued() {
        return output.heldBytes() > 0;
    }

    // ---- time

    /// Sets the one moment at which [Conversation#timedOut] is told; a later call replaces it.
    public void deadline(long atNanos) {
        loop.requireCurrent();
        deadlineNanos = atNanos;
        if (state == ConnectionState.CLOSED || atNanos == Long.MAX_VALUE) return;
        // Why: a timer that fires too early looks again; moving it at every request would cost more.
        if (timer.isScheduled() && timerNanos - atNanos <= 0) return;
        timerNanos = atNanos;
        if (loop.chance().rarely(ConnectionPoint.DEADLINE_LOOKS_EARLY)) {
            timerNanos = loop.nowNanos() + Math.max(0, atNanos - loop.nowNanos()) / 2;
        }
        loop.wheel().schedule(timer, timerNanos);
    }

    /// No deadline until the next is set.
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

    /// Gives an idle connection to another loop: nothing queued, nothing half read.
    ///
    /// @param arrived run on `target` when it is watched there; not run when `target` is closed: the
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

    /// Ends in order, as [#finish(CloseReason, Lingering, boolean)], with the default times and no limit of
    /// places.
    public void finish(CloseReason reason) {
        finish(reason, connections.on(loop).lingering(), true);
    }

    /// Ends in order: what is queued leaves, the output is shut, and what the peer sends is discarded meanwhile
    /// and after, until it ends its side or the times of `lingering` are over: a reset would destroy the last
    /// answer. Of the conversation only [Conversation#lingeringStarted] and the methods of its end are called after
    /// this.
    ///
    /// @param expectsInput whether the peer has not sent all of its request yet; a peer that has is waited for
    ///     1 s
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

    /// Closes now; what is queued is lost.
    public void close(CloseReason reason) {
        end(reason, false);
    }

    /// Closes now with a reset, so that the peer does not take a cut message for a whole one.
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

    /// It has one of the places to linger.
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

    /// Everything has left; `waited` when somebody may wait for it.
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

    /// Whether everything was said: the output is shut, and what is still received is discarded.
    public boolean isLingering() {
        loop.requireCurrent();
        return closing != null && closing.isLingering();
    }

    void updateInterest() {
        // Why: until the handshake is over the path itself knows what it waits for.
        if (state != ConnectionState.OPEN && state != ConnectionState.DRAINING) return;
        transport.interest(wantsInput || (closing != null && !inputEnded), output.isWatched());
    }

    /// Runs a step of its conversation that begins elsewhere than in a call of the connection, such as with a
    /// grant of memory: what it throws ends the connection, and not the loop.
    public void guarded(Runnable step) {
        try {
            step.run();
        } catch (Throwable failure) { // Why: foreign code ends here, and must not end the loop
            failed(failure);
        }
    }

    private void failed(Throwable failure) {
        LOG.error(this, "its conversation failed", failure);
        // Why: by a reset, so that the peer does not take a cut message for a whole one.
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
