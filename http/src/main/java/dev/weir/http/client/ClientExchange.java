package dev.weir.http.client;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Connection;
import dev.weir.connection.Room;
import dev.weir.flow.Sink;
import dev.weir.http.codec.BodyDecoder;
import dev.weir.http.codec.Method;
import dev.weir.http.codec.ResponseReader;
import dev.weir.http.flow.InPlaceHead;
import dev.weir.pool.Refusal;
import dev.weir.transport.Transport;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// One request to an origin and its one answer, in one attempt or more. Reused for the next request.
///
/// For each request call [#begin]; for each attempt call [Attempts#next], borrow a connection, call
/// [#sendOver], and write the request's bytes into this, which is their sink, until the [ClientListener] is
/// notified of an end.
///
/// **Owns:** the block into which its answer is read, while bytes move. Not the connection: its listener holds
/// the lease.
/// **Threads:** confined to its loop.
/// **Waits:** never waits.
/// **Fails:** by [ClientListener#failed], which says why; [Attempts#outcome] says whether the request may have been
/// processed. The exchange may be used again after [#end].
public final class ClientExchange implements Sink {
    private static final long NOT_DUE = Long.MAX_VALUE;

    private final ClientLoop shared;
    private final ClientListener listener;
    private final Attempts attempts;
    private final AnswerReading answer;
    private @Nullable ClientConnection connection;
    private Method method = Method.OTHER;
    private Sending sending = Sending.NONE;
    private long answerDueNanos = NOT_DUE;
    private long bytesSent;

    /// How much of the request was sent.
    private enum Sending {
        /// There is no request, or it is over.
        NONE,
        /// It waits for a connection.
        WAITING,
        /// It is being sent.
        OPEN,
        /// An error is being received: if the peer takes no more of the request, the rest need not be sent.
        UNWANTED,
        /// All of it was sent.
        SENT,
        /// The peer takes no more of it.
        BROKEN;

        boolean isOver() {
            return this == SENT || this == BROKEN;
        }
    }

    /// Makes an exchange without a request.
    public ClientExchange(ClientLoop shared, ClientListener listener) {
        this.shared = shared;
        this.listener = listener;
        this.attempts = new Attempts();
        this.answer = new AnswerReading(shared, this);
    }

    // ---- the request

    /// Begins a request. Nothing is sent yet.
    ///
    /// @param answerTo where the body of the answer goes; nothing of the answer is read unless it is ready
    /// @param attemptsMax how many attempts there may be
    /// @param resends whether a request that was given to a dead connection may be given to another one
    public void begin(Method asked, Sink answerTo, int attemptsMax, boolean resends) {
        shared.loop().requireCurrent();
        if (sending != Sending.NONE) throw new IllegalStateException("its last request is not over");
        sending = Sending.WAITING;
        answerDueNanos = NOT_DUE;
        bytesSent = 0;
        method = asked;
        shared.retries().earn();
        attempts.begin(attemptsMax, resends);
        answer.begin(answerTo);
    }

    /// Sets the connection over which the request is sent and its answer read.
    ///
    /// @param wasUsed whether it has served before: then it may end before a byte of an answer arrives
    /// @param clientKey the client on whose behalf it is sent: memory for the answer is waited for in its turn
    public void sendOver(ClientConnection borrowed, boolean wasUsed, long clientKey) {
        shared.loop().requireCurrent();
        if (sending != Sending.WAITING) throw new IllegalStateException("no request waits for a connection");
        sending = Sending.OPEN;
        connection = borrowed;
        bytesSent = 0;
        borrowed.serve(this, wasUsed);
        answer.expectFrom(borrowed, clientKey);
    }

    /// Sends bytes of the request, head or body. Takes none between two attempts.
    @Override
    public int take(ByteBuffer bytes) {
        ClientConnection taking = connection;
        // Why: between two attempts the body waits for the next connection.
        if (taking == null) return sending == Sending.WAITING ? 0 : GONE;
        if (answer.holdsInterim() && !listener.awaitsContinue()) answer.passHeld();
        if (connection != taking) return GONE;
        int written = taking.connection().output().write(bytes);
        if (written == Transport.BROKEN) return GONE;
        if (written > 0) wrote(written);
        if (bytes.hasRemaining() && sending == Sending.UNWANTED) return GONE;
        if (bytes.hasRemaining()) awaitMore();
        return written;
    }

    @Override
    public boolean isReady() {
        ClientConnection taking = connection;
        if (taking == null) return false;
        boolean ready =
                sending == Sending.UNWANTED || taking.connection().output().askRoom();
        if (!ready && connection != null) awaitMore();
        return ready;
    }

    /// Notes that the whole request was sent.
    public void requestSent() {
        shared.loop().requireCurrent();
        sending = Sending.SENT;
        if (answer.isExpected()) awaitAnswer();
    }

    /// Notes that [#take] has returned [#GONE]: the peer takes no more. An answer that it sent before may still
    /// be read.
    public void requestBroken() {
        shared.loop().requireCurrent();
        sending = Sending.BROKEN;
        if (bytesSent == 0) {
            nothingSent();
            return;
        }
        listener.requestRefused();
        if (connection == null) return;
        if (answer.isExpected()) {
            connection.resumeInput();
            awaitAnswer();
        } else {
            awaitMore();
        }
    }

    /// Lets the rest of the request be dropped if the peer takes no more, because an error is being received.
    ///
    /// @return false when the peer takes no more anyway
    public boolean stopSending() {
        shared.loop().requireCurrent();
        if (sending == Sending.BROKEN) return false;
        sending = Sending.UNWANTED;
        return true;
    }

    /// Notes that the rest of the request will never come.
    ///
    /// @return whether an error is being received, so that the exchange goes on all the same
    public boolean requestCut() {
        shared.loop().requireCurrent();
        if (sending != Sending.UNWANTED) return false;
        sending = Sending.BROKEN;
        return true;
    }

    /// Whether the whole request was sent.
    public boolean isSent() {
        return sending == Sending.SENT;
    }

    /// How many bytes of the request were sent over the current connection, or the last one.
    public long bytesSent() {
        return bytesSent;
    }

    /// The attempts of its request, and what became of it so far.
    public Attempts attempts() {
        shared.loop().requireCurrent();
        return attempts;
    }

    /// Whether the listener may ask for another connection after one was refused. If not, the request has failed;
    /// [#attempts] says what became of it.
    public boolean mayTryAgain(Refusal refusal) {
        shared.loop().requireCurrent();
        return attempts.mayFollow(refusal);
    }

    /// Whether a repeatable request may be repeated if its connection ends without an answer.
    public boolean canRepeat() {
        shared.loop().requireCurrent();
        return attempts.canRepeat(shared.retries());
    }

    ClientLoop shared() {
        return shared;
    }

    ClientListener listener() {
        return listener;
    }

    /// The request's method.
    Method method() {
        return method;
    }

    private void wrote(int written) {
        if (bytesSent == 0) {
            attempts.sent();
            listener.sendingBegun();
        }
        bytesSent += written;
    }

    void requestWritable() {
        if (!sending.isOver()) listener.requestWritable();
    }

    // ---- the answer

    /// Whether the request has a connection and the final head of its answer has not arrived there.
    public boolean isAnswerExpected() {
        return answer.isExpected();
    }

    /// Whether the whole answer has been read and its connection serves others.
    public boolean isAnswerTaken() {
        return answer.isTaken();
    }

    /// How many bytes a head that is put before the body may have. Call in [ClientListener#headReceived].
    public int headroom() {
        shared.loop().requireCurrent();
        return answer.headroom();
    }

    /// Says in which form the body goes to the sink, and what goes before it. Call in
    /// [ClientListener#headReceived].
    ///
    /// @param mode decoded, or cut into chunks as it came
    /// @param before a head that the sink gets first, no longer than [#headroom]; null for none
    public void prepareBody(BodyDecoder.Mode mode, @Nullable InPlaceHead before) {
        shared.loop().requireCurrent();
        answer.prepareBody(mode, before);
    }

    /// Notes that the sink takes more.
    public void sinkReady() {
        shared.loop().requireCurrent();
        answer.sinkReady();
    }

    /// Notes that the listener has sent 100 in the origin's place. Interim answers that were held back are
    /// passed on.
    ///
    /// @return false when the exchange is over
    public boolean continueSent() {
        shared.loop().requireCurrent();
        return answer.continueSent();
    }

    /// How many interim answers the listener has passed on for this request, over all attempts; 127 at most.
    public int interimPassed() {
        return answer.interimPassed();
    }

    /// Whether 100 is among the interim answers that were passed on.
    public boolean isContinued() {
        return answer.isContinued();
    }

    void answerReadable() {
        answer.receive();
    }

    void headCame(ResponseReader head) {
        if (connection != null) KeepAlive.bound(connection.entry(), head);
    }

    void answerEnded(boolean atBoundary) {
        attempts.replied();
        listener.ended(atBoundary && isSent());
    }

    void answerTaken(boolean atBoundary) {
        ClientConnection leaving = connection;
        boolean reusable = atBoundary && sending != Sending.BROKEN;
        connection = null;
        if (leaving == null) return;
        leaving.leave(reusable);
        listener.connectionReleased(reusable);
    }

    // ---- time

    /// Sets the moment at which the exchange is checked again.
    public void lookAgain(long atNanos) {
        shared.loop().requireCurrent();
        requireConnection().deadline(atNanos);
    }

    /// Expects the answer or the request to go on within the stall timeout.
    void awaitMore() {
        lookAgain(shared.loop().nowNanos() + shared.stallNanos());
    }

    private void awaitAnswer() {
        // Why: there is one deadline for all attempts; a repetition does not start the timeout again.
        if (answerDueNanos == NOT_DUE) answerDueNanos = shared.loop().nowNanos() + listener.answerTimeoutNanos();
        lookAgain(answerDueNanos);
    }

    /// The connection's deadline has passed.
    void timedOut() {
        if (answer.isWaiting()) {
            answer.stopWaiting();
            fail(ClientFailure.NO_MEMORY_IN_TIME);
        } else if (!(answer.isExpected() && sending.isOver())) {
            if (!hasMovedLately() && !isWrittenOnRetry()) stalled();
        } else if (!listener.handlesLateAnswer()) {
            fail(ClientFailure.ANSWER_TIMED_OUT);
        }
    }

    /// Whether bytes moved either way within the stall timeout; if so, the rest of it is waited for.
    private boolean hasMovedLately() {
        long dueNanos = requireConnection().traffic().lastNanos() + shared.stallNanos();
        if (dueNanos - shared.loop().nowNanos() <= 0) return false;
        lookAgain(dueNanos);
        return true;
    }

    /// Tries to write although no readiness was reported. Whether bytes were written, or nothing waits to be.
    private boolean isWrittenOnRetry() {
        boolean nudged = requireConnection().output().retryWrite();
        // Why: after the whole request was sent, the answer timeout holds.
        if (nudged && connection != null && !isSent()) awaitMore();
        return nudged || connection == null;
    }

    private void stalled() {
        if (!answer.isExpected()) {
            fail(ClientFailure.ANSWER_STALLED);
        } else if (requireConnection().output().room() != Room.FREE) {
            fail(ClientFailure.REQUEST_NOT_TAKEN);
        }
        // Why: else it has all there is, and whoever sends the request is to send more.
    }

    // ---- the end

    /// The peer ended without a byte of an answer.
    void silent() {
        if (bytesSent == 0) nothingSent();
        else if (isReused() && answer.isFree() && attempts.repeat(listener.isRequestKept(), shared)) listener.retry();
        else fail(ClientFailure.NO_ANSWER);
    }

    private boolean isReused() {
        return connection != null && connection.isReused();
    }

    private void nothingSent() {
        if (attempts.mayResend() && answer.isFree()) listener.retry();
        else fail(ClientFailure.NOTHING_SENT);
    }

    /// The connection is being closed by others: the pool found it dead, memory was needed, or everything closes.
    void closing(CloseReason reason) {
        boolean dead = reason != CloseReason.STARVED && reason != CloseReason.CLOSED;
        if (dead && bytesSent == 0 && !answer.isBegun()) nothingSent();
        else if (reason == CloseReason.STARVED) fail(ClientFailure.STARVED);
        else fail(dead ? ClientFailure.CONNECTION_BROKEN : ClientFailure.CONNECTION_CLOSED);
    }

    void broken(String words) {
        listener.failed(ClientFailure.BROKEN_ANSWER, words);
    }

    void fail(ClientFailure how) {
        listener.failed(how, how.words());
    }

    /// Leaves the connection, whose lease goes on. The request may be sent over another one.
    ///
    /// @param reusable whether nothing of the exchange is left on the connection
    public void leave(boolean reusable) {
        shared.loop().requireCurrent();
        ClientConnection leaving = connection;
        connection = null;
        if (sending != Sending.NONE) sending = Sending.WAITING;
        if (leaving == null) return;
        answer.reset();
        leaving.leave(reusable);
    }

    /// Ends the request, whether it was answered or is given up, and leaves its connection.
    public void end() {
        leave(false);
        answer.reset();
        sending = Sending.NONE;
    }

    /// Whether it may begin another request: no grant of memory is pending.
    public boolean isFree() {
        return answer.isFree();
    }

    /// How many bytes of blocks it holds.
    public int heldBytes() {
        return answer.heldBytes();
    }

    int slabBytes() {
        return answer.slabBytes();
    }

    long movedNanos(long ownNanos) {
        return answer.movedNanos(ownNanos);
    }

    private Connection requireConnection() {
        ClientConnection current = connection;
        if (current == null) throw new IllegalStateException("it has no connection");
        return current.connection();
    }
}
