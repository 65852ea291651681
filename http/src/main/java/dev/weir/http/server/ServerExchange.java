package dev.weir.http.server;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Connection;
import dev.weir.http.codec.BodyDecoder;
import dev.weir.http.codec.FieldLine;
import dev.weir.http.codec.Framing;
import dev.weir.http.codec.Method;
import dev.weir.http.codec.RequestHead;
import dev.weir.http.codec.RequestReader;
import dev.weir.http.flow.BodyFlow;
import dev.weir.http.flow.Fill;
import dev.weir.http.flow.Inflow;
import dev.weir.http.flow.Sink;
import dev.weir.ledger.Kind;
import dev.weir.loop.EventLoop;
import dev.weir.loop.FailureLog;
import dev.weir.loop.Mailbox;
import dev.weir.memory.BlockSize;
import dev.weir.memory.GiveUp;
import dev.weir.memory.Urgency;
import dev.weir.server.Beyond;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// One request and its one answer. It belongs to the handler from [LoopHandler#handle] until it is answered or
/// [Follower#gone] was called, and throws when it is used after. Each request has an exchange of its own,
/// unless the handler allows recycling ([LoopHandler#allowsRecycling]).
///
/// **Owns:** the block its request is read into; given back while nothing moves.
/// **Threads:** confined to the loop of its connection, but for [#answer] and [#loop], which any thread may
/// call. A handler that goes on elsewhere copies what it needs of the request before it leaves the loop.
/// **Waits:** never waits.
/// **Fails:** used out of its time, or on a foreign thread, it throws [IllegalStateException].
/// **Source:** ADR 20, an exchange is answered from any thread.
public final class ServerExchange {
    private static final int WORDS_MAX = 100;
    private static final FailureLog LOG = FailureLog.of(ServerExchange.class);

    private static final VarHandle ANSWER;

    /// Stands in [#answer] when no thread may answer any more.
    private static final Answer OVER = Answer.text(200, "");

    static {
        try {
            ANSWER = MethodHandles.lookup().findVarHandle(ServerExchange.class, "answer", Answer.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private static final long NEVER = -1;

    private final Serving serving;
    private final EventLoop loop;
    private final RequestHead head;
    private final Inflow in;
    private final BodyFlow body;
    private final Ending ending = new Ending();
    private @Nullable Follower follower;
    private @Nullable Object attachment;
    private @Nullable Object lastAttachment;
    private @Nullable Answer delayed;

    /// What another thread answers: null until one does, [#OVER] when none may. Who changes null has the
    /// exchange.
    @SuppressWarnings("unused") // Why: read and written through ANSWER.
    private volatile @Nullable Answer answer;

    private final Mailbox.@Nullable Node answering; // null where only the loop may answer
    private boolean answerBegun;
    private boolean answered;
    private boolean closes;
    private boolean discarding;
    private boolean gathering;
    private boolean keepsPlace;
    private int status;
    private long startedNanos;
    private long bytesInBefore;
    private long bytesInAtBody;
    private long bytesOut;

    /// @param head of the requests this serves
    /// @param isRecycled whether it serves one request after the other: then only the loop may answer
    ServerExchange(Serving serving, RequestHead head, Inflow in, BodyFlow body, boolean isRecycled) {
        this.serving = serving;
        this.loop = serving.loop().loop();
        this.head = head;
        this.in = in;
        this.body = body;
        this.answering = isRecycled ? null : new Mailbox.Node(this::answerHandedOver);
    }

    // ---- what a handler sees

    /// The request's head; positions in it are relative to [#headFrom] in [#bytes].
    public RequestHead head() {
        requireServed();
        return head;
    }

    /// What the request's head says, in whatever protocol it came; lent for the call, and only until the next
    /// exchange of the loop is asked.
    public RequestReader request() {
        requireServed();
        return serving.loop().request(head, in.bytes(), in.keptFrom());
    }

    /// The block with the head; lent for the call, because it may move between calls.
    public ByteBuffer bytes() {
        requireServed();
        return in.bytes();
    }

    /// Where the head begins in [#bytes], until the body is received or the head rewritten.
    public int headFrom() {
        requireServed();
        return in.keptFrom();
    }

    /// The bytes of the head are needed no longer: their block goes back while the answer is made. Call
    /// when the request was received whole.
    public void forgetHead() {
        requireAnswering();
        if (body.isActive()) throw new IllegalStateException("the request is still being received");
        in.consumedTo(in.from());
        in.settle();
    }

    /// A range of the head as text; allocates, for cold paths and plain handlers.
    public String text(int from, int to) {
        requireServed();
        return head.text(in.bytes(), in.keptFrom(), from, to);
    }

    /// The head is kept only to be sent again: that is worth a small block, and when memory is scarce not one that
    /// others move their bytes with, nor the only one there is, nor one of the last half of those for long
    /// heads. Call when the request was received whole.
    public void keepLittle() {
        requireServed();
        in.settle();
        boolean isDear = in.slabBytes() > BlockSize.SMALL.bytes() && loop.pool().isDear();
        if (isDear || !in.isSpare()) forgetHead();
    }

    /// The request's target as text.
    public String target() {
        return text(head.targetFrom(), head.targetTo());
    }

    /// The client's connection.
    public Connection connection() {
        requireServed();
        return serving.owner().connection();
    }

    /// The client's address as text, encoded; lent, not to be changed.
    public byte[] peerAddress() {
        requireServed();
        return serving.owner().peerAddress();
    }

    /// The loop everything about this exchange happens on; for any thread.
    public EventLoop loop() {
        return loop;
    }

    /// When its first byte was seen, on the loop's clock.
    public long startedNanos() {
        loop.requireCurrent();
        return startedNanos;
    }

    /// The status answered; 0 before.
    public int status() {
        loop.requireCurrent();
        return status;
    }

    /// Bytes of the request read until now.
    public long bytesIn() {
        requireServed();
        long read = connection().bytesIn() - bytesInBefore;
        // Why: what lies there is of the next request, unless this one never came to the end of its head.
        return serving.isHeadUnknown() ? read : read - (in.to() - in.from());
    }

    /// Bytes of the answer handed to the connection until now.
    public long bytesOut() {
        loop.requireCurrent();
        return bytesOut;
    }

    /// How long the request waited for memory to be read into, in nanoseconds.
    public long memoryWaitNanos() {
        requireServed();
        return in.waitedNanos();
    }

    /// How it ended, or will be said to have.
    public Ending ending() {
        loop.requireCurrent();
        return ending;
    }

    /// Notes that time ran out: for want of a client that reads, when the client has ended its side.
    ///
    /// @param how one that has one phase only
    public void noteTimedOut(End how) {
        if (connection().isInputEnded()) ending.note(End.CLIENT_ENDED, how.phase());
        else ending.note(how);
    }

    /// What the handler wants to find again in the observer; null when there is none of this slot.
    public <T> @Nullable T attachment(Slot<T> slot) {
        loop.requireCurrent();
        return slot.find(attachment);
    }

    /// Keeps `object` with the exchange until its end, in place of what was kept before.
    ///
    /// @param slot names it
    public <T> void attach(Slot<T> slot, T object) {
        loop.requireCurrent();
        attachment = object;
    }

    /// What was kept for the client's connection by [#bindToClient]; null when nothing was.
    public @Nullable ClientBound boundToClient() {
        requireServed();
        return serving.owner().bound();
    }

    /// Keeps `one` until the client's connection ends, in place of what was kept before, which it has to look
    /// after.
    public void bindToClient(ClientBound one) {
        requireAnswering();
        serving.owner().bind(one);
    }

    /// What was kept with the last request that this object served, for a handler that uses it again;
    /// null when there was none of this slot.
    public <T> @Nullable T lastAttachment(Slot<T> slot) {
        loop.requireCurrent();
        return slot.find(lastAttachment);
    }

    /// Takes part from now on.
    public void follow(Follower one) {
        requireAnswering();
        follower = one;
    }

    /// Whether a byte of the final answer was handed to the connection.
    public boolean isAnswerBegun() {
        loop.requireCurrent();
        return answerBegun;
    }

    /// Whether the answer was handed to the connection whole; what a log asks when the exchange has ended.
    public boolean isAnswered() {
        loop.requireCurrent();
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
        if (head.framing() != Framing.NONE) in.servesFor("request body", Urgency.HANDLE);
        gathering = false;
        bytesInAtBody = in.isEmpty() ? connection().bytesIn() : NEVER;
        body.begin(connection(), head.framing(), head.contentLength(), mode, sink);
        return body;
    }

    /// Moves what can be moved of the body; the sink is ready again, or input is.
    public void pumpBody() {
        loop.requireCurrent();
        if (!serving.isAnswering(this) || delayed != null || discarding) return;
        BodyFlow.Need need = body.pump();
        switch (need) {
            case INPUT -> awaitBody();
            case MEMORY -> {
                serving.awaitsBody(false);
                serving.awaitPeer();
            }
            case SINK -> {
                serving.awaitsBody(false);
                serving.awaitHandler();
            }
            case NOTHING -> bodyReceived();
            case FAULT, SHORT, CUT, SINK_GONE -> bodyFailed(need);
        }
    }

    /// More of the body is due; from a client that expects 100 only once it has begun, for it may wait for that.
    private void awaitBody() {
        // Why: a client that writes head and body apart may keep the body until the head is acknowledged.
        if (!isBodyBegun()) connection().acknowledgeInput();
        boolean isDue = !head.expectsContinue() || isBodyBegun();
        serving.awaitsBody(isDue);
        if (!isDue) serving.awaitPeer();
    }

    /// Whether a byte of the body has been read; call after [#beginBody].
    public boolean isBodyBegun() {
        requireServed();
        return connection().bytesIn() != bytesInAtBody;
    }

    /// What was gathered of a body before it is moved.
    public enum Gathered {
        /// All of it, behind the head in its block.
        WHOLE,
        /// As much as there is room for.
        FULL,
        /// Not all of it; [Follower#bodyArrived] is told when more has come.
        PART,
        /// The client ended before it was whole, or the path broke.
        CUT
    }

    /// Reads what has come of the body behind the head, into its block, and moves nothing yet. Call before
    /// [#beginBody].
    public Gathered gatherBody() {
        requireAnswering();
        Gathered gathered = gather();
        gathering = gathered == Gathered.PART;
        serving.awaitsBody(gathering);
        if (!gathering) serving.awaitHandler();
        return gathered;
    }

    /// Gathers no more of the body: what else comes is read when the body is begun.
    void endGathering() {
        requireAnswering();
        if (!gathering) return;
        gathering = false;
        serving.awaitsBody(false);
        serving.awaitHandler();
    }

    private Gathered gather() {
        while (true) {
            if (hasWholeBody()) return Gathered.WHOLE;
            if (!connection().isInputReady()) break;
            Fill fill = in.fillLittle();
            if (fill == Fill.EMPTY) break;
            if (fill == Fill.FULL || fill == Fill.WAITING) return Gathered.FULL;
            if (fill == Fill.ENDED || fill == Fill.BROKEN) return Gathered.CUT;
        }
        if (in.isEmpty()) connection().acknowledgeInput();
        in.settle();
        connection().resumeInput();
        return Gathered.PART;
    }

    private boolean hasWholeBody() {
        if (head.framing() == Framing.LENGTH) return in.to() - in.from() >= head.contentLength();
        boolean isChunked = head.framing() == Framing.CHUNKED;
        return !isChunked || (!in.isEmpty() && serving.loop().chunks().isWhole(in));
    }

    /// Looks whether the client has ended its side, which is else noticed when the loop polls next. Call when the
    /// request was received whole; [Follower#inputEnded] or [Follower#gone] may be told before this returns.
    public void lookForEnd() {
        requireAnswering();
        if (isBodyReceived() && !connection().isInputEnded()) serving.peek();
    }

    boolean isGathering() {
        return gathering;
    }

    void tellBodyArrived() {
        if (follower != null) follower.bodyArrived();
    }

    /// How long the client has been waited for since it last moved a block of 16 KiB, in nanoseconds: while we
    /// read from it or bytes wait for it. 0 when it is not waited for now.
    public long slowNanos() {
        requireAnswering();
        return serving.slowNanos();
    }

    /// Whether the request was received whole.
    public boolean isBodyReceived() {
        requireServed();
        return head.framing() == Framing.NONE || body.isComplete();
    }

    /// What was received and not passed on.
    public Inflow in() {
        requireServed();
        return in;
    }

    /// The flow of the body.
    public BodyFlow body() {
        requireServed();
        return body;
    }

    /// Nobody wants the rest of the body: from now on it is read and thrown away, so that a client which writes
    /// all of its request before it reads gets to the answer. The connection closes after the answer.
    public void discardBody() {
        requireAnswering();
        if (isBodyReceived()) return;
        closes = true;
        discarding = true;
        body.reset();
        in.stopWaiting(GiveUp.ENDED);
        in.consumedTo(in.to());
        in.settle();
        serving.awaitHandler();
        connection().resumeInput();
    }

    boolean isDiscarding() {
        return discarding;
    }

    private void bodyReceived() {
        serving.awaitsBody(false);
        serving.awaitHandler();
        tellBodyEnded(BodyFlow.Need.NOTHING);
        if (!serving.isAnswering(this)) return;
        // Why: waiting for the sink, or for memory, has turned the input off; a client that leaves is to be
        // noticed.
        connection().resumeInput();
        serving.rest();
    }

    private void bodyFailed(BodyFlow.Need need) {
        if (need == BodyFlow.Need.FAULT) ending.note(End.BROKEN_BODY);
        if (need == BodyFlow.Need.SHORT) ending.note(End.NO_MEMORY_FOR_BODY);
        if (need == BodyFlow.Need.CUT) ending.note(End.CLIENT_CUT);
        tellBodyEnded(need);
        if (!serving.isAnswering(this) || discarding) return;
        if (need == BodyFlow.Need.FAULT) refuse(StaticAnswers.of(body.decoder().fault()));
        if (need == BodyFlow.Need.SHORT) refuse(StaticAnswers.of(503));
        if (need == BodyFlow.Need.CUT) connection().close(CloseReason.PEER_LEFT);
    }

    private void tellBodyEnded(BodyFlow.Need how) {
        if (follower != null) follower.bodyEnded(how);
    }

    // ---- the answer

    /// Answers whole. On the exchange's loop this happens at once; on any other thread the answer is handed
    /// over to the loop, without waiting, and leaves with its next turn. It does not leave when the exchange
    /// ends before, because its client is gone or was refused.
    ///
    /// @throws IllegalStateException when the exchange was answered already, on whatever thread, or has ended;
    ///     when its loop is closed; and on a foreign thread when the handler allows recycling
    public void answer(Answer answer) {
        if (!loop.isCurrent()) {
            handOver(answer);
            return;
        }
        requireAnswering();
        takeAnswer();
        send(answer);
    }

    private void handOver(Answer newAnswer) {
        Mailbox.Node node = answering;
        if (node == null) {
            // Why: a late answer could not be told from one to the request that this object serves next.
            loop.requireCurrent();
            return;
        }
        if (!ANSWER.compareAndSet(this, (Answer) null, newAnswer)) throw answeredOrEnded();
        if (!loop.post(node)) throw new IllegalStateException("the exchange has ended: its loop is closed");
    }

    /// What another thread has answered, on the loop.
    private void answerHandedOver() {
        Answer handedOver = answer;
        if (handedOver == null || handedOver == OVER || !serving.isAnswering(this)) return;
        try {
            send(handedOver);
        } catch (Throwable failure) { // Why: the thread that answered has gone on, and the client waits.
            LOG.error(connection(), "an answer from another thread failed", failure);
            if (serving.isAnswering(this)) abort(CloseReason.BROKEN);
        }
    }

    /// From now on nobody else may answer.
    private void takeAnswer() {
        if (answerBegun || !isAnswerFree()) throw answeredOrEnded();
    }

    private boolean isAnswerFree() {
        return answering == null || ANSWER.compareAndSet(this, (Answer) null, OVER);
    }

    private void endAnswering() {
        if (answering != null) ANSWER.setRelease(this, OVER);
    }

    private static IllegalStateException answeredOrEnded() {
        return new IllegalStateException("the exchange was answered already, or has ended");
    }

    private void send(Answer answer) {
        ByteBuffer out = connection().output(answer.bytesMax());
        if (out == null) {
            delay(answer);
            return;
        }
        if (answer.closes()) closes = true;
        boolean withBody = head.method() != Method.HEAD && answer.hasBody();
        int before = out.position();
        begun(answer.status());
        answer.put(out, serving.loop().date().bytes(), persistenceLines(), withBody);
        bytesOut += out.position() - before;
        complete();
    }

    /// Answers before this one fill the path: it leaves when they have left.
    private void delay(Answer answer) {
        if (!serving.isAnswering(this)) return;
        delayed = answer;
        follower = null;
        // Why: nobody takes the rest of the request any more, and its sink may serve another by now.
        if (isBodyReceived()) connection().pauseInput();
        else discardBody();
        awaitPeer();
    }

    /// Answers with one of the server's own errors when nothing was answered yet; else aborts, so that
    /// the client does not take a cut answer for a whole one.
    public void refuse(Answer answer) {
        loop.requireCurrent();
        if (!serving.serves(this)) return;
        serving.answersUnheard();
        if (!serving.isAnswering(this)) return;
        follower = null;
        // Why: the server's word counts; what another thread has handed over meanwhile is dropped.
        endAnswering();
        if (answerBegun) abort(CloseReason.BROKEN);
        else send(answer);
    }

    /// Says that an answer of `newStatus` begins; what follows is written by [#write].
    public void begin(int newStatus) {
        requireAnswering();
        takeAnswer();
        begun(newStatus);
    }

    private void begun(int newStatus) {
        status = newStatus;
        serving.handlerAnswers();
        answerBegun = true;
        if (!isBodyReceived() && mustCloseUnread()) closes = true;
    }

    /// Until it is answered its connection is not closed for another one, where [Beyond#MAKE_ROOM] closes some:
    /// for a request whose answer matters more than all others. Does nothing while half of all connections or more
    /// keep their places so.
    public void keepPlace() {
        requireAnswering();
        keepsPlace = true;
    }

    boolean keepsPlace() {
        return keepsPlace;
    }

    /// After this answer the connection closes.
    public void closeAfter() {
        requireServed();
        closes = true;
    }

    /// The lines by which the answer's head has to speak of the connection, their ends included; empty when
    /// nothing is to be said.
    ///
    /// @return lent, not to be changed
    public byte[] persistenceLines() {
        if (willClose()) return PersistenceLines.close();
        return serving.loop().server().persistence().kept(head.version());
    }

    /// Whether the connection closes after this answer.
    public boolean willClose() {
        requireServed();
        if (!head.keepAlive() || serving.loop().server().isDraining()) closes = true;
        return closes;
    }

    /// Writes a part of the answer now.
    ///
    /// @return as [Connection#write] says; when the path is broken the connection is closed and
    ///     [Follower#gone] told
    public int write(ByteBuffer bytes) {
        requireAnswering();
        int written = connection().write(bytes);
        if (written < 0) connection().close(CloseReason.RESET);
        if (written > 0) bytesOut += written;
        if (written >= 0) serving.awaitsReading(bytes.hasRemaining());
        return written;
    }

    /// The answer waits for the client to take more: it has as long as a stalled body has, and may not be too
    /// slow.
    public void awaitPeer() {
        requireServed();
        serving.awaitsReading(true);
    }

    /// The answer waits for memory, as long as a stalled body may.
    void awaitMemory() {
        serving.awaitsReading(false);
        serving.awaitPeer();
    }

    /// A Date field of now.
    ///
    /// @return lent until the next call
    public FieldLine dateField() {
        serving.loop().loop().requireCurrent();
        return serving.loop().date().line();
    }

    /// Room to encode a part of the answer; it leaves at the end of the turn. Count what was put by
    /// [#wrote].
    ///
    /// @return as [Connection#output] says
    /// @throws IllegalArgumentException when more is asked for than [Connection#OUTPUT_BYTES_MAX]
    public @Nullable ByteBuffer output(int bytes) {
        requireAnswering();
        return connection().output(bytes);
    }

    /// Counts bytes put into [#output].
    ///
    /// @throws IllegalArgumentException for more than that has room for
    public void wrote(int bytes) {
        requireServed();
        if (bytes < 0 || bytes > Connection.OUTPUT_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "0 to " + Connection.OUTPUT_BYTES_MAX + " bytes are written at once, not " + bytes);
        }
        bytesOut += bytes;
    }

    /// The answer was handed to the connection whole: this exchange has its outcome. It must not be used
    /// after this call.
    public void complete() {
        requireAnswering();
        follower = null;
        answered = true;
        settled();
        serving.answered(closes);
    }

    /// The answer cannot be completed: the connection is reset. [Follower#gone] is told.
    public void abort(CloseReason reason) {
        requireAnswering();
        connection().abort(reason);
    }

    private boolean mustCloseUnread() {
        return head.expectsContinue() || body.isActive() || head.contentLength() > Discard.BYTES_MAX;
    }

    private void settled() {
        endAnswering();
        loop.tally().closed(Kind.EXCHANGE, this);
        serving.loop().server().observer().exchangeEnded(this);
        if (attachment != null) lastAttachment = attachment;
        attachment = null;
    }

    // ---- the connection's side

    void reset() {
        head.reset();
        ending.reset();
        follower = null;
        attachment = null;
        answerBegun = false;
        delayed = null;
        ANSWER.set(this, (Answer) null);
        answered = false;
        closes = false;
        discarding = false;
        gathering = false;
        keepsPlace = false;
        status = 0;
        bytesOut = 0;
        startedNanos = loop.nowNanos();
        in.forgetWaits();
        bytesInBefore = connection().bytesIn() - (in.to() - in.from());
    }

    void forget() {
        follower = null;
        head.reset();
    }

    void writable() {
        serving.awaitsReading(false);
        Answer waiting = delayed;
        delayed = null;
        if (waiting != null) send(waiting);
        else if (follower != null) follower.writable();
    }

    void inputEnded() {
        if (follower != null) follower.inputEnded();
    }

    int heldByFollower() {
        return follower == null ? 0 : follower.heldForClient();
    }

    /// What a close would cut, in words.
    String unfinished() {
        String words = follower == null ? "" : follower.unfinished();
        if (!words.isEmpty()) return words;
        boolean isHeadHere = in.heldBytes() > 0 && in.from() - in.keptFrom() >= head.targetTo() && head.targetTo() > 0;
        if (!isHeadHere) return "a request";
        String line = text(head.methodFrom(), head.methodTo()) + " " + target();
        return line.substring(0, Math.min(line.length(), WORDS_MAX));
    }

    void tellGivesWay() {
        if (follower != null) follower.givesWay();
    }

    void tellStalled() {
        if (follower != null) follower.stalled();
    }

    /// The connection has ended before the answer was whole.
    void cut(CloseReason reason) {
        Follower following = follower;
        follower = null;
        // Why: first, because who takes part knows better what was going on.
        if (following != null) following.gone(reason);
        ending.note(reason, End.Phase.DATA);
        settled();
    }

    /// Refuses a foreign thread, and an exchange whose serving has gone on to another request: what they share is
    /// that one's by now.
    private void requireServed() {
        loop.requireCurrent();
        if (!serving.serves(this)) throw new IllegalStateException("the exchange has ended");
    }

    private void requireAnswering() {
        loop.requireCurrent();
        if (!serving.isAnswering(this)) throw new IllegalStateException("the exchange is not being answered now");
    }
}
