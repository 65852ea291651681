package dev.weir.http.client;

import dev.weir.flow.Backlog;
import dev.weir.flow.Inflow;
import dev.weir.flow.Sink;
import dev.weir.http.codec.BodyDecoder;
import dev.weir.http.codec.Framing;
import dev.weir.http.codec.ResponseDecoder;
import dev.weir.http.codec.ResponseHead;
import dev.weir.http.codec.ResponseReader;
import dev.weir.http.flow.BodyFlow;
import dev.weir.http.flow.HeadBlocks;
import dev.weir.http.flow.InPlaceHead;
import dev.weir.memory.block.Account;
import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Urgency;
import dev.weir.memory.wait.CancelReason;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Reads the answer of one exchange: from the connection to the sink.
///
/// If the sink is slow, a short answer is read whole when the listener wants that, so that the connection can
/// serve others.
///
/// **Owns:** one block at most, and only while bytes move; up to four for a short answer that is read ahead,
/// until the sink has taken it.
/// **Threads:** confined to its loop.
/// **Source:** RFC 9112 section 6.3, RFC 9110 section 15.2 (1xx).
final class AnswerReading implements Sink, Inflow.GrantListener {
    /// How many interim answers are held back at most.
    private static final int HELD_MAX = 5;

    /// Bytes that the sink has taken are counted up to here; an answer of so many is long.
    private static final int TAKEN_BYTES_MAX = 1 << 20;

    private static final int CONTINUE = 100;
    private static final String HEAD = "answer head";

    // Why: loop and listener are reached through the exchange: a field here would add to the exchange's charge.
    private final ClientExchange exchange;
    private final ResponseHead head;
    private final ResponseDecoder decoder;
    private final Inflow in;
    private final BodyFlow body;
    private @Nullable ClientConnection origin;
    private @Nullable Sink sink;
    private Phase phase = Phase.IDLE;
    private byte interimHeld; // complete ones that lie before what is decoded next; a byte, because fields are charged
    // Of the request, over all attempts. Why: a byte and a flag, because fields are charged.
    private byte interimPassed;
    private boolean isContinued;
    private int takenBytes;
    private @Nullable Backlog backlog; // created when first needed: most answers need none

    /// How far the answer has come.
    private enum Phase {
        /// No answer is being read.
        IDLE,
        /// No byte of it has arrived.
        AWAITED,
        /// Its final head is not complete.
        HEAD,
        /// Its body is being moved to the sink.
        BODY,
        /// All of it has been read, and the connection serves others.
        TAKEN
    }

    AnswerReading(ClientLoop shared, ClientExchange exchange) {
        this.exchange = exchange;
        this.head = new ResponseHead(shared.limits());
        this.decoder = new ResponseDecoder(shared.limits());
        this.in = new Inflow(shared.loop(), HeadBlocks.HEADROOM, Urgency.RESPONSE, HEAD, this);
        this.body = new BodyFlow(in, shared.limits().ofTrailers());
    }

    /// Begins a request whose answer's body goes to `to`.
    void begin(Sink to) {
        sink = to;
        takenBytes = 0;
        interimPassed = 0;
        isContinued = false;
    }

    /// Starts to read the answer from `connection`.
    void expectFrom(ClientConnection connection, long clientKey) {
        origin = connection;
        in.setPurpose(HEAD);
        in.begin(connection, clientKey);
        head.reset();
        decoder.reset();
        interimHeld = 0;
        phase = Phase.AWAITED;
        connection.resumeInput();
    }

    /// Whether the final head has not arrived yet.
    boolean isExpected() {
        return phase == Phase.AWAITED || phase == Phase.HEAD;
    }

    /// Whether no byte of an answer has arrived.
    boolean hasNoBytes() {
        return phase == Phase.AWAITED;
    }

    /// Whether the final head has arrived.
    boolean isBegun() {
        return phase == Phase.BODY || phase == Phase.TAKEN;
    }

    /// Whether all of it has been read and its connection serves others.
    boolean isTaken() {
        return phase == Phase.TAKEN;
    }

    boolean isWaiting() {
        return in.isWaiting();
    }

    /// Stops waiting for memory because the timeout has passed.
    void stopWaiting() {
        in.stopWaiting(CancelReason.TIMED_OUT);
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

    /// When a byte of the answer last moved, given the moment at which one was last read.
    long movedNanos(long readNanos) {
        return body.movedNanos(readNanos);
    }

    void reset() {
        origin = null;
        phase = Phase.IDLE;
        body.reset();
        if (backlog != null) backlog.release();
        in.release();
    }

    @Override
    public void granted() {
        receive();
    }

    void receive() {
        if (origin == null) return;
        if (!isExpected()) pump();
        else if (isReady() && !exchange.shared().loop().chance().rarely(ClientPoint.ANSWER_WATCHED_AGAIN)) {
            receiveHead();
        } else {
            watch();
        }
    }

    void sinkReady() {
        switch (phase) {
            case IDLE -> {}
            case BODY, TAKEN -> pump();
            // Why: decoding may have stopped before a head that has arrived already; no further bytes would report it.
            case AWAITED, HEAD -> {
                if (!in.isWaiting()) decodeHead();
            }
        }
    }

    private void receiveHead() {
        switch (in.fillWhole(exchange.shared().largeHeads())) {
            case READ -> {
                phase = Phase.HEAD;
                decodeHead();
            }
            case EMPTY -> watch();
            case WAITING -> {}
            case FULL -> full();
            case ENDED, BROKEN -> inputEnded();
        }
    }

    private void full() {
        if (interimHeld > 0) {
            dropHeld();
            receiveHead();
        } else if (in.heldBytes() < BlockSize.NORMAL.bytes()) {
            exchange.fail(ClientFailure.NO_MEMORY_FOR_HEAD);
        } else {
            exchange.broken("the origin's head is too large");
        }
    }

    private void inputEnded() {
        if (hasNoBytes()) exchange.silent();
        else exchange.broken("the origin's head was cut");
    }

    private void decodeHead() {
        while (isExpected() && isReady() && !in.isEmpty()) {
            if (!exchange.listener().awaitsContinue() && !passHeld()) return;
            int bytes = decoder.decode(in.bytes(), in.from(), in.to(), exchange.method(), head);
            if (bytes == ResponseDecoder.FAULT) {
                exchange.broken(decoder.fault().text());
                return;
            }
            if (bytes == ResponseDecoder.MORE) break;
            int at = in.from();
            if (!head.isInformational()) {
                dropHeld();
                in.consumedTo(at + bytes);
                headCame(at);
                return;
            }
            if (!receiveInterim(at, bytes)) return;
        }
        watch();
    }

    /// Waits for more of the head, or for a sink that takes it. Input has to be turned on again: a wait for
    /// memory has turned it off.
    private void watch() {
        ClientConnection reading = origin;
        if (reading == null) return;
        in.settle();
        if (isReady()) reading.resumeInput();
        else reading.pauseInput();
    }

    // ---- interim answers

    /// Whether interim answers are held back.
    boolean holdsInterim() {
        return interimHeld > 0;
    }

    /// Handles an interim answer; false when the exchange is over.
    private boolean receiveInterim(int at, int bytes) {
        decoder.reset();
        boolean waits = head.status() != CONTINUE && exchange.listener().awaitsContinue();
        if (waits && !exchange.shared().loop().pool().isScarce()) {
            hold(at + bytes);
            return true;
        }
        int held = in.keptFrom();
        in.consumedTo(at + bytes);
        return pass(at) && passHeld(held, at);
    }

    /// Holds an interim answer back until the request's body has been asked for.
    private void hold(int end) {
        in.consumedButKept(in.keptFrom(), end);
        if (interimHeld < HELD_MAX) interimHeld++;
        else exchange.listener().interimDropped();
    }

    /// Passes on the interim answers that were held back; false when the exchange is over.
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
            // Why: the part of the next head that has arrived is decoded again after this.
            decoder.reset();
            int bytes = decoder.decode(in.bytes(), at, to, exchange.method(), head);
            if (!pass(at)) return false;
            at += bytes;
        }
        decoder.reset();
        return true;
    }

    /// Passes on the interim answer that begins at `at`; false when the exchange is over.
    private boolean pass(int at) {
        boolean continues = head.status() == CONTINUE;
        if (exchange.listener().interim(exchange.shared().read(head, in.bytes(), at))) notePassed(continues);
        return origin != null;
    }

    private void notePassed(boolean continues) {
        isContinued |= continues;
        if (interimPassed < Byte.MAX_VALUE) interimPassed++;
    }

    /// Notes that the listener has sent a 100 of its own; false when the exchange is over.
    boolean continueSent() {
        notePassed(true);
        return passHeld();
    }

    /// How many interim answers of this request were passed on.
    int interimPassed() {
        return interimPassed;
    }

    /// Whether a 100 was among them.
    boolean isContinued() {
        return isContinued;
    }

    private void dropHeld() {
        for (int i = 0; i < interimHeld; i++) exchange.listener().interimDropped();
        if (interimHeld > 0) in.consumedTo(in.from());
        interimHeld = 0;
    }

    // ---- the answer

    private void headCame(int at) {
        in.setPurpose("answer body");
        ResponseReader received = exchange.shared().read(head, in.bytes(), at);
        exchange.headCame(received);
        if (!exchange.listener().headReceived(received)) return;
        if (isExpected()) prepareBody(BodyDecoder.Mode.DATA, null);
        pump();
    }

    /// How many bytes of room there are before the body, which begins behind the received head.
    int headroom() {
        return in.from();
    }

    void prepareBody(BodyDecoder.Mode mode, @Nullable InPlaceHead before) {
        ClientConnection reading = origin;
        if (reading == null || !isExpected()) throw new IllegalStateException("no answer has come");
        phase = Phase.BODY;
        body.begin(reading, head.framing(), head.contentLength(), mode, this);
        if (before != null && !before.placeBefore(body, false)) {
            throw new IllegalStateException("no room for a head that has room");
        }
    }

    private void pump() {
        if (origin == null && !isTaken()) return;
        switch (body.pump()) {
            case INPUT, MEMORY -> exchange.awaitMore();
            case SINK -> awaitSink();
            case NOTHING -> exchange.answerEnded(isAtBoundary());
            case FAULT -> exchange.broken(body.decoder().fault().text());
            case SHORT -> exchange.fail(ClientFailure.NO_MEMORY_FOR_BODY);
            case CUT -> exchange.broken("the origin ended before its answer was whole");
            case SINK_GONE -> {
                // Why: usually the owner of a sink that is gone has ended the exchange already.
                if (isBegun()) exchange.fail(ClientFailure.SINK_GONE);
            }
        }
    }

    /// Waits for a slow sink. A short answer is read ahead meanwhile, so that the connection becomes free.
    private void awaitSink() {
        ClientConnection reading = origin;
        exchange.listener().sinkWaits();
        if (reading == null) return;
        reading.connection().noDeadline();
        Account holder = exchange.isSent() ? exchange.listener().readAheadAccount() : null;
        if (holder == null) return;
        if (backlog == null) backlog = new Backlog();
        if (!body.readAhead(backlog, takenBytes)) return;
        boolean isReusable = isAtBoundary();
        origin = null;
        phase = Phase.TAKEN;
        body.leaveSource(holder);
        exchange.answerTaken(isReusable);
    }

    /// Whether the connection may be used again: neither the rest of this answer nor anything else is left on it.
    private boolean isAtBoundary() {
        return head.keepAlive()
                && head.framing() != Framing.CLOSE
                && in.isEmpty()
                && !Desync.isPossibleAfter(head.status());
    }

    // ---- the sink

    @Override
    public int take(ByteBuffer bytes) {
        Sink taking = sink;
        if (taking == null) return GONE;
        int taken = taking.take(bytes);
        if (taken > 0 && takenBytes < TAKEN_BYTES_MAX) takenBytes += taken;
        return taken;
    }

    @Override
    public boolean takesLarge() {
        return sink == null || sink.takesLarge();
    }

    @Override
    public @Nullable Backlog backlog() {
        return backlog;
    }

    @Override
    public boolean isReady() {
        return sink != null && sink.isReady();
    }
}
