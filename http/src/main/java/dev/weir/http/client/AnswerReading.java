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

/// The answer's direction of one exchange: from the connection to the sink.
///
/// A short answer that its sink takes slowly is read whole, if the listener wants that, so that the connection
/// serves others.
///
/// **Owns:** one block at most, and only while bytes move; four of a short answer, until the sink has taken it.
/// **Threads:** confined to its loop.
/// **Source:** RFC 9112 section 6.3, RFC 9110 section 15.2 (1xx).
final class AnswerReading implements Sink, Inflow.GrantListener {
    /// So many interim answers are held back.
    private static final int HELD_MAX = 5;

    /// More is not counted of what the sink has taken: it is long.
    private static final int TAKEN_BYTES_MAX = 1 << 20;

    private static final int CONTINUE = 100;
    private static final String HEAD = "answer head";

    // Why: its loop and its listener are asked of the exchange, because what an exchange weighs is charged.
    private final ClientExchange exchange;
    private final ResponseHead head;
    private final ResponseDecoder decoder;
    private final Inflow in;
    private final BodyFlow body;
    private @Nullable ClientConnection origin;
    private @Nullable Sink sink;
    private Phase phase = Phase.IDLE;
    private byte interimHeld; // whole ones that wait in front of what is decoded next; a byte, because it is charged
    // Of the request, over all attempts. Why: a byte and a flag, because what an exchange weighs is charged.
    private byte interimPassed;
    private boolean isContinued;
    private int takenBytes;
    private @Nullable Backlog backlog; // made when first needed: most answers need none

    /// How far the answer is.
    private enum Phase {
        /// None is read.
        IDLE,
        /// Not one byte of it has come.
        AWAITED,
        /// Its final head has not come whole.
        HEAD,
        /// Its body moves.
        BODY,
        /// It is here whole, and the connection serves others.
        TAKEN
    }

    AnswerReading(ClientLoop shared, ClientExchange exchange) {
        this.exchange = exchange;
        this.head = new ResponseHead(shared.limits());
        this.decoder = new ResponseDecoder(shared.limits());
        this.in = new Inflow(shared.loop(), HeadBlocks.HEADROOM, Urgency.RESPONSE, HEAD, this);
        this.body = new BodyFlow(in, shared.limits().ofTrailers());
    }

    /// The answer's body goes to `to`.
    void begin(Sink to) {
        sink = to;
        takenBytes = 0;
        interimPassed = 0;
        isContinued = false;
    }

    /// Reads the answer over `connection` from now on.
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

    /// Whether the final head has not come yet.
    boolean isExpected() {
        return phase == Phase.AWAITED || phase == Phase.HEAD;
    }

    /// Whether not one byte of an answer has come.
    boolean hasNoBytes() {
        return phase == Phase.AWAITED;
    }

    /// Whether the final head has come.
    boolean isBegun() {
        return phase == Phase.BODY || phase == Phase.TAKEN;
    }

    /// Whether it is here whole, and its connection serves others.
    boolean isTaken() {
        return phase == Phase.TAKEN;
    }

    boolean isWaiting() {
        return in.isWaiting();
    }

    /// Its time is over.
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

    /// When a byte of the answer last moved, given when one was last read.
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
            // Why: it may have stopped before a head that is here already, of which no more bytes will tell.
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

    /// More of the head is needed, or a sink that takes it: a wait for memory has turned the input off.
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

    /// An answer before the answer; false when the exchange is over.
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

    /// Keeps an interim answer until the request's body was asked for.
    private void hold(int end) {
        in.consumedButKept(in.keptFrom(), end);
        if (interimHeld < HELD_MAX) interimHeld++;
        else exchange.listener().interimDropped();
    }

    /// Passes on what has waited; false when the exchange is over.
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
            // Why: what has come of the next one is decoded anew after this.
            decoder.reset();
            int bytes = decoder.decode(in.bytes(), at, to, exchange.method(), head);
            if (!pass(at)) return false;
            at += bytes;
        }
        decoder.reset();
        return true;
    }

    /// Passes the interim answer that begins at `at` on; false when the exchange is over.
    private boolean pass(int at) {
        boolean continues = head.status() == CONTINUE;
        if (exchange.listener().interim(exchange.shared().read(head, in.bytes(), at))) notePassed(continues);
        return origin != null;
    }

    private void notePassed(boolean continues) {
        isContinued |= continues;
        if (interimPassed < Byte.MAX_VALUE) interimPassed++;
    }

    /// The listener has passed on a 100 of its own; false when the exchange is over.
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

    /// How many bytes there is room for before the body, which begins behind the head that was received.
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
                // Why: whoever owns a sink that is gone has ended the exchange, as a rule.
                if (isBegun()) exchange.fail(ClientFailure.SINK_GONE);
            }
        }
    }

    /// The sink is slow. Whatever it takes, the connection is free when the answer is short.
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

    /// Whether nothing of this answer, nor anything else, is left on the connection, which may serve again.
    private boolean isAtBoundary() {
        return head.keepAlive()
                && head.framing() != Framing.CLOSE
                && in.isEmpty()
                && !Desync.isPossibleAfter(head.status());
    }

    // ---- the sink takes it

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
