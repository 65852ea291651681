package dev.weir.http.server;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Connection;
import dev.weir.flow.Inflow;
import dev.weir.flow.Need;
import dev.weir.flow.Sink;
import dev.weir.http.codec.BodyDecoder;
import dev.weir.http.codec.FieldLine;
import dev.weir.http.codec.Method;
import dev.weir.http.codec.RequestHead;
import dev.weir.http.codec.RequestReader;
import dev.weir.ledger.Kind;
import dev.weir.loop.EventLoop;
import dev.weir.loop.FailureLog;
import dev.weir.loop.Mailbox;
import dev.weir.memory.block.BlockSize;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// One exchange of HTTP/1.1. A [RequestReading] reads its request and has the path to its client.
///
/// **Owns:** nothing; the block into which its request is read belongs to the reading.
/// **Threads:** confined to the loop of its path, except [#answer] and [#loop], which any thread may call.
/// **Source:** ADR 20, an exchange is answered from any thread.
final class HttpExchange implements ExchangeStream {
    private static final int WORDS_MAX = 100;
    private static final FailureLog LOG = FailureLog.of(HttpExchange.class);

    private static final VarHandle ANSWER;

    /// The value of [#answer] when no thread may answer any more.
    private static final Answer OVER = Answer.text(200, "");

    static {
        try {
            ANSWER = MethodHandles.lookup().findVarHandle(HttpExchange.class, "answer", Answer.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final RequestReading reading;
    private final EventLoop loop;
    private final RequestHead head;
    private final Inflow in;
    private final Ending ending = new Ending();
    private @Nullable ExchangeListener listener;
    private @Nullable Object attachment; // stays for the next request after the end
    private @Nullable Answer delayed;

    /// The answer of another thread: null until there is one, [#OVER] when none may come. The thread that
    /// replaces null is the one that answers.
    @SuppressWarnings("unused") // Why: read and written through ANSWER.
    private volatile @Nullable Answer answer;

    private final Mailbox.@Nullable Node answering; // null where only the loop may answer
    private boolean isAttached;
    private boolean answerBegun;
    private boolean answered;
    private boolean closes;
    private boolean isExemptFromPurge;
    private int status;
    private long startedNanos;
    private long bytesInBefore;
    private long bytesOut;

    /// @param head of the requests that this serves
    /// @param isRecycled whether it serves one request after the other, so that only the loop may answer
    HttpExchange(RequestReading reading, RequestHead head, Inflow in, boolean isRecycled) {
        this.reading = reading;
        this.loop = reading.share().loop();
        this.head = head;
        this.in = in;
        this.answering = isRecycled ? null : new Mailbox.Node(this::answerHandedOver);
    }

    // ---- what a handler sees

    @Override
    public ExchangeStream stream() {
        requireServed();
        return this;
    }

    @Override
    public BodyIntake body() {
        requireServed();
        return reading;
    }

    @Override
    public RequestReader request() {
        requireServed();
        return reading.share().request(head, in.bytes(), in.keptFrom());
    }

    @Override
    public void receiveBody(BodyDecoder.Mode mode, Sink sink) {
        requireAnswering();
        reading.receive(mode, sink);
    }

    @Override
    public RequestHead head() {
        requireServed();
        return head;
    }

    @Override
    public void forgetHead() {
        requireAnswering();
        if (reading.flow().isActive()) throw new IllegalStateException("the request is still being received");
        in.consumedTo(in.from());
        in.settle();
    }

    @Override
    public String text(int from, int to) {
        requireServed();
        return head.text(in.bytes(), in.keptFrom(), from, to);
    }

    @Override
    public void shrinkToSmallBlock() {
        requireServed();
        in.settle();
        boolean isTooScarceToHold =
                in.slabBytes() > BlockSize.SMALL.bytes() && loop.pool().isTooScarceToHold();
        if (isTooScarceToHold || !in.isSpare()) forgetHead();
    }

    @Override
    public Client client() {
        return path().client();
    }

    @Override
    public ClientPath path() {
        requireServed();
        return reading.path();
    }

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public long startedNanos() {
        loop.requireCurrent();
        return startedNanos;
    }

    @Override
    public int status() {
        loop.requireCurrent();
        return status;
    }

    @Override
    public long bytesIn() {
        requireServed();
        long read = path().traffic().bytesIn() - bytesInBefore;
        // Why: the rest in the block belongs to the next request, unless this one's head was never complete.
        return reading.isHeadUnknown() ? read : read - (in.to() - in.from());
    }

    @Override
    public long bytesOut() {
        loop.requireCurrent();
        return bytesOut;
    }

    @Override
    public long memoryWaitNanos() {
        requireServed();
        return in.waitedNanos();
    }

    @Override
    public Ending ending() {
        loop.requireCurrent();
        return ending;
    }

    @Override
    public <T> @Nullable T attachment(AttachmentKey<T> slot) {
        loop.requireCurrent();
        return isAttached ? slot.find(attachment) : null;
    }

    @Override
    public <T> void attach(AttachmentKey<T> slot, T object) {
        loop.requireCurrent();
        attachment = object;
        isAttached = true;
    }

    @Override
    public <T> @Nullable T lastAttachment(AttachmentKey<T> slot) {
        loop.requireCurrent();
        return slot.find(attachment);
    }

    @Override
    public void setListener(ExchangeListener one) {
        requireAnswering();
        listener = one;
    }

    @Override
    public boolean isAnswered() {
        loop.requireCurrent();
        return answered;
    }

    @Override
    public long slowNanos() {
        requireAnswering();
        return reading.timer().slowNanos();
    }

    void notifyBodyArrived() {
        if (listener != null) listener.bodyArrived();
    }

    void notifyBodyEnded(Need how) {
        if (listener != null) listener.bodyEnded(how);
    }

    /// Whether its answer waits for room behind earlier answers.
    boolean isDelayed() {
        return delayed != null;
    }

    // ---- the answer

    @Override
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
            // Why: a late answer could not be distinguished from one to the next request of this object.
            loop.requireCurrent();
            return;
        }
        if (!ANSWER.compareAndSet(this, (Answer) null, newAnswer)) throw answeredOrEnded();
        if (!loop.post(node)) throw new IllegalStateException("the exchange has ended: its loop is closed");
    }

    /// Sends, on the loop, what another thread has answered.
    private void answerHandedOver() {
        Answer handedOver = answer;
        if (handedOver == null || handedOver == OVER || !reading.isAnswering(this)) return;
        try {
            send(handedOver);
        } catch (Throwable failure) { // Why: the thread that answered has gone on, and the client would wait for ever.
            LOG.error(path(), "an answer from another thread failed", failure);
            if (reading.isAnswering(this)) abort(CloseReason.BROKEN);
        }
    }

    /// Takes the right to answer: nobody else may answer from now on.
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
        ByteBuffer out = path().output(answer.bytesMax());
        if (out == null) {
            delay(answer);
            return;
        }
        if (answer.closes()) closes = true;
        boolean withBody = head.method() != Method.HEAD && answer.hasBody();
        int before = out.position();
        begun(answer.status());
        answer.put(out, reading.share().date().bytes(), persistenceLines(), withBody);
        bytesOut += out.position() - before;
        complete();
    }

    /// Keeps the answer until earlier ones, which fill the path, are written.
    private void delay(Answer answer) {
        if (!reading.isAnswering(this)) return;
        delayed = answer;
        listener = null;
        // Why: the rest of the request is not wanted any more, and its sink may serve another exchange by now.
        if (reading.isReceived()) path().pauseInput();
        else reading.discard();
        awaitPeer();
    }

    @Override
    public void refuse(Answer answer) {
        loop.requireCurrent();
        if (!reading.serves(this)) return;
        reading.beginErrorAnswer();
        if (!reading.isAnswering(this)) return;
        listener = null;
        // Why: the server's error replaces an answer that another thread has handed over meanwhile.
        endAnswering();
        if (answerBegun) abort(CloseReason.BROKEN);
        else send(answer);
    }

    @Override
    public void begin(int newStatus) {
        requireAnswering();
        takeAnswer();
        begun(newStatus);
    }

    private void begun(int newStatus) {
        status = newStatus;
        reading.timer().handlerAnswers();
        answerBegun = true;
        if (!reading.isReceived() && mustCloseUnread()) closes = true;
    }

    @Override
    public void exemptFromPurge() {
        requireAnswering();
        isExemptFromPurge = true;
    }

    boolean isExemptFromPurge() {
        return isExemptFromPurge;
    }

    @Override
    public void closeAfter() {
        requireServed();
        closes = true;
    }

    @Override
    public byte[] persistenceLines() {
        if (willClose()) return PersistenceLines.close();
        return reading.share().server().persistence().kept(head.version());
    }

    @Override
    public boolean willClose() {
        requireServed();
        if (!head.keepAlive() || reading.share().server().isDraining()) closes = true;
        return closes;
    }

    @Override
    public int write(ByteBuffer bytes) {
        requireAnswering();
        int written = path().write(bytes);
        if (written < 0) path().end(PathEnd.NOW, CloseReason.RESET);
        if (written > 0) bytesOut += written;
        if (written >= 0) reading.timer().setAwaitsReading(bytes.hasRemaining());
        return written;
    }

    @Override
    public void awaitPeer() {
        requireServed();
        reading.timer().setAwaitsReading(true);
    }

    @Override
    public void awaitHandler() {
        requireServed();
        reading.timer().awaitHandler();
    }

    @Override
    public void awaitMemory() {
        reading.timer().setAwaitsReading(false);
        reading.timer().awaitClient();
    }

    @Override
    public FieldLine dateField() {
        reading.share().loop().requireCurrent();
        return reading.share().date().line();
    }

    @Override
    public @Nullable ByteBuffer output(int bytes) {
        requireAnswering();
        return path().output(bytes);
    }

    @Override
    public void wrote(int bytes) {
        requireServed();
        if (bytes < 0 || bytes > Connection.OUTPUT_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "0 to " + Connection.OUTPUT_BYTES_MAX + " bytes are written at once, not " + bytes);
        }
        bytesOut += bytes;
    }

    @Override
    public void complete() {
        requireAnswering();
        listener = null;
        answered = true;
        settled();
        reading.answered(closes);
    }

    @Override
    public void abort(CloseReason reason) {
        requireAnswering();
        path().end(PathEnd.CUT, reason);
    }

    private boolean mustCloseUnread() {
        return head.expectsContinue()
                || reading.flow().isActive()
                || head.contentLength() > RequestReading.DISCARDED_BYTES_MAX;
    }

    private void settled() {
        endAnswering();
        loop.tally().closed(Kind.EXCHANGE, this);
        reading.share().server().observer().exchangeEnded(this);
        isAttached = false;
    }

    // ---- the connection's side

    void reset() {
        head.reset();
        ending.reset();
        listener = null;
        isAttached = false;
        answerBegun = false;
        delayed = null;
        ANSWER.set(this, (Answer) null);
        answered = false;
        closes = false;
        isExemptFromPurge = false;
        status = 0;
        bytesOut = 0;
        startedNanos = loop.nowNanos();
        in.forgetWaits();
        bytesInBefore = path().traffic().bytesIn() - (in.to() - in.from());
    }

    void forget() {
        listener = null;
        head.reset();
    }

    void writable() {
        reading.timer().setAwaitsReading(false);
        Answer waiting = delayed;
        delayed = null;
        if (waiting != null) send(waiting);
        else if (listener != null) listener.writable();
    }

    void inputEnded() {
        if (listener != null) listener.inputEnded();
    }

    int heldByListener() {
        return listener == null ? 0 : listener.heldForClient();
    }

    /// What a close would cut, in words.
    String unfinished() {
        String words = listener == null ? "" : listener.unfinished();
        if (!words.isEmpty()) return words;
        boolean isHeadHere = in.heldBytes() > 0 && in.from() - in.keptFrom() >= head.targetTo() && head.targetTo() > 0;
        if (!isHeadHere) return "a request";
        String line = text(head.methodFrom(), head.methodTo()) + " " + target();
        return line.substring(0, Math.min(line.length(), WORDS_MAX));
    }

    void notifyStarved() {
        if (listener != null) listener.endForMemory();
    }

    void notifyStalled() {
        if (listener != null) listener.stalled();
    }

    /// Ends the exchange because its connection ended before the answer was complete.
    void cut(CloseReason reason) {
        ExchangeListener notified = listener;
        listener = null;
        // Why: first, because the listener knows better what was going on.
        if (notified != null) notified.gone(reason);
        ending.note(reason, End.Phase.DATA);
        settled();
    }

    /// Refuses a foreign thread, and an exchange whose reading has gone on to another request and now belongs
    /// to that one.
    private void requireServed() {
        loop.requireCurrent();
        if (!reading.serves(this)) throw new IllegalStateException("the exchange has ended");
    }

    private void requireAnswering() {
        loop.requireCurrent();
        if (!reading.isAnswering(this)) throw new IllegalStateException("the exchange is not being answered now");
    }
}
