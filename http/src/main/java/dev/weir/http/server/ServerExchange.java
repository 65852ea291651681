package dev.weir.http.server;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Connection;
import dev.weir.http.codec.BodyDecoder;
import dev.weir.http.codec.Framing;
import dev.weir.http.codec.HttpVersion;
import dev.weir.http.codec.Method;
import dev.weir.http.codec.RequestDecoder;
import dev.weir.http.codec.RequestHead;
import dev.weir.http.flow.BodyFlow;
import dev.weir.http.flow.Inflow;
import dev.weir.http.flow.Sink;
import dev.weir.ledger.Kind;
import dev.weir.loop.EventLoop;
import dev.weir.memory.Urgency;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// One request and its one answer. The object is recycled: it belongs to the handler from [LoopHandler#handle]
/// until it
/// is answered or [Follower#gone] was told, and must not be used after.
///
/// **Owns:** the block its request is read into; given back while nothing moves.
/// **Threads:** confined to the loop of its connection.
/// **Waits:** never waits.
/// **Fails:** used out of its time it throws [IllegalStateException].
public final class ServerExchange {
    private static final System.Logger LOG = System.getLogger(ServerExchange.class.getName());

    private enum Phase {
        FREE,
        RECEIVING,
        ANSWERING,
        DISCARDING,
        ENDED
    }

    private final ServerLoop serverLoop;
    private final RequestHead head;
    private final RequestDecoder decoder;
    private final Inflow in;
    private final BodyFlow body;
    private final Discard discard = new Discard();
    private final Ending ending = new Ending();
    private @Nullable ServerConnection owner;
    private @Nullable Follower follower;
    private @Nullable Object attachment;
    private @Nullable Object lastAttachment;
    private Phase phase = Phase.FREE;
    private @Nullable Answer delayed;
    private boolean serving;
    private boolean answerBegun;
    private boolean answered;
    private boolean closes;
    private int status;
    private long startedNanos;
    private long bytesInBefore;
    private long bytesOut;

    ServerExchange(ServerLoop serverLoop) {
        this.serverLoop = serverLoop;
        var limits = serverLoop.server().settings().limits();
        this.head = new RequestHead(limits);
        this.decoder = new RequestDecoder(limits);
        this.in = new Inflow(serverLoop.loop(), Urgency.INTAKE, "request", this::granted);
        this.body = new BodyFlow(in, limits);
    }

    // ---- what a handler sees

    /// The request's head; positions in it are relative to [#headFrom] in [#bytes].
    public RequestHead head() {
        return head;
    }

    /// The block with the head; lent for the call, because it may move between calls.
    public ByteBuffer bytes() {
        return in.bytes();
    }

    /// Where the head begins in [#bytes], until the body is received or the head rewritten.
    public int headFrom() {
        return in.keptFrom();
    }

    /// The bytes of the head are needed no longer: their block goes back while the answer is made. Call when the
    /// request
    /// was received whole.
    public void forgetHead() {
        requireAnswering();
        if (body.isActive()) throw new IllegalStateException("the request is still being received");
        in.consumedTo(in.from());
        in.settle();
    }

    /// A range of the head as text; allocates, for cold paths and plain handlers.
    public String text(int from, int to) {
        return head.text(in.bytes(), in.keptFrom(), from, to);
    }

    /// The request's target as text.
    public String target() {
        return text(head.targetFrom(), head.targetTo());
    }

    /// The client's connection.
    public Connection connection() {
        return requireOwner().connection();
    }

    /// The client's address as text, encoded; lent, not to be changed.
    public byte[] peerAddress() {
        return requireOwner().peerAddress();
    }

    /// The loop everything about this exchange happens on.
    public EventLoop loop() {
        return serverLoop.loop();
    }

    /// When its first byte was seen, on the loop's clock.
    public long startedNanos() {
        return startedNanos;
    }

    /// The status answered; 0 before.
    public int status() {
        return status;
    }

    /// Bytes of the request read until now.
    public long bytesIn() {
        return connection().bytesIn() - bytesInBefore - (in.to() - in.from());
    }

    /// Bytes of the answer handed to the connection until now.
    public long bytesOut() {
        return bytesOut;
    }

    /// How long the request waited for memory last, in nanoseconds.
    public long memoryWaitNanos() {
        return in.waitedNanos();
    }

    /// How it ended, or will be said to have.
    public Ending ending() {
        return ending;
    }

    /// Whatever the handler wants to find again in the observer.
    public @Nullable Object attachment() {
        return attachment;
    }

    /// Keeps `object` with the exchange until its end.
    public void attach(Object object) {
        attachment = object;
    }

    /// What was kept with the last request that this object served, for a handler that uses it again; null when there
    /// was none.
    public @Nullable Object lastAttachment() {
        return lastAttachment;
    }

    /// Takes part from now on.
    public void follow(Follower one) {
        requireAnswering();
        follower = one;
    }

    /// Whether a byte of the final answer was handed to the connection.
    public boolean isAnswerBegun() {
        return answerBegun;
    }

    /// Whether the answer was handed to the connection whole; what a log asks when the exchange has ended.
    public boolean isAnswered() {
        return answered;
    }

    // ---- the body

    /// Lets the body flow into `sink`. What was received with the head is moved before this returns.
    public void receiveBody(BodyDecoder.Mode mode, Sink sink) {
        requireAnswering();
        beginBody(mode, sink);
        pumpBody();
    }

    /// Prepares the flow without moving anything yet, so that a head can be put before it.
    public BodyFlow beginBody(BodyDecoder.Mode mode, Sink sink) {
        requireAnswering();
        body.begin(connection(), head.framing(), head.contentLength(), mode, sink);
        return body;
    }

    /// Moves what can be moved of the body; the sink is ready again, or input is.
    public void pumpBody() {
        if (phase != Phase.ANSWERING) return;
        BodyFlow.Need need = body.pump();
        switch (need) {
            case INPUT, MEMORY ->
                connection().deadline(loop().nowNanos() + serverLoop.server().bodyStallNanos());
            case SINK -> connection().noDeadline();
            case NOTHING -> bodyReceived();
            case FAULT, CUT, SINK_GONE -> bodyFailed(need);
        }
    }

    /// Whether the request was received whole.
    public boolean isBodyReceived() {
        return head.framing() == Framing.NONE || body.isComplete();
    }

    /// What was received and not passed on.
    public Inflow in() {
        return in;
    }

    /// The flow of the body.
    public BodyFlow body() {
        return body;
    }

    private void bodyReceived() {
        connection().noDeadline();
        tellBodyEnded(BodyFlow.Need.NOTHING);
        if (phase != Phase.ANSWERING) return;
        // Why: waiting for the sink, or for memory, has turned the input off; a client that leaves is to be noticed.
        connection().resumeInput();
        rest();
    }

    private void bodyFailed(BodyFlow.Need need) {
        if (need == BodyFlow.Need.FAULT) ending.note('C', 'D', "the request's body broke the protocol");
        if (need == BodyFlow.Need.CUT) ending.note('C', 'D', "the client left before its request was whole");
        tellBodyEnded(need);
        if (phase != Phase.ANSWERING) return;
        if (need == BodyFlow.Need.FAULT) refuse(StaticAnswers.of(body.decoder().fault()));
        if (need == BodyFlow.Need.CUT) connection().close(CloseReason.PEER_LEFT);
    }

    private void tellBodyEnded(BodyFlow.Need how) {
        if (follower != null) follower.bodyEnded(how);
    }

    // ---- the answer

    /// Answers whole and at once.
    public void answer(Answer answer) {
        requireAnswering();
        if (answerBegun) throw new IllegalStateException("the answer was begun already");
        ByteBuffer out = connection().output(answer.bytesMax());
        if (out == null) {
            delay(answer);
            return;
        }
        if (answer.closes()) closes = true;
        boolean withBody = head.method() != Method.HEAD && answer.hasBody();
        int before = out.position();
        begin(answer.status());
        answer.put(out, serverLoop.date().bytes(), persistence(), withBody);
        bytesOut += out.position() - before;
        complete();
    }

    /// Answers before this one fill the path: it leaves when they have left.
    private void delay(Answer answer) {
        if (phase != Phase.ANSWERING) return;
        delayed = answer;
        follower = null;
        awaitPeer();
    }

    /// Answers with one of the server's own errors when nothing was answered yet; else aborts, so that the client
    /// does not
    /// take a cut answer for a whole one.
    public void refuse(Answer answer) {
        in.stopWaiting();
        if (phase == Phase.RECEIVING) startAnswering();
        if (phase != Phase.ANSWERING) return;
        follower = null;
        if (answerBegun) abort(CloseReason.BROKEN);
        else answer(answer);
    }

    /// Says that an answer of `newStatus` begins; what follows is written by [#write].
    public void begin(int newStatus) {
        requireAnswering();
        status = newStatus;
        answerBegun = true;
        if (!isBodyReceived() && mustCloseUnread()) closes = true;
    }

    /// After this answer the connection closes.
    public void closeAfter() {
        closes = true;
    }

    /// How the answer's head has to speak of the connection.
    Answer.Persistence persistence() {
        if (willClose()) return Answer.Persistence.CLOSE;
        return head.version() == HttpVersion.HTTP_1_0 ? Answer.Persistence.KEEP_ALIVE : Answer.Persistence.UNSAID;
    }

    /// Whether the connection closes after this answer.
    public boolean willClose() {
        if (!head.keepAlive() || serverLoop.server().isDraining()) closes = true;
        return closes;
    }

    /// Writes a part of the answer now.
    ///
    /// @return as [Connection#write] says; when the path is broken the connection is closed and [Follower#gone]
    ///     told
    public int write(ByteBuffer bytes) {
        int written = connection().write(bytes);
        if (written < 0) connection().close(CloseReason.RESET);
        if (written > 0) bytesOut += written;
        if (written >= 0 && bytes.hasRemaining()) {
            connection().deadline(loop().nowNanos() + serverLoop.server().bodyStallNanos());
        }
        return written;
    }

    /// Gives whatever the answer waits for as long as a stalled body has.
    void awaitPeer() {
        connection().deadline(loop().nowNanos() + serverLoop.server().bodyStallNanos());
    }

    byte[] dateField() {
        return serverLoop.date().bytes();
    }

    /// Room to encode a part of the answer; it leaves at the end of the turn. Count what was put by [#wrote].
    ///
    /// @return as [Connection#output] says
    public @Nullable ByteBuffer output(int bytes) {
        return connection().output(bytes);
    }

    /// Counts bytes put into [#output].
    public void wrote(int bytes) {
        bytesOut += bytes;
    }

    /// The answer was handed to the connection whole: this exchange has its outcome. It must not be used after
    /// this call.
    public void complete() {
        requireAnswering();
        follower = null;
        answered = true;
        settled();
        if (closes) {
            end();
            connection().finish(CloseReason.CLOSED);
        } else if (isBodyReceived()) {
            next();
        } else {
            discardBody();
        }
    }

    /// The answer cannot be completed: the connection is reset. [Follower#gone] is told.
    public void abort(CloseReason reason) {
        connection().abort(reason);
    }

    private boolean mustCloseUnread() {
        return head.expectsContinue() || body.isActive() || head.contentLength() > Discard.BYTES_MAX;
    }

    private void settled() {
        loop().tally().closed(Kind.EXCHANGE);
        serverLoop.server().observer().exchangeEnded(this);
        if (attachment != null) lastAttachment = attachment;
        attachment = null;
    }

    // ---- the connection's side

    void begin(ServerConnection newOwner) {
        owner = newOwner;
        phase = Phase.RECEIVING;
        in.begin(newOwner.connection());
        startRequest();
    }

    private void startRequest() {
        head.reset();
        decoder.reset();
        body.reset();
        ending.reset();
        follower = null;
        attachment = null;
        answerBegun = false;
        delayed = null;
        answered = false;
        closes = false;
        status = 0;
        bytesOut = 0;
        startedNanos = loop().nowNanos();
        bytesInBefore = connection().bytesIn() - (in.to() - in.from());
    }

    void readable() {
        switch (phase) {
            case RECEIVING -> receive();
            case ANSWERING -> {
                if (body.isActive()) pumpBody();
                else peek();
            }
            case DISCARDING -> pumpDiscard();
            case FREE, ENDED -> connection().pauseInput();
        }
    }

    private void granted() {
        readable();
    }

    private void receive() {
        switch (in.fill()) {
            case READ -> serve();
            case EMPTY -> rest();
            case WAITING -> awaitHead();
            case FULL -> {
                ending.note('R', 'R', "no memory for the request's head");
                refuse(StaticAnswers.of(503));
            }
            case ENDED -> connection().close(CloseReason.PEER_LEFT);
            case BROKEN -> connection().close(CloseReason.RESET);
        }
    }

    /// Serves what was received, one request after the other, for as long as answers are complete at once.
    private void serve() {
        if (serving) return;
        serving = true;
        boolean more = true;
        while (more && phase == Phase.RECEIVING && !in.isEmpty() && connection().isOpen()) more = serveOne();
        serving = false;
        rest();
    }

    private boolean serveOne() {
        if (!connection().isWritable()) {
            connection().pauseInput();
            connection().deadline(loop().nowNanos() + serverLoop.server().bodyStallNanos());
            return false;
        }
        int bytes = decoder.decode(in.bytes(), in.from(), in.to(), head);
        if (bytes == RequestDecoder.MORE) {
            awaitHead();
            return false;
        }
        if (bytes == RequestDecoder.FAULT) {
            ending.note('C', 'R', decoder.fault().text());
            refuse(StaticAnswers.of(decoder.fault()));
            return false;
        }
        in.consumedButKept(in.from(), in.from() + bytes);
        startAnswering();
        handle();
        return true;
    }

    private void awaitHead() {
        connection().deadline(startedNanos + serverLoop.server().headerNanos());
    }

    private void startAnswering() {
        phase = Phase.ANSWERING;
        loop().tally().opened(Kind.EXCHANGE);
        connection().noDeadline();
    }

    private void handle() {
        try {
            serverLoop.server().handler().handle(this);
        } catch (Throwable failure) { // Why: the boundary of foreign code; one broken handler must not end its loop.
            LOG.log(System.Logger.Level.ERROR, "a handler failed", failure);
            ending.note('L', 'H', "the handler failed");
            if (phase == Phase.ANSWERING) refuse(StaticAnswers.of(500));
        }
    }

    /// While an answer is made: sees whether the client left; a next request it sent already is kept and waits.
    private void peek() {
        if (!in.isEmpty()) {
            connection().pauseInput();
            return;
        }
        switch (in.tryFill()) {
            case READ, FULL, EMPTY, WAITING -> {
                if (!in.isEmpty() || connection().isInputReady()) connection().pauseInput();
                in.settle();
            }
            case ENDED -> {
                in.settle();
                if (follower != null) follower.inputEnded();
            }
            case BROKEN -> connection().close(CloseReason.RESET);
        }
    }

    private void next() {
        in.consumedTo(in.from());
        phase = Phase.RECEIVING;
        startRequest();
        if (!serving) serve();
    }

    private void discardBody() {
        phase = Phase.DISCARDING;
        discard.begin();
        if (!body.isBegun()) {
            body.begin(connection(), head.framing(), head.contentLength(), BodyDecoder.Mode.DATA, discard);
            pumpDiscard();
        } else {
            end();
            connection().finish(CloseReason.CLOSED);
        }
    }

    private void pumpDiscard() {
        switch (body.pump()) {
            case INPUT, MEMORY, SINK ->
                connection().deadline(loop().nowNanos() + serverLoop.server().bodyStallNanos());
            case NOTHING -> next();
            case FAULT, SINK_GONE -> {
                end();
                connection().finish(CloseReason.CLOSED);
            }
            case CUT -> connection().close(CloseReason.PEER_LEFT);
        }
    }

    /// Nothing more happens in this turn: memory goes back, and without a byte of a next request the exchange too.
    private void rest() {
        if (phase == Phase.ANSWERING) {
            if (!body.isActive()) in.settle();
            return;
        }
        if (phase != Phase.RECEIVING || !connection().isOpen()) return;
        in.settle();
        if (connection().isInputEnded() && connection().isWritable()) {
            // Why: the client ended its side; no whole request can come any more.
            connection().finish(CloseReason.PEER_LEFT);
            return;
        }
        if (!in.isEmpty()) {
            if (connection().isWritable()) connection().resumeInput();
            return;
        }
        ServerConnection freed = requireOwner();
        end();
        freed.idle();
        serverLoop.giveBack(this);
    }

    void writable() {
        Answer waiting = delayed;
        delayed = null;
        if (phase == Phase.ANSWERING && waiting != null) answer(waiting);
        else if (phase == Phase.ANSWERING && follower != null) follower.writable();
        else if (phase == Phase.RECEIVING) serve();
    }

    void timedOut() {
        switch (phase) {
            case RECEIVING -> {
                if (!connection().isWritable()) connection().abort(CloseReason.TIMED_OUT);
                else if (in.isWaiting()) noMemory();
                else tooLate('R');
            }
            case ANSWERING -> stalled();
            case DISCARDING -> connection().close(CloseReason.TIMED_OUT);
            case FREE, ENDED -> connection().close(CloseReason.TIMED_OUT);
        }
    }

    private void noMemory() {
        ending.note('R', 'R', "no memory in time");
        refuse(StaticAnswers.of(503));
    }

    private void tooLate(char during) {
        ending.note('T', during, "the request did not arrive in time");
        refuse(StaticAnswers.of(408));
    }

    private void stalled() {
        long dueNanos = connection().lastMovedNanos() + serverLoop.server().bodyStallNanos();
        if (loop().nowNanos() - dueNanos < 0) {
            connection().deadline(dueNanos);
            return;
        }
        Follower following = follower;
        // Why: first, because who takes part may know better what was waited for.
        if (following != null) following.stalled();
        if (phase != Phase.ANSWERING) return;
        if (!connection().isWritable()) ending.note('T', 'D', "the client did not take its answer");
        else if (in.isWaiting()) ending.note('R', 'D', "no memory in time");
        else ending.note('T', 'D', "the request's body did not arrive in time");
        if (!connection().isWritable()) abort(CloseReason.TIMED_OUT);
        else refuse(StaticAnswers.of(ending.who() == 'R' ? 503 : 408));
    }

    void closing(CloseReason reason) {
        if (phase == Phase.ANSWERING) {
            Follower following = follower;
            follower = null;
            // Why: first, because who takes part knows better what was going on.
            if (following != null) following.gone(reason);
            ending.note(guilty(reason), 'D', words(reason));
            settled();
        } else if (phase == Phase.RECEIVING && !in.isEmpty()) {
            ending.note(guilty(reason), 'R', words(reason));
            serverLoop.server().observer().exchangeEnded(this);
        }
        end();
    }

    private static char guilty(CloseReason reason) {
        return switch (reason) {
            case PEER_LEFT, RESET -> 'C';
            case TIMED_OUT, IDLE -> 'T';
            case STARVED -> 'R';
            case BROKEN, PURGED, CLOSED -> 'L';
        };
    }

    private static String words(CloseReason reason) {
        return switch (reason) {
            case PEER_LEFT -> "the client left";
            case RESET -> "the client reset the connection";
            case TIMED_OUT -> "time ran out";
            case IDLE -> "idle";
            case BROKEN -> "the connection was broken";
            case PURGED -> "closed to obey a limit";
            case STARVED -> "closed because others waited for its memory";
            case CLOSED -> "closed by this server";
        };
    }

    private void end() {
        phase = Phase.ENDED;
        follower = null;
        body.reset();
        in.release();
        head.reset();
    }

    boolean isFree() {
        return in.isFree();
    }

    int heldBytes() {
        return in.heldBytes();
    }

    private void requireAnswering() {
        if (phase != Phase.ANSWERING) throw new IllegalStateException("the exchange is not being answered: " + phase);
    }

    private ServerConnection requireOwner() {
        ServerConnection current = owner;
        if (current == null) throw new IllegalStateException("the exchange belongs to no connection");
        return current;
    }
}
