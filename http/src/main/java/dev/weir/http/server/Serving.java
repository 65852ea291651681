package dev.weir.http.server;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Connection;
import dev.weir.http.codec.BodyDecoder;
import dev.weir.http.codec.HeadLimits;
import dev.weir.http.codec.RequestDecoder;
import dev.weir.http.codec.RequestHead;
import dev.weir.http.flow.BodyFlow;
import dev.weir.http.flow.Fill;
import dev.weir.http.flow.Inflow;
import dev.weir.ledger.Kind;
import dev.weir.loop.FailureLog;
import dev.weir.memory.BlockSize;
import dev.weir.memory.GiveUp;
import dev.weir.memory.Urgency;
import dev.weir.transport.Transport;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The connection's side of an exchange: heads received, handlers called, bodies that nobody read
/// discarded, time-outs. It is borrowed with the first byte of a request and given back with the last of
/// its answer. Recycled.
///
/// **Owns:** its exchange, and the block requests are read into.
/// **Threads:** confined to its loop.
final class Serving {
    private static final FailureLog LOG = FailureLog.of(Serving.class);

    private static final String HEAD = "request head";

    private enum Phase {
        FREE,
        RECEIVING,
        ANSWERING,
        DISCARDING,
        ENDED
    }

    private final ServerLoop loop;
    private final RequestDecoder decoder;
    private final Inflow in;
    private final BodyFlow body;
    private final Discard discard = new Discard();
    private final Pace pace;
    private @Nullable ServerConnection owner;
    private final boolean recycles; // one exchange for all requests
    private RequestHead head;
    private ServerExchange exchange;
    private Phase phase = Phase.FREE;
    private boolean running;
    private boolean isHeadCut; // answered before its head was understood: what follows it is unknown
    private boolean isKnown; // the exchange, to a handler or an observer: either may use it after its end
    private boolean isHeadKept; // by a handler that answers later
    private boolean awaitsHandler; // and its time to begin the answer runs

    Serving(ServerLoop loop) {
        HeadLimits limits = loop.server().settings().limits();
        this.loop = loop;
        this.decoder = new RequestDecoder(limits);
        this.in = new Inflow(loop.loop(), Urgency.INTAKE, HEAD, this::readable);
        this.body = new BodyFlow(in, limits.ofTrailers());
        this.recycles = loop.server().handler().allowsRecycling();
        this.head = new RequestHead(limits);
        this.exchange = new ServerExchange(this, head, in, body, recycles);
        this.pace = new Pace(loop.server().settings().minRate());
    }

    // ---- for the exchange

    ServerLoop loop() {
        return loop;
    }

    ServerConnection owner() {
        ServerConnection current = owner;
        if (current == null) throw new IllegalStateException("the exchange belongs to no connection");
        return current;
    }

    /// Whether `asking` is being answered: false for one that a handler kept after its end, whoever is
    /// answered now.
    boolean isAnswering(ServerExchange asking) {
        return phase == Phase.ANSWERING && exchange == asking;
    }

    boolean isAnswering() {
        return phase == Phase.ANSWERING;
    }

    /// Whether a request is being answered that keeps its place at the door.
    boolean keepsPlace() {
        return phase == Phase.ANSWERING && exchange.keepsPlace();
    }

    /// Whether what this reads, and its connection, are those of `asking`.
    boolean serves(ServerExchange asking) {
        return exchange == asking;
    }

    /// Whether the head of the request is not whole, or was not understood.
    boolean isHeadUnknown() {
        return phase == Phase.RECEIVING || isHeadCut;
    }

    /// A request of which no handler knows is answered, by an error.
    void answersUnheard() {
        in.stopWaiting(GiveUp.ENDED);
        if (phase != Phase.RECEIVING) return;
        isHeadCut = true;
        startAnswering();
    }

    /// The answer has left: the next request, or the end.
    void answered(boolean closes) {
        if (closes) finish();
        else if (exchange.isBodyReceived()) next();
        else discardBody();
    }

    /// Something either way is due within the time a stalled body has, or a client that is too slow.
    void awaitPeer() {
        awaitsHandler = false;
        long now = loop.loop().nowNanos();
        long nanos = phase == Phase.ANSWERING ? leftNanos(now) : Long.MAX_VALUE;
        connection().deadline(now + Math.min(nanos, loop.server().bodyStallNanos()));
    }

    /// Says whether the client is the one to go on with the request's body.
    void awaitsBody(boolean isAwaited) {
        pace.awaitsInput(isAwaited, connection(), loop.loop().nowNanos());
        if (isAwaited) awaitPeer();
    }

    /// Says whether the client is the one to take more of the answer.
    void awaitsReading(boolean isAwaited) {
        pace.awaitsOutput(isAwaited, connection(), loop.loop().nowNanos());
        if (isAwaited) awaitPeer();
    }

    /// How long the client has been waited for since it last moved a block, in nanoseconds.
    long slowNanos() {
        return pace.slowNanos(connection(), loop.loop().nowNanos());
    }

    /// How long the client may go on without a byte until it is too slow.
    private long leftNanos(long now) {
        return Math.min(pace.leftNanos(connection(), now), requestLeftNanos());
    }

    private long requestLeftNanos() {
        ServerSettings settings = loop.server().settings();
        long bytes = Math.max(exchange.head().contentLength(), exchange.bytesIn());
        // Why: whatever a client may move, a body that is announced takes its time.
        long rate = settings.minRate() == 0 ? ServerSettings.MIN_RATE : settings.minRate();
        return pace.requestLeftNanos(settings.requestTimeout().toNanos(), bytes, rate);
    }

    // ---- for the connection

    void begin(ServerConnection newOwner) {
        owner = newOwner;
        phase = Phase.RECEIVING;
        in.begin(newOwner.connection());
        startRequest();
    }

    void readable() {
        switch (phase) {
            case RECEIVING -> receive();
            case ANSWERING -> {
                if (exchange.isDiscarding()) discardInput();
                else if (body.isActive()) exchange.pumpBody();
                else if (exchange.isGathering()) exchange.tellBodyArrived();
                else peek();
            }
            case DISCARDING -> pumpDiscard();
            case FREE, ENDED -> connection().pauseInput();
        }
    }

    /// Looks whether a request has come, without waiting for memory; gives itself back when none has.
    void lookOnce() {
        if (in.tryFill() == Fill.READ) serve();
        else rest();
    }

    void writable() {
        if (phase == Phase.ANSWERING) exchange.writable();
        // Why: who waits for memory keeps his place; a rest would give it up.
        else if (phase == Phase.RECEIVING && !in.isWaiting()) serve();
    }

    /// Refuses a request of which no byte was answered; false when only a reset can end it.
    boolean givesWay() {
        boolean isAsked = phase == Phase.ANSWERING || isReceivingOne();
        if (!isAsked || exchange.isAnswerBegun() || !connection().isWritable()) return false;
        End.Phase during = phase == Phase.RECEIVING ? End.Phase.REQUEST : End.Phase.DATA;
        // Why: first, because who takes part knows better what was going on.
        exchange.tellGivesWay();
        if (!connection().isOpen()) return true;
        exchange.ending().note(End.STARVED, during);
        exchange.refuse(StaticAnswers.of(503));
        return true;
    }

    void timedOut() {
        switch (phase) {
            case RECEIVING -> headTooLate();
            case ANSWERING -> stalled();
            case DISCARDING -> finish();
            case FREE, ENDED -> connection().close(CloseReason.TIMED_OUT);
        }
    }

    void closing(CloseReason reason) {
        if (phase == Phase.ANSWERING) {
            exchange.cut(reason);
        } else if (isReceivingOne()) {
            isKnown = true;
            exchange.ending().note(reason, End.Phase.REQUEST);
            loop.server().observer().exchangeEnded(exchange);
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
        return in.heldBytes() + exchange.heldByFollower();
    }

    int slabBytes() {
        return in.slabBytes() + exchange.heldByFollower();
    }

    long movedNanos(long ownNanos) {
        return body.movedNanos(ownNanos);
    }

    // ---- receiving

    private void startRequest() {
        // Why: a late answer to the request before, from whatever thread, must find an exchange that has ended, not
        // this request's.
        if (isKnown && !recycles) replaceExchange();
        isKnown = false;
        isHeadKept = false;
        in.servesFor(HEAD, Urgency.INTAKE);
        isHeadCut = false;
        decoder.reset();
        body.reset();
        exchange.reset();
    }

    private void replaceExchange() {
        if (isHeadKept) head = new RequestHead(loop.server().settings().limits());
        exchange = new ServerExchange(this, head, in, body, false);
    }

    private void receive() {
        switch (in.fillLittleOfHead(loop.largeHeads())) {
            case READ -> serve();
            case EMPTY -> rest();
            case WAITING -> awaitHead();
            case FULL -> {
                exchange.ending().note(End.NO_MEMORY_FOR_HEAD);
                exchange.refuse(StaticAnswers.of(503));
            }
            // Why: answers may still wait for the peer, who can read though it says no more.
            case ENDED -> connection().finish(CloseReason.PEER_LEFT);
            case BROKEN -> connection().close(CloseReason.RESET);
        }
    }

    /// Serves what was received, one request after the other, for as long as answers are complete at once.
    private void serve() {
        if (running) return;
        running = true;
        try {
            boolean more = true;
            while (more
                    && phase == Phase.RECEIVING
                    && !in.isEmpty()
                    && connection().isOpen()) more = serveOne();
        } finally {
            running = false;
        }
        rest();
    }

    private boolean serveOne() {
        if (!connection().hasRoom()) {
            connection().pauseInput();
            awaitPeer();
            return false;
        }
        int bytes = decoder.decode(in.bytes(), in.from(), in.to(), exchange.head());
        if (bytes == RequestDecoder.MORE) {
            if (!decoder.isInside()) forgetEmptyLines();
            if (!in.isEmpty()) awaitHead();
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

    /// Why: some clients send an empty line behind a body, which is no request (RFC 9112 section 2.2).
    private void forgetEmptyLines() {
        boolean isTorn = in.bytes().get(in.to() - 1) == '\r';
        in.consumedTo(in.to() - (isTorn ? 1 : 0));
        decoder.reset();
    }

    /// Whether a byte of a request has come that is not whole yet.
    private boolean isReceivingOne() {
        return phase == Phase.RECEIVING && !in.isEmpty() && !isTornEmptyLine();
    }

    /// Whether nothing has come of a request but the first byte of an empty line.
    private boolean isTornEmptyLine() {
        return in.to() - in.from() == 1 && in.bytes().get(in.from()) == '\r';
    }

    private void awaitHead() {
        long nanos = Math.min(
                loop.server().headerNanos(),
                loop.server().settings().requestTimeout().toNanos());
        connection().deadline(exchange.startedNanos() + nanos);
    }

    private void startAnswering() {
        phase = Phase.ANSWERING;
        isKnown = true;
        loop.loop().tally().opened(Kind.EXCHANGE, exchange);
        long now = loop.loop().nowNanos();
        pace.begin(connection(), now - exchange.startedNanos(), now);
        awaitHandler();
    }

    /// Nothing is waited for but the handler.
    void awaitHandler() {
        Duration answer = loop.server().settings().answerTimeout();
        awaitsHandler = !answer.isZero() && !exchange.isAnswerBegun();
        if (awaitsHandler) connection().deadline(loop.loop().nowNanos() + answer.toNanos());
        else connection().noDeadline();
    }

    /// The handler begins its answer.
    void handlerAnswers() {
        if (awaitsHandler) connection().noDeadline();
        awaitsHandler = false;
    }

    private void handlerSilent() {
        LoopHandler handler = loop.server().handler();
        LOG.warning(connection() + ", " + exchange.unfinished() + ": the handler " + handler + " has not answered for "
                + loop.server().settings().answerTimeout().toSeconds() + " s");
        exchange.ending().note(End.HANDLER_LATE);
        // Why: first, because a handler that waits has to be woken.
        exchange.tellStalled();
        if (phase == Phase.ANSWERING) exchange.refuse(StaticAnswers.of(504));
    }

    private void handle() {
        try {
            loop.server().handler().handle(exchange);
            isHeadKept = phase == Phase.ANSWERING;
        } catch (Throwable failure) { // Why: the boundary of foreign code; one broken handler must not end its loop.
            String what = "a handler failed on thread " + Thread.currentThread().getName();
            LOG.error(connection() + ", " + exchange.unfinished(), what, failure);
            exchange.ending().note(End.HANDLER_FAILED);
            if (phase == Phase.ANSWERING) exchange.refuse(StaticAnswers.of(500));
        }
    }

    /// While an answer is made: sees whether the client left; the beginning of a next request it sent already is
    /// kept, as much as a small block holds. Where nothing can be read, only a reset is noticed.
    void peek() {
        switch (in.look()) {
            case READ -> {
                if (!in.canLook()) connection().pauseInput();
            }
            case EMPTY -> {
                if (connection().isInputReady()) connection().pauseInput();
            }
            case FULL, WAITING -> connection().pauseInput();
            case ENDED -> {
                // Why: what could not be sent yet lies where it is until it is tried again.
                if (!body.isActive()) in.settle();
                exchange.inputEnded();
            }
            case BROKEN -> connection().close(CloseReason.RESET);
        }
    }

    /// While an answer is made or leaves: throws away the rest of a body that nobody wants.
    private void discardInput() {
        int count = connection().discardInput();
        if (count == Transport.BROKEN) connection().close(CloseReason.RESET);
        // Why: the client may have stopped sending because it has seen the answer's head; it reads the rest.
        else if (count == Transport.END) exchange.inputEnded();
    }

    /// Nothing more happens in this turn: memory goes back, and without a byte of a next request the
    /// exchange too.
    void rest() {
        if (phase == Phase.ANSWERING) {
            if (!body.isActive()) in.settle();
            return;
        }
        if (phase != Phase.RECEIVING || !connection().isOpen()) return;
        // Why: the rest of a head that lies there already is read into the block that was waited for.
        boolean readsOn =
                !in.isEmpty() && connection().isInputReady() && !connection().isAwaitingRoom();
        if (!readsOn) in.settle();
        if (connection().isInputEnded() && connection().isWritable()) {
            // Why: the client ended its side; no whole request can come any more.
            connection().finish(CloseReason.PEER_LEFT);
            return;
        }
        if (!in.isEmpty()) {
            if (!connection().isAwaitingRoom()) awaitRestOfHead();
            return;
        }
        ServerConnection freed = owner();
        end();
        freed.idle();
        loop.giveBack(this);
    }

    /// A head that comes in pieces is waited for, but not in a block that whole ones need.
    private void awaitRestOfHead() {
        boolean isDear =
                in.slabBytes() > BlockSize.SMALL.bytes() && loop.loop().pool().isScarce();
        if (!isDear || connection().isInputReady()) {
            connection().resumeInput();
            return;
        }
        exchange.ending().note(End.HEAD_IN_PIECES);
        exchange.refuse(StaticAnswers.of(503));
    }

    // ---- after the answer

    private void next() {
        in.consumedTo(in.from());
        phase = Phase.RECEIVING;
        startRequest();
        if (!running) serve();
    }

    private void discardBody() {
        if (body.isBegun()) {
            finish();
            return;
        }
        phase = Phase.DISCARDING;
        discard.begin();
        var head = exchange.head();
        body.begin(connection(), head.framing(), head.contentLength(), BodyDecoder.Mode.DATA, discard);
        pumpDiscard();
    }

    private void pumpDiscard() {
        switch (body.pump()) {
            case INPUT, MEMORY, SINK -> awaitPeer();
            case NOTHING -> next();
            case FAULT, SHORT, SINK_GONE -> finish();
            case CUT -> connection().close(CloseReason.PEER_LEFT);
        }
    }

    private void finish() {
        boolean expectsInput = isHeadCut || !exchange.isBodyReceived();
        end();
        connection().finish(CloseReason.CLOSED, loop.lingering(), expectsInput);
    }

    private void end() {
        phase = Phase.ENDED;
        body.reset();
        in.release();
        exchange.forget();
    }

    // ---- time

    private void headTooLate() {
        if (connection().isAwaitingRoom()) {
            if (!connection().nudgeOutput()) connection().abort(CloseReason.TIMED_OUT);
            else if (phase == Phase.RECEIVING) awaitPeer();
        } else if (in.isWaiting()) {
            noMemoryInTime();
        } else if (isTornEmptyLine()) {
            connection().close(CloseReason.IDLE);
        } else {
            exchange.ending().note(End.REQUEST_LATE);
            exchange.refuse(StaticAnswers.of(408));
        }
    }

    /// Nothing was read, for lack of memory; now it is, to be thrown away.
    private void noMemoryInTime() {
        in.stopWaiting(GiveUp.TIMED_OUT);
        if (!in.isEmpty()) {
            exchange.ending().note(End.NO_MEMORY_FOR_ALL);
            exchange.refuse(StaticAnswers.of(503));
            return;
        }
        int count = connection().read(loop.loop().readScratch().clear());
        if (count > 0) {
            exchange.ending().note(End.NO_MEMORY_IN_TIME, End.Phase.REQUEST);
            exchange.refuse(StaticAnswers.of(503));
        } else if (count == 0) {
            // Why: readiness was told in vain, and an answer to nothing would be taken for the next
            // request's.
            rest();
        } else if (count == Transport.END) {
            connection().finish(CloseReason.PEER_LEFT);
        } else {
            connection().close(CloseReason.RESET);
        }
    }

    private void stalled() {
        if (awaitsHandler) {
            awaitsHandler = false;
            handlerSilent();
            return;
        }
        long now = loop.loop().nowNanos();
        long dueNanos = connection().lastMovedNanos() + loop.server().bodyStallNanos();
        long dueInNanos = Math.min(dueNanos - now, leftNanos(now));
        if (dueInNanos > 0) {
            connection().deadline(now + dueInNanos);
            return;
        }
        // Why: also for one that is too slow; the kernel tells late of what it has taken.
        boolean moved = connection().nudgeOutput();
        if (phase != Phase.ANSWERING) return;
        boolean slow = leftNanos(now) <= 0;
        if (moved && !slow) {
            awaitPeer();
            return;
        }
        boolean late = slow && requestLeftNanos() <= 0;
        // Why: first, because who takes part may know better what was waited for.
        exchange.tellStalled();
        if (phase != Phase.ANSWERING) return;
        boolean stuck = connection().isAwaitingRoom();
        if (late) exchange.ending().note(End.REQUEST_TOO_LONG);
        else if (slow) exchange.ending().note(End.TOO_SLOW);
        else if (stuck) exchange.noteTimedOut(End.ANSWER_NOT_TAKEN);
        else if (in.isWaiting()) noMemoryForBodyInTime();
        else exchange.ending().note(End.BODY_LATE);
        if (stuck) exchange.abort(CloseReason.TIMED_OUT);
        else exchange.refuse(StaticAnswers.of(exchange.ending().end().who() == End.Who.RESOURCE ? 503 : 408));
    }

    private void noMemoryForBodyInTime() {
        in.stopWaiting(GiveUp.TIMED_OUT);
        exchange.ending().note(End.NO_MEMORY_IN_TIME, End.Phase.DATA);
    }

    private Connection connection() {
        return owner().connection();
    }
}
