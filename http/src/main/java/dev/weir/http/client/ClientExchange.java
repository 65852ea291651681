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

/// One request to an origin and its one answer, in one attempt or more. Used again for one request after another.
///
/// Per request: [#begin]; for each attempt [Attempts#next], a connection from somewhere, [#sendOver], and the
/// bytes of the request into this, which is their sink, until the [ClientListener] is told of an end.
///
/// **Owns:** the block its answer is read into, while bytes move; no connection: that is on lease to its listener.
/// **Threads:** confined to its loop.
/// **Waits:** never waits.
/// **Fails:** it says why, and what may have become of the request ([Attempts#outcome]).
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

    /// How far the request is on its way.
    private enum Sending {
        /// There is none, or it is over.
        NONE,
        /// It waits for a connection.
        WAITING,
        /// It goes on.
        OPEN,
        /// An error is on its way back: a peer that takes no more need not have the rest.
        UNWANTED,
        /// The peer has all of it.
        SENT,
        /// The peer takes no more.
        BROKEN;

        boolean isOver() {
            return this == SENT || this == BROKEN;
        }
    }

    /// An exchange without a request.
    public ClientExchange(ClientLoop shared, ClientListener listener) {
        this.shared = shared;
        this.listener = listener;
        this.attempts = new Attempts();
        this.answer = new AnswerReading(shared, this);
    }

    // ---- the request

    /// A request begins, which has sent nothing yet.
    ///
    /// @param answerTo where the body of the answer goes; asked for room before anything of the answer is read
    /// @param attemptsMax how many attempts there may be
    /// @param resends whether what a dead connection was given is given to another one
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

    /// Sends the request over `borrowed` from now on, and reads the answer there.
    ///
    /// @param wasUsed whether it has served before: then it may end before a byte of an answer has come
    /// @param clientKey for whose sake: where clients take turns for memory, it is this one's turn
    public void sendOver(ClientConnection borrowed, boolean wasUsed, long clientKey) {
        shared.loop().requireCurrent();
        if (sending != Sending.WAITING) throw new IllegalStateException("no request waits for a connection");
        sending = Sending.OPEN;
        connection = borrowed;
        bytesSent = 0;
        borrowed.serve(this, wasUsed);
        answer.expectFrom(borrowed, clientKey);
    }

    /// Takes bytes of the request, head or body. Between two attempts it takes nothing.
    @Override
    public int take(ByteBuffer bytes) {
        ClientConnection taking = connection;
        // Why: between two attempts the body waits, for the next connection.
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

    /// The request has left whole.
    public void requestSent() {
        shared.loop().requireCurrent();
        sending = Sending.SENT;
        if (answer.isExpected()) awaitAnswer();
    }

    /// The request found this gone: the peer takes no more. What it answered before may still be read.
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

    /// What is left of the request need not be taken by the peer, because an error is on its way back.
    ///
    /// @return false when it takes no more anyway
    public boolean stopSending() {
        shared.loop().requireCurrent();
        if (sending == Sending.BROKEN) return false;
        sending = Sending.UNWANTED;
        return true;
    }

    /// What is left of the request will never come.
    ///
    /// @return whether the answer is an error that is on its way, and goes on all the same
    public boolean requestCut() {
        shared.loop().requireCurrent();
        if (sending != Sending.UNWANTED) return false;
        sending = Sending.BROKEN;
        return true;
    }

    /// Whether the request has left whole.
    public boolean isSent() {
        return sending == Sending.SENT;
    }

    /// How many bytes of the request have left over this connection, or the last.
    public long bytesSent() {
        return bytesSent;
    }

    /// What became of its request until now.
    public Attempts attempts() {
        shared.loop().requireCurrent();
        return attempts;
    }

    /// Whether the listener asks for another connection after it was refused one; if not, the request fails,
    /// and this says in [#attempts] what became of it.
    public boolean mayTryAgain(Refusal refusal) {
        shared.loop().requireCurrent();
        return attempts.mayFollow(refusal);
    }

    /// Whether a request that is repeatable may be repeated, if its connection ends without a word.
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

    /// That of the request.
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

    /// Whether the final head of the answer has not come, over the connection it was sent over.
    public boolean isAnswerExpected() {
        return answer.isExpected();
    }

    /// Whether the answer is here whole, and its connection serves others.
    public boolean isAnswerTaken() {
        return answer.isTaken();
    }

    /// In [ClientListener#headReceived]: how long a head may be that is put before the body.
    public int headroom() {
        shared.loop().requireCurrent();
        return answer.headroom();
    }

    /// In [ClientListener#headReceived]: says how the body goes to the sink, and what before it.
    ///
    /// @param mode decoded, or cut into chunks as it came
    /// @param before a head for whoever takes the answer, no longer than [#headroom]; null when none is wanted
    public void prepareBody(BodyDecoder.Mode mode, @Nullable InPlaceHead before) {
        shared.loop().requireCurrent();
        answer.prepareBody(mode, before);
    }

    /// The sink takes more.
    public void sinkReady() {
        shared.loop().requireCurrent();
        answer.sinkReady();
    }

    /// The listener has sent 100 itself, in the origin's place: interim answers that were held back are passed on.
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

    /// Sets the moment at which the exchange is looked at again.
    public void lookAgain(long atNanos) {
        shared.loop().requireCurrent();
        requireConnection().deadline(atNanos);
    }

    /// The answer or the request goes on, and has to within the time for that.
    void awaitMore() {
        lookAgain(shared.loop().nowNanos() + shared.stallNanos());
    }

    private void awaitAnswer() {
        // Why: one deadline over all attempts; a repeat does not begin the wait anew.
        if (answerDueNanos == NOT_DUE) answerDueNanos = shared.loop().nowNanos() + listener.answerTimeoutNanos();
        lookAgain(answerDueNanos);
    }

    /// The deadline of the connection has come.
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

    /// Whether bytes moved either way within the time for that; the rest of it is waited for then.
    private boolean hasMovedLately() {
        long dueNanos = requireConnection().traffic().lastNanos() + shared.stallNanos();
        if (dueNanos - shared.loop().nowNanos() <= 0) return false;
        lookAgain(dueNanos);
        return true;
    }

    /// Whether the peer takes more of the request, of which it did not tell, or has all there is.
    private boolean isWrittenOnRetry() {
        boolean nudged = requireConnection().output().retryWrite();
        // Why: a request sent whole awaits its answer, and has the time for it.
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

    /// Closed by somebody else: the pool found it dead, memory was needed, or everything ends.
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

    /// Leaves the connection, which is on lease still; the request may be sent over another one.
    ///
    /// @param reusable whether nothing of the exchange is left on it
    public void leave(boolean reusable) {
        shared.loop().requireCurrent();
        ClientConnection leaving = connection;
        connection = null;
        if (sending != Sending.NONE) sending = Sending.WAITING;
        if (leaving == null) return;
        answer.reset();
        leaving.leave(reusable);
    }

    /// The request is over, or nobody wants it any more: it has left its connection.
    public void end() {
        leave(false);
        answer.reset();
        sending = Sending.NONE;
    }

    /// Whether it may be begun again: no memory that was asked for is still on its way.
    public boolean isFree() {
        return answer.isFree();
    }

    /// Bytes of blocks that it holds.
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
