package dev.weir.http.server;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Room;
import dev.weir.flow.Fill;
import dev.weir.flow.Inflow;
import dev.weir.flow.Need;
import dev.weir.flow.Sink;
import dev.weir.http.codec.BodyDecoder;
import dev.weir.http.codec.Framing;
import dev.weir.http.codec.HeadLimits;
import dev.weir.http.codec.RequestDecoder;
import dev.weir.http.codec.RequestHead;
import dev.weir.http.flow.BodyFlow;
import dev.weir.http.flow.HeadBlocks;
import dev.weir.ledger.Kind;
import dev.weir.loop.FailureLog;
import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Urgency;
import dev.weir.memory.wait.CancelReason;
import dev.weir.transport.Transport;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Serves the requests of one client's path, one after the other: it receives heads, calls handlers, discards
/// bodies that were not read, and handles timeouts. It is borrowed with the first byte of a request and given
/// back with the last byte of its answer. Recycled.
///
/// **Owns:** its exchange, and the block into which requests are read.
/// **Threads:** confined to its loop.
final class RequestReading implements BodyIntake, Sink {
    private static final FailureLog LOG = FailureLog.of(RequestReading.class);

    /// How many bytes of an unwanted body are discarded at most in order to get to the next request.
    static final int DISCARDED_BYTES_MAX = 64 * 1024;

    private static final String HEAD = "request head";

    private enum Phase {
        FREE,
        RECEIVING,
        ANSWERING,
        DISCARDING,
        ENDED
    }

    private final ServerLoop share;
    private final RequestDecoder decoder;
    private final Inflow in;
    private final BodyFlow body;
    private final ExchangeTimer timer;
    private @Nullable ClientPath path;
    private RequestHead head;
    private HttpExchange exchange;
    private Phase phase = Phase.FREE;
    private int bytesInAtBody; // the low bits of the count of bytes in, when the body was to begin
    private int discarded; // bytes of an unwanted body
    private boolean isHere; // a part of the body came with its head
    private boolean isDiscarding;
    private boolean isGathering;
    private boolean running;
    private boolean isHeadCut; // answered before its head was decoded: the bytes that follow are unknown
    private boolean isKnown; // a handler or observer has seen the exchange, and may use it after its end
    private boolean isHeadKept; // a handler that answers later may read it

    RequestReading(ServerLoop share) {
        HeadLimits limits = share.server().settings().limits();
        this.share = share;
        this.decoder = new RequestDecoder(limits);
        this.in = new Inflow(share.loop(), HeadBlocks.HEADROOM, Urgency.INTAKE, HEAD, this::readable);
        this.body = new BodyFlow(in, limits.ofTrailers());
        this.head = new RequestHead(limits);
        this.exchange = new HttpExchange(this, head, in, share.recycles());
        this.timer = new ExchangeTimer(share);
    }

    // ---- for the exchange

    ServerLoop share() {
        return share;
    }

    ExchangeTimer timer() {
        return timer;
    }

    ClientPath path() {
        ClientPath current = path;
        if (current == null) throw new IllegalStateException("the exchange belongs to no connection");
        return current;
    }

    /// Whether `asking` is the exchange that is being answered; false for one that a handler has kept after its
    /// end.
    boolean isAnswering(HttpExchange asking) {
        return phase == Phase.ANSWERING && exchange == asking;
    }

    boolean isAnswering() {
        return phase == Phase.ANSWERING;
    }

    /// Whether a request that is exempt from purging is being answered.
    boolean isExemptFromPurge() {
        return phase == Phase.ANSWERING && exchange.isExemptFromPurge();
    }

    /// Whether `asking` is the current exchange of this reading and its connection.
    boolean serves(HttpExchange asking) {
        return exchange == asking;
    }

    /// Whether the head of the request is incomplete or was not decoded.
    boolean isHeadUnknown() {
        return phase == Phase.RECEIVING || isHeadCut;
    }

    /// Prepares for an error answer to a request that no handler has seen.
    void beginErrorAnswer() {
        in.stopWaiting(CancelReason.ENDED);
        if (phase != Phase.RECEIVING) return;
        isHeadCut = true;
        startAnswering();
    }

    /// Goes on after the answer was written: with the next request, or to the end.
    void answered(boolean closes) {
        timer.answered();
        if (closes) finish();
        else if (isReceived()) next();
        else skipBody();
    }

    // ---- for the connection

    void begin(ClientPath newPath) {
        path = newPath;
        phase = Phase.RECEIVING;
        timer.begin(newPath);
        in.begin(newPath, newPath.client().peerKey());
        startRequest();
    }

    void readable() {
        switch (phase) {
            case RECEIVING -> receive();
            case ANSWERING -> {
                if (isDiscarding) discardInput();
                else if (body.isActive()) pump();
                else if (isGathering) exchange.notifyBodyArrived();
                else peek();
            }
            case DISCARDING -> pumpDiscard();
            case FREE, ENDED -> path().pauseInput();
        }
    }

    /// Checks whether a request has arrived, without waiting for memory. Gives itself back if none has.
    void lookOnce() {
        if (in.tryFill() == Fill.READ) serve();
        else rest();
    }

    void writable() {
        if (phase == Phase.ANSWERING) exchange.writable();
        // Why: a wait for memory keeps its place in the queue; rest() would give it up.
        else if (phase == Phase.RECEIVING && !in.isWaiting()) serve();
    }

    /// Refuses a request to which no byte was answered; false when only a reset can end it.
    boolean endForMemory() {
        boolean isAsked = phase == Phase.ANSWERING || isReceivingOne();
        if (!isAsked || exchange.isAnswerBegun() || path().room() == Room.BLOCKED) return false;
        End.Phase during = phase == Phase.RECEIVING ? End.Phase.REQUEST : End.Phase.DATA;
        // Why: first, because the listener knows better what was going on.
        exchange.notifyStarved();
        if (!path().isOpen()) return true;
        exchange.ending().note(End.STARVED, during);
        exchange.refuse(StaticAnswers.of(503));
        return true;
    }

    void timedOut() {
        switch (phase) {
            case RECEIVING -> headTooLate();
            case ANSWERING -> stalled();
            case DISCARDING -> finish();
            case FREE, ENDED -> path().end(PathEnd.NOW, CloseReason.TIMED_OUT);
        }
    }

    void closing(CloseReason reason) {
        if (phase == Phase.ANSWERING) {
            exchange.cut(reason);
        } else if (isReceivingOne()) {
            isKnown = true;
            exchange.ending().note(reason, End.Phase.REQUEST);
            share.server().observer().exchangeEnded(exchange);
        }
        end();
    }

    /// What a close would cut, in words.
    String unfinished() {
        return switch (phase) {
            case RECEIVING -> isReceivingOne() ? "a request that is not whole" : "";
            case ANSWERING -> exchange.unfinished();
            case DISCARDING -> "the body of a request that was answered";
            case FREE, ENDED -> "";
        };
    }

    boolean isFree() {
        return in.isFree();
    }

    int heldBytes() {
        return in.heldBytes() + exchange.heldByListener();
    }

    int slabBytes() {
        return in.slabBytes() + exchange.heldByListener();
    }

    long movedNanos(long ownNanos) {
        return body.movedNanos(ownNanos);
    }

    // ---- receiving

    private void startRequest() {
        // Why: a late answer to the previous request, from any thread, must find an ended exchange, not this request's.
        if (isKnown && !share.recycles()) replaceExchange();
        isKnown = false;
        isHeadKept = false;
        in.setPurpose(HEAD, Urgency.INTAKE);
        isHeadCut = false;
        isDiscarding = false;
        isGathering = false;
        decoder.reset();
        body.reset();
        exchange.reset();
    }

    private void replaceExchange() {
        if (isHeadKept) head = new RequestHead(share.server().settings().limits());
        exchange = new HttpExchange(this, head, in, false);
    }

    private void receive() {
        switch (in.fillSmallOfWhole(share.largeHeads())) {
            case READ -> serve();
            case EMPTY -> rest();
            case WAITING -> timer.awaitHead(exchange.startedNanos());
            case FULL -> {
                exchange.ending().note(End.NO_MEMORY_FOR_HEAD);
                exchange.refuse(StaticAnswers.of(503));
            }
            // Why: answers may still wait for the peer, which can read although it sends no more.
            case ENDED -> path().end(PathEnd.WHEN_WRITTEN, CloseReason.PEER_LEFT);
            case BROKEN -> path().end(PathEnd.NOW, CloseReason.RESET);
        }
    }

    /// Serves the received requests one after the other, as long as each is answered at once.
    private void serve() {
        if (running) return;
        running = true;
        try {
            boolean more = true;
            while (more && phase == Phase.RECEIVING && !in.isEmpty() && path().isOpen()) more = serveOne();
        } finally {
            running = false;
        }
        rest();
    }

    private boolean serveOne() {
        if (!path().askRoom()) {
            path().pauseInput();
            timer.awaitClient();
            return false;
        }
        int bytes = decoder.decode(in.bytes(), in.from(), in.to(), exchange.head());
        if (bytes == RequestDecoder.MORE) {
            if (!decoder.isInside()) forgetEmptyLines();
            if (!in.isEmpty()) timer.awaitHead(exchange.startedNanos());
            return false;
        }
        if (bytes == RequestDecoder.FAULT) {
            exchange.ending()
                    .note(End.BROKEN_REQUEST, End.Phase.REQUEST, decoder.fault().text());
            exchange.refuse(StaticAnswers.of(decoder.fault()));
            return false;
        }
        in.consumedButKept(in.from(), in.from() + bytes);
        startAnswering();
        handle();
        return true;
    }

    /// Skips empty lines. Why: some clients send one after a body (RFC 9112 section 2.2).
    private void forgetEmptyLines() {
        boolean isTorn = in.bytes().get(in.to() - 1) == '\r';
        in.consumedTo(in.to() - (isTorn ? 1 : 0));
        decoder.reset();
    }

    /// Whether a request has begun to arrive and is incomplete.
    private boolean isReceivingOne() {
        return phase == Phase.RECEIVING && !in.isEmpty() && !isTornEmptyLine();
    }

    /// Whether only the first byte of an empty line has arrived.
    private boolean isTornEmptyLine() {
        return in.to() - in.from() == 1 && in.bytes().get(in.from()) == '\r';
    }

    private void startAnswering() {
        phase = Phase.ANSWERING;
        isKnown = true;
        share.loop().tally().opened(Kind.EXCHANGE, exchange);
        timer.answers(exchange);
    }

    private void handlerSilent() {
        LoopHandler handler = share.server().handler();
        LOG.warning(path() + ", " + exchange.unfinished() + ": the handler " + handler + " has not answered for "
                + share.server().settings().answerTimeout().toSeconds() + " s");
        exchange.ending().note(End.HANDLER_LATE);
        // Why: first, because a waiting handler has to be woken up.
        exchange.notifyStalled();
        if (phase == Phase.ANSWERING) exchange.refuse(StaticAnswers.of(504));
    }

    private void handle() {
        try {
            share.server().handler().handle(exchange);
            isHeadKept = phase == Phase.ANSWERING;
        } catch (
                Throwable
                        failure) { // Why: this is the boundary of foreign code; a broken handler must not end its loop.
            String what = "a handler failed on thread " + Thread.currentThread().getName();
            LOG.error(path() + ", " + exchange.unfinished(), what, failure);
            exchange.ending().note(End.HANDLER_FAILED);
            if (phase == Phase.ANSWERING) exchange.refuse(StaticAnswers.of(500));
        }
    }

    /// Checks, while an answer is made, whether the client has left. The beginning of a next request is kept,
    /// as much as a small block holds. When nothing can be read, only a reset is noticed.
    void peek() {
        switch (in.look()) {
            case READ -> {
                if (!in.canLook()) path().pauseInput();
            }
            case EMPTY -> {
                if (path().isInputReady()) path().pauseInput();
            }
            case FULL, WAITING -> path().pauseInput();
            case ENDED -> {
                // Why: bytes that could not be sent yet stay where they are until the next attempt.
                if (!body.isActive()) in.settle();
                exchange.inputEnded();
            }
            case BROKEN -> path().end(PathEnd.NOW, CloseReason.RESET);
        }
    }

    /// Discards the rest of an unwanted body while the answer is made or written.
    private void discardInput() {
        int count = path().discardInput();
        if (count == Transport.BROKEN) path().end(PathEnd.NOW, CloseReason.RESET);
        // Why: the client may have stopped sending because it saw the answer's head; it reads the rest.
        else if (count == Transport.END) exchange.inputEnded();
    }

    /// Ends the work of this turn: returns memory and, without a byte of a next request, this object too.
    void rest() {
        if (phase == Phase.ANSWERING) {
            if (!body.isActive()) in.settle();
            return;
        }
        if (phase != Phase.RECEIVING || !path().isOpen()) return;
        // Why: the rest of a head that has arrived already is read into the block that was just granted.
        boolean readsOn = !in.isEmpty() && path().isInputReady() && path().room() == Room.FREE;
        if (!readsOn) in.settle();
        if (path().isInputEnded() && path().room() != Room.BLOCKED) {
            // Why: the client has ended its side, so no whole request can arrive any more.
            path().end(PathEnd.WHEN_WRITTEN, CloseReason.PEER_LEFT);
            return;
        }
        if (!in.isEmpty()) {
            if (path().room() == Room.FREE) awaitRestOfHead();
            return;
        }
        ClientPath freed = path();
        end();
        freed.idle();
        share.giveBack(this);
    }

    /// Waits for the rest of a head, but while memory is scarce not in a block that complete heads need.
    private void awaitRestOfHead() {
        boolean isTooScarceToHold =
                in.slabBytes() > BlockSize.SMALL.bytes() && share.loop().pool().isScarce();
        if (!isTooScarceToHold || path().isInputReady()) {
            path().resumeInput();
            return;
        }
        exchange.ending().note(End.HEAD_IN_PIECES);
        exchange.refuse(StaticAnswers.of(503));
    }

    // ---- the body, for the handler

    @Override
    public void receive(BodyDecoder.Mode mode, Sink sink) {
        requireAnswering();
        prepare(mode, sink);
        pump();
    }

    @Override
    public BodyFlow prepare(BodyDecoder.Mode mode, Sink sink) {
        requireAnswering();
        if (exchange.head().framing() != Framing.NONE) in.setPurpose("request body", Urgency.HANDLE);
        isGathering = false;
        isHere = !in.isEmpty();
        bytesInAtBody = (int) path().traffic().bytesIn();
        body.begin(path(), exchange.head().framing(), exchange.head().contentLength(), mode, sink);
        return body;
    }

    @Override
    public void pump() {
        share.loop().requireCurrent();
        if (!isAnswering() || exchange.isDelayed() || isDiscarding) return;
        Need need = body.pump();
        switch (need) {
            case INPUT -> awaitBody();
            case MEMORY, SINK -> timer.awaitsAfter(need);
            case NOTHING -> bodyReceived();
            case FAULT, SHORT, CUT, SINK_GONE -> bodyFailed(need);
        }
    }

    /// Expects more of the body. From a client that expects 100 it is due only after it has begun.
    private void awaitBody() {
        // Why: a client that writes head and body apart may keep the body until the head is acknowledged.
        if (!isBegun()) path().acknowledgeInput();
        boolean isDue = !exchange.head().expectsContinue() || isBegun();
        timer.setAwaitsBody(isDue);
        if (!isDue) timer.awaitClient();
    }

    @Override
    public boolean isBegun() {
        share.loop().requireCurrent();
        return isHere || (int) path().traffic().bytesIn() != bytesInAtBody;
    }

    @Override
    public Gathered gather() {
        requireAnswering();
        Gathered gathered = readBehindHead();
        isGathering = gathered == Gathered.PART;
        timer.setAwaitsBody(isGathering);
        if (!isGathering) timer.awaitHandler();
        return gathered;
    }

    @Override
    public void endGathering() {
        requireAnswering();
        if (!isGathering) return;
        isGathering = false;
        timer.setAwaitsBody(false);
        timer.awaitHandler();
    }

    private Gathered readBehindHead() {
        while (true) {
            if (hasWholeBody()) return Gathered.WHOLE;
            if (!path().isInputReady()) break;
            Fill fill = in.fillSmall();
            if (fill == Fill.EMPTY) break;
            if (fill == Fill.FULL || fill == Fill.WAITING) return Gathered.FULL;
            if (fill == Fill.ENDED || fill == Fill.BROKEN) return Gathered.CUT;
        }
        if (in.isEmpty()) path().acknowledgeInput();
        in.settle();
        path().resumeInput();
        return Gathered.PART;
    }

    private boolean hasWholeBody() {
        if (exchange.head().framing() == Framing.LENGTH) {
            return in.to() - in.from() >= exchange.head().contentLength();
        }
        boolean isChunked = exchange.head().framing() == Framing.CHUNKED;
        return !isChunked || (!in.isEmpty() && share.chunks().isWhole(in));
    }

    @Override
    public void lookForEnd() {
        requireAnswering();
        if (isReceived() && !path().isInputEnded()) peek();
    }

    @Override
    public boolean isReceived() {
        share.loop().requireCurrent();
        return exchange.head().framing() == Framing.NONE || body.isComplete();
    }

    @Override
    public Inflow in() {
        share.loop().requireCurrent();
        return in;
    }

    @Override
    public BodyFlow flow() {
        share.loop().requireCurrent();
        return body;
    }

    @Override
    public void discard() {
        requireAnswering();
        if (isReceived()) return;
        exchange.closeAfter();
        isDiscarding = true;
        body.reset();
        in.stopWaiting(CancelReason.ENDED);
        in.consumedTo(in.to());
        in.settle();
        timer.awaitHandler();
        path().resumeInput();
    }

    private void bodyReceived() {
        HttpExchange received = exchange;
        timer.awaitsAfter(Need.NOTHING);
        received.notifyBodyEnded(Need.NOTHING);
        // Why: it may have been answered by now, and the next one begun.
        if (!isAnswering(received)) return;
        // Why: waiting for the sink or for memory has turned the input off, and a client that leaves must be noticed.
        path().resumeInput();
        rest();
    }

    private void bodyFailed(Need need) {
        HttpExchange failed = exchange;
        Ending ending = failed.ending();
        if (need == Need.FAULT) ending.note(End.BROKEN_BODY);
        if (need == Need.SHORT) ending.note(End.NO_MEMORY_FOR_BODY);
        if (need == Need.CUT) ending.note(End.CLIENT_CUT);
        failed.notifyBodyEnded(need);
        if (!isAnswering(failed) || isDiscarding) return;
        if (need == Need.FAULT) failed.refuse(StaticAnswers.of(body.decoder().fault()));
        if (need == Need.SHORT) failed.refuse(StaticAnswers.of(503));
        if (need == Need.CUT) path().end(PathEnd.NOW, CloseReason.PEER_LEFT);
    }

    private void requireAnswering() {
        share.loop().requireCurrent();
        if (phase != Phase.ANSWERING) throw new IllegalStateException("the exchange is not being answered now");
    }

    // ---- after the answer

    private void next() {
        in.consumedTo(in.from());
        phase = Phase.RECEIVING;
        startRequest();
        if (!running) serve();
    }

    private void skipBody() {
        if (body.isBegun()) {
            finish();
            return;
        }
        phase = Phase.DISCARDING;
        discarded = 0;
        var head = exchange.head();
        body.begin(path(), head.framing(), head.contentLength(), BodyDecoder.Mode.DATA, this);
        pumpDiscard();
    }

    private void pumpDiscard() {
        Need need = body.pump();
        switch (need) {
            case INPUT, MEMORY, SINK -> timer.awaitsAfter(need);
            case NOTHING -> next();
            case FAULT, SHORT, SINK_GONE -> finish();
            case CUT -> path().end(PathEnd.NOW, CloseReason.PEER_LEFT);
        }
    }

    /// Discards an unwanted body, up to a limit.
    @Override
    public int take(ByteBuffer bytes) {
        int count = bytes.remaining();
        discarded += count;
        if (discarded > DISCARDED_BYTES_MAX) return GONE;
        bytes.position(bytes.limit());
        return count;
    }

    @Override
    public boolean isReady() {
        return true;
    }

    private void finish() {
        boolean expectsInput = isHeadCut || !isReceived();
        end();
        path().end(expectsInput ? PathEnd.ANSWERED_EARLY : PathEnd.ANSWERED, CloseReason.CLOSED);
    }

    private void end() {
        phase = Phase.ENDED;
        body.reset();
        in.release();
        exchange.forget();
    }

    // ---- time

    private void headTooLate() {
        if (path().room() != Room.FREE) {
            if (!path().retryWrite()) path().end(PathEnd.CUT, CloseReason.TIMED_OUT);
            else if (phase == Phase.RECEIVING) timer.awaitClient();
        } else if (in.isWaiting()) {
            noMemoryInTime();
        } else if (isTornEmptyLine()) {
            path().end(PathEnd.NOW, CloseReason.IDLE);
        } else {
            exchange.ending().note(End.REQUEST_LATE);
            exchange.refuse(StaticAnswers.of(408));
        }
    }

    /// Answers 503 because no memory was granted in time. Before that, the request is read and discarded.
    private void noMemoryInTime() {
        in.stopWaiting(CancelReason.TIMED_OUT);
        if (!in.isEmpty()) {
            exchange.ending().note(End.NO_MEMORY_FOR_ALL);
            exchange.refuse(StaticAnswers.of(503));
            return;
        }
        int count = path().read(share.loop().readScratch().clear());
        if (count > 0) {
            exchange.ending().note(End.NO_MEMORY_IN_TIME, End.Phase.REQUEST);
            exchange.refuse(StaticAnswers.of(503));
        } else if (count == 0) {
            // Why: readiness was reported although nothing was there, and an unasked answer would be taken for the next
            // request's.
            rest();
        } else if (count == Transport.END) {
            path().end(PathEnd.WHEN_WRITTEN, CloseReason.PEER_LEFT);
        } else {
            path().end(PathEnd.NOW, CloseReason.RESET);
        }
    }

    private void stalled() {
        if (timer.phase() == ExchangeTimer.Phase.HANDLER) {
            handlerSilent();
            return;
        }
        if (timer.isEarly()) return;
        // Why: also for a client that is too slow; the kernel reports late that there is room.
        boolean moved = path().retryWrite();
        if (phase != Phase.ANSWERING) return;
        boolean slow = timer.isTooSlow();
        if (moved && !slow) {
            timer.awaitClient();
            return;
        }
        boolean late = slow && timer.isRequestLate();
        // Why: first, because the listener may know better what was waited for.
        exchange.notifyStalled();
        if (phase != Phase.ANSWERING) return;
        boolean stuck = path().room() != Room.FREE;
        if (late) exchange.ending().note(End.REQUEST_TOO_LONG);
        else if (slow) exchange.ending().note(End.TOO_SLOW);
        else if (stuck) exchange.noteTimedOut(End.ANSWER_NOT_TAKEN);
        else if (in.isWaiting()) noMemoryForBodyInTime();
        else exchange.ending().note(End.BODY_LATE);
        if (stuck) exchange.abort(CloseReason.TIMED_OUT);
        else exchange.refuse(StaticAnswers.of(exchange.ending().end().who() == End.Who.RESOURCE ? 503 : 408));
    }

    private void noMemoryForBodyInTime() {
        in.stopWaiting(CancelReason.TIMED_OUT);
        exchange.ending().note(End.NO_MEMORY_IN_TIME, End.Phase.DATA);
    }
}
