package dev.weir.http.server;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Connection;
import dev.weir.http.codec.BodyDecoder;
import dev.weir.http.codec.Framing;
import dev.weir.http.codec.HttpVersion;
import dev.weir.http.codec.Method;
import dev.weir.http.codec.RequestHead;
import dev.weir.http.flow.BodyFlow;
import dev.weir.http.flow.Inflow;
import dev.weir.http.flow.Sink;
import dev.weir.ledger.Kind;
import dev.weir.loop.EventLoop;
import dev.weir.memory.BlockSize;
import dev.weir.memory.Urgency;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// One request and its one answer. The object is recycled: it belongs to the handler from
/// [LoopHandler#handle] until it is answered or [Follower#gone] was told, and must not be used after.
///
/// **Owns:** the block its request is read into; given back while nothing moves.
/// **Threads:** confined to the loop of its connection.
/// **Waits:** never waits.
/// **Fails:** used out of its time it throws [IllegalStateException].
public final class ServerExchange {
    private static final int WORDS_MAX = 100;

    private final Serving serving;
    private final RequestHead head;
    private final Inflow in;
    private final BodyFlow body;
    private final Ending ending = new Ending();
    private @Nullable Follower follower;
    private @Nullable Object attachment;
    private @Nullable Object lastAttachment;
    private @Nullable Answer delayed;
    private boolean answerBegun;
    private boolean answered;
    private boolean closes;
    private int status;
    private long startedNanos;
    private long bytesInBefore;
    private long bytesOut;

    ServerExchange(Serving serving, Inflow in, BodyFlow body) {
        this.serving = serving;
        this.head = new RequestHead(serving.loop().server().settings().limits());
        this.in = in;
        this.body = body;
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
        return head.text(in.bytes(), in.keptFrom(), from, to);
    }

    /// The head is kept only to be sent again: that is worth a small block, and when memory is scarce not
    /// one that others move their bytes with, nor the only one there is. Call when the request was received whole.
    public void keepLittle() {
        in.settle();
        if (in.heldBytes() > BlockSize.SMALL.bytes() && loop().pool().isDear()) forgetHead();
    }

    /// The request's target as text.
    public String target() {
        return text(head.targetFrom(), head.targetTo());
    }

    /// The client's connection.
    public Connection connection() {
        return serving.owner().connection();
    }

    /// The client's address as text, encoded; lent, not to be changed.
    public byte[] peerAddress() {
        return serving.owner().peerAddress();
    }

    /// The loop everything about this exchange happens on.
    public EventLoop loop() {
        return serving.loop().loop();
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

    /// How long the request waited for memory to be read into, in nanoseconds.
    public long memoryWaitNanos() {
        return in.waitedNanos();
    }

    /// How it ended, or will be said to have.
    public Ending ending() {
        return ending;
    }

    /// Notes that time ran out: for want of a client that reads, when the client has ended its side.
    ///
    /// @param during the phase, as [Ending#phase]
    /// @param words why, a constant
    public void noteTimedOut(char during, String words) {
        if (connection().isInputEnded()) ending.note('C', during, Ending.LEFT);
        else ending.note('T', during, words);
    }

    /// Whatever the handler wants to find again in the observer.
    public @Nullable Object attachment() {
        return attachment;
    }

    /// Keeps `object` with the exchange until its end.
    public void attach(Object object) {
        attachment = object;
    }

    /// What was kept with the last request that this object served, for a handler that uses it again;
    /// null when there was none.
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
        if (head.framing() != Framing.NONE) in.servesFor("request body", Urgency.HANDLE);
        body.begin(connection(), head.framing(), head.contentLength(), mode, sink);
        return body;
    }

    /// Moves what can be moved of the body; the sink is ready again, or input is.
    public void pumpBody() {
        if (!serving.isAnswering(this) || delayed != null) return;
        BodyFlow.Need need = body.pump();
        switch (need) {
            case INPUT, MEMORY -> serving.awaitPeer();
            case SINK -> connection().noDeadline();
            case NOTHING -> bodyReceived();
            case FAULT, SHORT, CUT, SINK_GONE -> bodyFailed(need);
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
        if (!serving.isAnswering(this)) return;
        // Why: waiting for the sink, or for memory, has turned the input off; a client that leaves is to be
        // noticed.
        connection().resumeInput();
        serving.rest();
    }

    private void bodyFailed(BodyFlow.Need need) {
        if (need == BodyFlow.Need.FAULT) ending.note('C', 'D', "the request's body broke the protocol");
        if (need == BodyFlow.Need.SHORT) ending.note('R', 'D', "no memory for the request's body");
        if (need == BodyFlow.Need.CUT) ending.note('C', 'D', "the client left before its request was whole");
        tellBodyEnded(need);
        if (!serving.isAnswering(this)) return;
        if (need == BodyFlow.Need.FAULT) refuse(StaticAnswers.of(body.decoder().fault()));
        if (need == BodyFlow.Need.SHORT) refuse(StaticAnswers.of(503));
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
        answer.put(out, serving.loop().date().bytes(), persistence(), withBody);
        bytesOut += out.position() - before;
        complete();
    }

    /// Answers before this one fill the path: it leaves when they have left.
    private void delay(Answer answer) {
        if (!serving.isAnswering(this)) return;
        delayed = answer;
        follower = null;
        if (body.isActive()) {
            // Why: nobody takes the rest of the request any more, and its sink may serve another by now.
            closes = true;
            body.reset();
        }
        connection().pauseInput();
        awaitPeer();
    }

    /// Answers with one of the server's own errors when nothing was answered yet; else aborts, so that
    /// the client does not take a cut answer for a whole one.
    public void refuse(Answer answer) {
        serving.answersUnheard();
        if (!serving.isAnswering(this)) return;
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
    public Persistence persistence() {
        if (willClose()) return Persistence.CLOSE;
        return head.version() == HttpVersion.HTTP_1_0 ? Persistence.KEEP_ALIVE : Persistence.UNSAID;
    }

    /// Whether the connection closes after this answer.
    public boolean willClose() {
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
        if (written >= 0 && bytes.hasRemaining()) serving.awaitPeer();
        return written;
    }

    /// Gives whatever the answer waits for as long as a stalled body has.
    public void awaitPeer() {
        serving.awaitPeer();
    }

    byte[] dateField() {
        return serving.loop().date().bytes();
    }

    /// Room to encode a part of the answer; it leaves at the end of the turn. Count what was put by
    /// [#wrote].
    ///
    /// @return as [Connection#output] says
    public @Nullable ByteBuffer output(int bytes) {
        requireAnswering();
        return connection().output(bytes);
    }

    /// Counts bytes put into [#output].
    public void wrote(int bytes) {
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
        loop().tally().closed(Kind.EXCHANGE, this);
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
        answered = false;
        closes = false;
        status = 0;
        bytesOut = 0;
        startedNanos = loop().nowNanos();
        in.forgetWaits();
        bytesInBefore = connection().bytesIn() - (in.to() - in.from());
    }

    void forget() {
        follower = null;
        head.reset();
    }

    void writable() {
        Answer waiting = delayed;
        delayed = null;
        if (waiting != null) answer(waiting);
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
        ending.note(reason, 'D');
        settled();
    }

    private void requireAnswering() {
        if (!serving.isAnswering(this)) throw new IllegalStateException("the exchange is not being answered now");
    }
}
