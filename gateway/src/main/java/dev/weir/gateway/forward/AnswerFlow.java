package dev.weir.gateway.forward;

import dev.weir.flow.Backlog;
import dev.weir.flow.Inflow;
import dev.weir.flow.Sink;
import dev.weir.http.codec.BodyDecoder;
import dev.weir.http.codec.Framing;
import dev.weir.http.codec.HttpVersion;
import dev.weir.http.codec.ResponseDecoder;
import dev.weir.http.codec.ResponseHead;
import dev.weir.http.codec.ResponseReader;
import dev.weir.http.flow.BodyFlow;
import dev.weir.http.flow.HeadBlocks;
import dev.weir.http.flow.InPlaceHead;
import dev.weir.http.server.End;
import dev.weir.http.server.ExchangeStream;
import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Urgency;
import dev.weir.memory.wait.GiveUp;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The answer's direction of one exchange: from the origin's connection, head rewritten in its block, to
/// the client.
///
/// A short answer that its client takes slowly is read whole, so that the origin's connection serves others.
///
/// **Owns:** one block at most, and only while bytes move; four of a short answer, until the client has taken it.
/// **Threads:** confined to its loop.
/// **Source:** RFC 9112 section 6.3, RFC 9110 section 15.2 (1xx).
final class AnswerFlow implements Sink {
    private static final String HEAD = "answer head";

    private final ForwardLoop shared;
    private final ForwardExchange exchange;
    private final ResponseHead head;
    private final ResponseDecoder decoder;
    private final Inflow in;
    private final BodyFlow body;
    private @Nullable OriginConversation origin;
    private boolean expected;
    private boolean untouched;
    private boolean isTaken;
    private boolean isContinued; // the client was let go on
    // Why: bytes, because what an exchange weighs is charged.
    private byte interimPassed;
    private byte interimHeld; // whole ones that wait in front of what is decoded next
    private @Nullable Backlog backlog; // made when first needed: most answers need none

    AnswerFlow(ForwardLoop shared, ForwardExchange exchange) {
        this.shared = shared;
        this.exchange = exchange;
        this.head = new ResponseHead(shared.limits());
        this.decoder = new ResponseDecoder(shared.limits());
        this.in = new Inflow(shared.loop(), HeadBlocks.HEADROOM, Urgency.RESPONSE, HEAD, this::receive);
        this.body = new BodyFlow(in, shared.limits().ofTrailers());
    }

    /// Forgets what was passed on for the exchange before.
    void begin() {
        isContinued = false;
        interimPassed = 0;
    }

    /// Reads the answer over `conversation` from now on.
    void expectFrom(OriginConversation conversation) {
        origin = conversation;
        in.servesFor(HEAD);
        in.begin(conversation, exchange.requireClient().client().peerKey());
        head.reset();
        decoder.reset();
        interimHeld = 0;
        expected = true;
        untouched = true;
        conversation.resumeInput();
    }

    /// Whether the final head has not come yet.
    boolean isExpected() {
        return expected;
    }

    /// Whether not one byte of an answer has come.
    boolean isUntouched() {
        return untouched;
    }

    boolean isWaiting() {
        return in.isWaiting();
    }

    /// Its time is over.
    void stopWaiting() {
        in.stopWaiting(GiveUp.TIMED_OUT);
    }

    boolean isFree() {
        return in.isFree();
    }

    int heldBytes() {
        return in.heldBytes() + (backlog == null ? 0 : backlog.heldBytes());
    }

    int slabBytes() {
        return in.slabBytes() + (backlog == null ? 0 : backlog.heldBytes());
    }

    /// Whether it is here whole, and its origin serves others.
    boolean isTaken() {
        return isTaken;
    }

    /// When a byte of the answer last moved, given when one was last read.
    long movedNanos(long readNanos) {
        return body.movedNanos(readNanos);
    }

    void reset() {
        origin = null;
        expected = false;
        isTaken = false;
        body.reset();
        if (backlog != null) backlog.release();
        in.release();
    }

    void receive() {
        if (origin == null) return;
        if (!expected) pump();
        else if (isReady() && !shared.loop().chance().rarely(ForwardPoint.ANSWER_WATCHED_AGAIN)) receiveHead();
        else watch();
    }

    void clientWritable() {
        if (origin == null && !isTaken) return;
        if (!expected) pump();
        // Why: it may have stopped before a head that is here already, of which no more bytes will tell.
        else if (!in.isWaiting()) decodeHead();
    }

    private void receiveHead() {
        switch (in.fillWhole(shared.largeAnswers())) {
            case READ -> {
                untouched = false;
                decodeHead();
            }
            case EMPTY -> watch();
            case WAITING -> {}
            case FULL -> full();
            case ENDED, BROKEN -> originEnded();
        }
    }

    private void full() {
        if (interimHeld > 0) {
            dropHeld();
            receiveHead();
        } else if (in.heldBytes() < BlockSize.NORMAL.bytes()) {
            exchange.fail(End.NO_MEMORY_FOR_ANSWER_HEAD);
        } else {
            exchange.answerFailed("the origin's head is too large");
        }
    }

    private void originEnded() {
        if (untouched) exchange.originSilent();
        else exchange.answerFailed("the origin's head was cut");
    }

    private void decodeHead() {
        ExchangeStream client = exchange.requireClient();
        while (expected && isReady() && !in.isEmpty()) {
            if (!isContinueDue() && !passHeld()) return;
            int bytes =
                    decoder.decode(in.bytes(), in.from(), in.to(), client.head().method(), head);
            if (bytes == ResponseDecoder.FAULT) {
                exchange.answerFailed(decoder.fault().text());
                return;
            }
            if (bytes == ResponseDecoder.MORE) break;
            int at = in.from();
            if (!head.isInformational()) {
                dropHeld();
                in.consumedTo(at + bytes);
                forwardHead(client, at);
                return;
            }
            if (!receiveInterim(at, bytes)) return;
        }
        watch();
    }

    /// More of the head is needed, or a client that takes it: a wait for memory has turned the input off.
    private void watch() {
        OriginConversation reading = origin;
        if (reading == null) return;
        in.settle();
        if (isReady()) reading.resumeInput();
        else reading.pauseInput();
    }

    // ---- interim answers

    /// Whether the client waits until it is let go on with its body.
    boolean isContinueDue() {
        return !isContinued && InterimAnswers.isAwaited(exchange.requireClient());
    }

    /// Lets the client go on in the name of an origin that says nothing; false when it takes nothing now, or is
    /// gone.
    boolean sayContinue() {
        if (!shared.interim().writeContinue(exchange.requireClient())) return false;
        isContinued = true;
        interimPassed++;
        return passHeld();
    }

    /// Whether interim answers wait until the client was let go on, or goes on by itself.
    boolean holdsInterim() {
        return interimHeld > 0;
    }

    /// An answer before the answer; false when the client is gone.
    private boolean receiveInterim(int at, int bytes) {
        decoder.reset();
        boolean waits = head.status() != InterimAnswers.CONTINUE && isContinueDue();
        if (waits && !shared.loop().pool().isScarce()) {
            hold(at + bytes);
            return true;
        }
        int held = in.keptFrom();
        in.consumedTo(at + bytes);
        return pass(at) && passHeld(held, at);
    }

    /// Keeps an interim answer until the client was let go on.
    private void hold(int end) {
        in.consumedButKept(in.keptFrom(), end);
        if (interimHeld < InterimAnswers.PASSED_MAX) interimHeld++;
        else exchange.requireTarget().dropInterim();
    }

    /// Passes on what has waited; false when the client is gone.
    boolean passHeld() {
        if (interimHeld == 0) return true;
        int held = in.keptFrom();
        in.consumedTo(in.from());
        return passHeld(held, in.from());
    }

    private boolean passHeld(int from, int to) {
        int count = interimHeld;
        int at = from;
        interimHeld = 0;
        for (int i = 0; i < count; i++) {
            ExchangeStream client = exchange.requireClient();
            // Why: what has come of the next one is decoded anew after this.
            decoder.reset();
            int bytes = decoder.decode(in.bytes(), at, to, client.head().method(), head);
            if (!pass(at)) return false;
            at += bytes;
        }
        decoder.reset();
        return true;
    }

    /// Passes the interim answer that begins at `at` on, or leaves it out; false when the client is gone.
    private boolean pass(int at) {
        ExchangeStream client = exchange.requireClient();
        Target target = exchange.requireTarget();
        boolean continues = head.status() == InterimAnswers.CONTINUE;
        boolean isUnderstood = client.head().version() != HttpVersion.HTTP_1_0;
        boolean isWanted = isUnderstood && !(continues && isContinued) && interimPassed < InterimAnswers.PASSED_MAX;
        if (!isWanted || !shared.interim().write(shared.answer(head, in.bytes(), at), shared.beginHead(), client)) {
            target.dropInterim();
            return origin != null;
        }
        isContinued |= continues;
        interimPassed++;
        return true;
    }

    private void dropHeld() {
        for (int i = 0; i < interimHeld; i++) exchange.requireTarget().dropInterim();
        if (interimHeld > 0) in.consumedTo(in.from());
        interimHeld = 0;
    }

    private void forwardHead(ExchangeStream client, int at) {
        expected = false;
        in.servesFor("answer body");
        ResponseReader received = shared.answer(head, in.bytes(), at);
        exchange.answeredWith(head.status(), LoginScheme.isInAnswer(received));
        exchange.keptAsSaid(received);
        boolean chunks = head.framing() == Framing.CHUNKED;
        boolean understood = client.head().version() == HttpVersion.HTTP_1_1;
        boolean endless = head.framing() == Framing.CLOSE || (chunks && !understood);
        if (endless || !exchange.isSent()) client.closeAfter();
        boolean asChunks = chunks && understood;
        InPlaceHead rewritten = shared.beginHead(client.persistenceLines());
        shared.responses().write(received, asChunks ? Framing.CHUNKED : Framing.NONE, client.dateField(), rewritten);
        // Why: before the answer begins, so that the client is told by a 502.
        if (!rewritten.end() || rewritten.bytes() > in.from()) {
            exchange.answerFailed("the origin's head leaves no room for what has to be added");
            return;
        }
        client.begin(head.status());
        OriginConversation reading = origin;
        if (reading == null) return;
        var mode = asChunks ? BodyDecoder.Mode.CHUNKED : BodyDecoder.Mode.DATA;
        body.begin(reading, head.framing(), head.contentLength(), mode, this);
        if (!rewritten.placeBefore(body, false)) throw new IllegalStateException("no room for a head that has room");
        exchange.answerBegun();
        pump();
    }

    private void pump() {
        if (origin == null && !isTaken) return;
        switch (body.pump()) {
            case INPUT, MEMORY -> exchange.awaitMore();
            case SINK -> awaitClient();
            case NOTHING -> exchange.answerEnded(isAtBoundary());
            case FAULT -> exchange.answerFailed(body.decoder().fault().text());
            case SHORT -> exchange.fail(End.NO_MEMORY_FOR_ANSWER);
            case CUT -> exchange.answerFailed("the origin ended before its answer was whole");
            case SINK_GONE -> {
                // Why: the client's connection is closed and has told the exchange.
            }
        }
    }

    /// The client is slow. Whatever it takes, the origin's connection is free when the answer is short.
    private void awaitClient() {
        OriginConversation reading = origin;
        ExchangeStream client = exchange.requireClient();
        client.awaitPeer();
        if (reading == null) return;
        reading.connection().noDeadline();
        if (!exchange.isSent()) return;
        if (backlog == null) backlog = new Backlog();
        if (!body.readAhead(backlog, client.bytesOut())) return;
        boolean isReusable = isAtBoundary();
        origin = null;
        isTaken = true;
        body.leaveSource(client.path().account());
        exchange.answerTaken(isReusable);
    }

    /// Whether nothing of this answer, nor anything else, is left on the origin's connection, which may serve
    /// again.
    private boolean isAtBoundary() {
        return head.keepAlive() && head.framing() != Framing.CLOSE && in.isEmpty() && !Misread.mayBe(head.status());
    }

    // ---- the client takes it

    @Override
    public int take(ByteBuffer bytes) {
        int written = exchange.requireClient().write(bytes);
        return written < 0 ? GONE : written;
    }

    @Override
    public @Nullable Backlog backlog() {
        return backlog;
    }

    @Override
    public boolean isReady() {
        return exchange.requireClient().path().askRoom();
    }
}
