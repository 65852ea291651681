package dev.weir.gateway.forward;

import dev.weir.connection.CloseReason;
import dev.weir.flow.Inflow;
import dev.weir.flow.Need;
import dev.weir.flow.Sink;
import dev.weir.gateway.config.Upstream;
import dev.weir.gateway.request.RequestRecord;
import dev.weir.http.client.Attempts;
import dev.weir.http.client.ClientConnection;
import dev.weir.http.client.ClientExchange;
import dev.weir.http.client.ClientFailure;
import dev.weir.http.client.ClientListener;
import dev.weir.http.codec.BodyDecoder;
import dev.weir.http.codec.Framing;
import dev.weir.http.codec.HeadEncoder;
import dev.weir.http.codec.HttpVersion;
import dev.weir.http.codec.RequestHead;
import dev.weir.http.codec.RequestReader;
import dev.weir.http.codec.ResponseReader;
import dev.weir.http.flow.BodyFlow;
import dev.weir.http.flow.HeadBlocks;
import dev.weir.http.flow.InPlaceHead;
import dev.weir.http.server.End;
import dev.weir.http.server.ExchangeListener;
import dev.weir.http.server.ExchangeStream;
import dev.weir.http.server.PathEnd;
import dev.weir.memory.block.Account;
import dev.weir.memory.block.BlockSize;
import dev.weir.pool.Refusal;
import dev.weir.pool.exclusive.Lease;
import dev.weir.pool.exclusive.PoolEntry;
import dev.weir.time.RarePoint;
import dev.weir.time.Timer;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Forwards one request to an origin and its answer to the client. Recycled.
///
/// **Owns:** the borrowed connection until its lease ends.
/// **Threads:** confined to its loop.
/// **Waits:** never waits.
/// **Fails:** nothing sent: another origin, then 503; sent and no whole answer: 502, 504, or abort.
final class ForwardExchange implements ExchangeListener, ClientListener, Sink {
    /// How often memory is checked for scarcity while a body is gathered.
    private static final long GATHER_LOOK_NANOS = 50_000_000L;

    /// How long until 100 Continue is tried again when the client had no room for it.
    private static final long CONTINUE_LOOK_NANOS = 100_000_000L;

    /// The longest request that is kept for a retry while memory is scarce: what a small block holds.
    private static final int KEPT_BYTES_MAX = BlockSize.SMALL.bytes() - HeadBlocks.HEADROOM;

    private static final int REWRITE_BYTES_MAX = 512;

    /// Asks the origin to keep the connection alive. Why: HTTP/1.1 does not need it, but Apache httpd sends its
    /// keep-alive timeout only to clients that ask, and once is enough.
    private static final byte[] KEEP_ALIVE = HeadEncoder.ascii("Connection: keep-alive\r\n");

    private static final int ERROR_MIN = 400;
    private static final int SENT_BEFORE = 502;

    private final ForwardLoop shared;
    private final OriginLease lease;
    private final ClientExchange out;
    private final Timer later = new Timer(this::timerFired);
    private @Nullable ExchangeStream client;
    private @Nullable RequestRecord record;
    private @Nullable RunningUpstream target;
    private @Nullable PoolEntry entry;
    private Head head = Head.UNWRITTEN;
    private Login login = Login.NONE;
    private long gatheredByNanos;

    ForwardExchange(ForwardLoop shared) {
        this.shared = shared;
        this.lease = new OriginLease();
        this.out = new ClientExchange(shared.clients(), this);
    }

    /// What to do with the request's head once a connection is borrowed.
    private enum Head {
        /// The head is rewritten for the origin, and put before the body.
        UNWRITTEN,
        /// The head is before the body already.
        WRITTEN,
        /// The head has been sent, and is sent again.
        KEPT
    }

    /// Whether the client authenticates the connection instead of each request.
    private enum Login {
        /// No sign of it.
        NONE,
        /// The request carries credentials that may authenticate the connection.
        OFFERED,
        /// The origin continues the handshake: the next request is expected to follow soon.
        CHALLENGED
    }

    private final class OriginLease extends Lease {
        OriginLease() {
            super(shared.loop());
        }

        @Override
        protected long clientKey() {
            return requireClient().client().peerKey();
        }

        @Override
        protected long slowNanos() {
            return requireClient().slowNanos();
        }

        @Override
        protected boolean endIfStalled() {
            return endIfSlow();
        }

        @Override
        protected boolean canRepeat() {
            ExchangeStream asking = requireClient();
            return isRepeatable(asking) && fitsWhenKept(asking) && out.canRepeat();
        }

        @Override
        protected boolean waitsForReturn() {
            // Why: no waiting in the queue for a client that has half-closed.
            return !hasClientEnded() || requireTarget().abandon() == Upstream.Abandon.NEVER;
        }

        @Override
        protected void borrowed(PoolEntry borrowed, boolean wasUsed) {
            begun(borrowed, wasUsed);
        }

        @Override
        protected void refused(Refusal refusal) {
            notBorrowed(refusal);
        }

        @Override
        protected void endForWaiter() {
            fail(End.YIELDED, phase());
        }
    }

    // ---- to the origin

    void begin(ExchangeStream exchange, RequestRecord noted, RunningUpstream chosen) {
        client = exchange;
        record = noted;
        target = chosen;
        noted.setUpstream(chosen.nameBytes());
        exchange.setListener(this);
        out.begin(exchange.head().method(), this, chosen.attemptsMax(), chosen.retriesSafely());
        lease.setTrickling(false);
        if (!hasRoomForFields(exchange, noted, chosen)) {
            fail(End.TOO_MANY_FIELDS);
            return;
        }
        PoolEntry own = PrivateConnection.take(exchange, chosen, lease);
        if (own != null) {
            out.attempts().next();
            noted.countAttempt();
            begun(own, true);
            return;
        }
        // Why: a client that expects 100 Continue sends its body only after the origin has asked for it.
        if (exchange.head().framing() == Framing.NONE || exchange.head().expectsContinue()) borrow();
        else gather();
    }

    private boolean hasRoomForFields(ExchangeStream exchange, RequestRecord noted, RunningUpstream chosen) {
        return shared.requests()
                .withTrailers(chosen.passesTrailers())
                .hasRoomForFields(
                        exchange.request(),
                        noted,
                        exchange.client().peerAddress(),
                        shared.limits().fieldsMax());
    }

    /// Borrows a connection once the body is complete or fills a block, so that a slow client holds none.
    private void gather() {
        switch (requireClient().body().gather()) {
            case WHOLE, FULL -> {
                shared.loop().wheel().cancel(later);
                lease.requestComplete();
                if (out.attempts().count() == 0) borrow();
            }
            case PART -> awaitRest();
            case CUT -> {
                requireClient().ending().note(End.CLIENT_CUT);
                requireClient().path().end(PathEnd.NOW, CloseReason.PEER_LEFT);
            }
        }
    }

    /// Waits for more of the body, up to the gathering timeout.
    private void awaitRest() {
        if (out.attempts().count() > 0) return;
        if (shared.gatherNanos() == 0 || holdsScarceBlock()) markTrickling();
        else if (!later.isScheduled()) {
            gatheredByNanos = shared.loop().nowNanos() + shared.gatherNanos();
            scheduleCheck(shared.gatherNanos());
        }
    }

    private void scheduleCheck(long leftNanos) {
        shared.loop().schedule(later, Math.min(leftNanos, GATHER_LOOK_NANOS));
    }

    private void timerFired() {
        if (client == null) return;
        if (out.attempts().count() == 0) checkBody();
        else sendContinueIfDue();
    }

    private void checkBody() {
        long leftNanos = gatheredByNanos - shared.loop().nowNanos();
        if (leftNanos <= 0 || holdsScarceBlock()) markTrickling();
        else scheduleCheck(leftNanos);
    }

    /// Whether others may need the block in which the body is gathered. Forwarding the body would free it.
    private boolean holdsScarceBlock() {
        return shared.loop().pool().isTooScarceToHold()
                && requireClient().body().in().slabBytes() >= BlockSize.NORMAL.bytes();
    }

    /// The body has not arrived within the gathering timeout: the request counts against the share of trickling
    /// clients.
    private void markTrickling() {
        lease.setTrickling(true);
        borrow();
    }

    @Override
    public void bodyArrived() {
        if (entry == null) gather();
    }

    /// Ends the exchange, because others wait for a connection and this client is the slowest. Returns false
    /// when the client moves bytes after all.
    private boolean endIfSlow() {
        ExchangeStream slow = requireClient();
        // Why: the kernel reports late what a client has read.
        boolean moved = slow.path().retryWrite();
        // Why: the queued bytes may have been the rest, or the path may be broken: then this exchange is over.
        if (client != slow || entry == null) return false;
        if (moved && slow.slowNanos() == 0) return false;
        fail(End.GAVE_WAY, phase());
        return true;
    }

    private void borrow() {
        out.attempts().next();
        requireRecord().countAttempt();
        // Why: nobody should lose a connection for a client that has left already.
        if (requireTarget().cache().isCrowded()) requireClient().body().lookForEnd();
        if (client == null) return;
        lease.setClientLeft(requireTarget().abandon() == Upstream.Abandon.WHEN_NEEDED && hasClientEnded());
        requireTarget().cache().borrow(lease);
    }

    private void begun(PoolEntry borrowed, boolean wasUsed) {
        entry = borrowed;
        noteLease();
        requireRecord().setReused(wasUsed);
        if (hasClientEnded() && yieldIfOthersWait(wasUsed)) return;
        ClientConnection talk = ClientConnection.of(borrowed);
        if (requireTarget().reuse() == Upstream.Reuse.NEVER) talk.becomePrivate();
        out.sendOver(talk, wasUsed, requireClient().client().peerKey());
        send();
    }

    /// The client has half-closed before a connection was borrowed. Its request is not sent while others wait
    /// for one.
    private boolean yieldIfOthersWait(boolean wasUsed) {
        if (requireTarget().abandon() != Upstream.Abandon.WHEN_NEEDED) return false;
        if (requireTarget().cache().waitingInNeed() > 0) {
            leaveOrigin(true);
            fail(End.GIVEN_UP, wasUsed ? End.Phase.QUEUE : End.Phase.CONNECT);
            return true;
        }
        lease.yieldWhenNeeded();
        return false;
    }

    private boolean hasClientEnded() {
        return requireClient().path().isInputEnded();
    }

    private void abandon() {
        End.Phase during = phase();
        lease.cancel();
        fail(End.ABANDONED, during);
    }

    private void notBorrowed(Refusal refusal) {
        noteLease();
        if (out.mayTryAgain(refusal)) {
            borrow();
            return;
        }
        switch (refusal) {
            case QUEUE_FULL -> queueFull();
            case TIMED_OUT -> failUnsent(End.NO_TURN_IN_TIME);
            case CONNECT_FAILED -> failUnsent(End.CONNECT_FAILED);
            case CONNECT_TIMED_OUT -> failUnsent(End.CONNECT_TIMED_OUT);
            case ALL_DOWN -> failUnsent(End.ALL_DOWN);
            case OUT_OF_DESCRIPTORS -> {
                String why = End.NO_DESCRIPTOR.words() + ": " + lease.why();
                failUnsent(End.NO_DESCRIPTOR, End.NO_DESCRIPTOR.phase(), why);
            }
            case NO_ORIGIN ->
                failUnsent(End.NO_ORIGIN, End.NO_ORIGIN.phase(), requireTarget().whyNoOrigin());
            case CLOSED -> failUnsent(End.CLOSING);
        }
    }

    private void queueFull() {
        if (hasClientEnded()) failUnsent(End.GIVEN_UP, End.Phase.QUEUE, End.GIVEN_UP.words());
        else failUnsent(End.QUEUE_FULL);
    }

    private void failUnsent(End how) {
        failUnsent(how, how.phase(), how.words());
    }

    /// Fails a request whose last attempt sent nothing.
    private void failUnsent(End how, End.Phase during, String why) {
        // Why: a retried request was sent before, and an origin may have acted on it.
        boolean isUnsent = out.attempts().outcome() == Attempts.Outcome.NOT_SENT;
        fail(isUnsent ? how.status() : SENT_BEFORE, how, during, why);
    }

    private void noteLease() {
        RequestRecord noted = requireRecord();
        noted.addPoolWait(lease.waitedNanos());
        noted.addConnectTime(lease.connectNanos());
        var tried = lease.origin();
        if (tried != null) noted.setOrigin(tried.asciiBytes());
    }

    private void send() {
        ExchangeStream exchange = requireClient();
        if (head == Head.UNWRITTEN && !encodeHead(exchange)) {
            fail(End.HEAD_TOO_LARGE);
            return;
        }
        if (login == Login.OFFERED) ClientConnection.of(requireOrigin()).becomePrivate();
        if (head == Head.KEPT) exchange.body().flow().rewind();
        head = Head.WRITTEN;
        awaitContinue(requireTarget().continueNanos());
        exchange.body().pump();
    }

    /// Some origins never send 100 Continue: after a while the gateway sends it.
    private void awaitContinue(long nanos) {
        if (nanos > 0 && awaitsContinue()) shared.loop().schedule(later, nanos);
    }

    private void sendContinueIfDue() {
        boolean isDue = entry != null && out.isAnswerExpected() && awaitsContinue();
        if (isDue && !writeContinue() && client != null) awaitContinue(CONTINUE_LOOK_NANOS);
    }

    private boolean writeContinue() {
        if (!InterimAnswers.writeContinue(requireClient())) return false;
        return out.continueSent();
    }

    /// Puts the rewritten head before the body; false when it does not fit, and nothing may be sent.
    private boolean encodeHead(ExchangeStream exchange) {
        RequestReader received = exchange.request();
        if (isSafelyReused() && LoginScheme.isInRequest(received)) login = Login.OFFERED;
        byte[] originName = requireOrigin().origin().nameBytes();
        boolean trails = requireTarget().passesTrailers();
        boolean isFirst = requireOrigin().connection().traffic().bytesOut() == 0;
        InPlaceHead rewritten = isFirst ? shared.beginHead(KEEP_ALIVE) : shared.beginHead();
        shared.requests()
                .withTrailers(trails)
                .write(received, requireRecord(), exchange.client().peerAddress(), originName, rewritten);
        boolean whole = rewritten.end();
        var mode = trails ? BodyDecoder.Mode.CHUNKED : BodyDecoder.Mode.UNTRAILED;
        BodyFlow flow = exchange.body().prepare(mode, out);
        int bytes = rewritten.bytes() + (int) Math.max(0, exchange.head().contentLength());
        boolean kept = isRepeatable(exchange)
                && mayKeep(exchange.body().in(), bytes)
                && !rarely(ForwardPoint.REQUEST_NOT_KEPT);
        boolean isPlaced = whole && rewritten.placeBefore(flow, kept);
        if (kept) exchange.body().in().setPurpose("request kept for a retry");
        return isPlaced;
    }

    // The added fields are far below the margin; a head that is near the limit counts as too large.
    private boolean fitsWhenKept(ExchangeStream exchange) {
        return mayKeep(exchange.body().in(), exchange.body().in().to() - HeadBlocks.HEADROOM + REWRITE_BYTES_MAX);
    }

    private boolean mayKeep(Inflow in, int bytes) {
        return bytes <= KEPT_BYTES_MAX || (in.isSpare() && !shared.loop().pool().isTooScarceToHold());
    }

    private boolean isRepeatable(ExchangeStream exchange) {
        RequestHead asked = exchange.head();
        Inflow in = exchange.body().in();
        return requireTarget().retriesSafely()
                && Attempts.isRepeatable(asked.method(), asked.framing(), asked.contentLength(), in.to() - in.from());
    }

    @Override
    public void bodyEnded(Need how) {
        switch (how) {
            case NOTHING -> wholeSent();
            case SINK_GONE -> out.requestBroken();
            case CUT -> bodyCut();
            case FAULT, SHORT -> drop();
            case INPUT, MEMORY, SINK -> throw new IllegalStateException("an unfinished body has not ended");
        }
    }

    private void bodyCut() {
        // Why: a client that has seen the head of an error sends no more; it reads the rest.
        if (out.requestCut()) requireClient().body().discard();
        else drop();
    }

    private void wholeSent() {
        requireRecord().setRequestSent(shared.loop().nowNanos());
        lease.requestComplete();
        requireClient().shrinkToSmallBlock();
        out.requestSent();
    }

    @Override
    public void sendingBegun() {
        requireRecord().markSent();
    }

    @Override
    public void requestWritable() {
        if (client != null) client.body().pump();
    }

    /// Reads and discards the rest of the request, because many clients write all of it before they read.
    @Override
    public void requestRefused() {
        requireClient().body().discard();
    }

    @Override
    public boolean isRequestKept() {
        Inflow in = requireClient().body().in();
        return in.keptFrom() < in.from();
    }

    // ---- from the origin

    private boolean isSafelyReused() {
        return requireTarget().reuse() == Upstream.Reuse.SAFE;
    }

    @Override
    public long answerTimeoutNanos() {
        return requireTarget().responseNanos();
    }

    @Override
    public boolean awaitsContinue() {
        return !out.isContinued() && InterimAnswers.isContinueAwaited(requireClient());
    }

    @Override
    public boolean interim(ResponseReader answer) {
        ExchangeStream asking = requireClient();
        RunningUpstream from = requireTarget();
        boolean continues = answer.status() == InterimAnswers.CONTINUE;
        boolean isUnderstood = asking.head().version() != HttpVersion.HTTP_1_0;
        boolean isWanted =
                isUnderstood && !(continues && out.isContinued()) && out.interimPassed() < InterimAnswers.PASSED_MAX;
        if (!isWanted || !shared.interim().write(answer, shared.beginHead(), asking)) {
            from.dropInterim();
            return false;
        }
        return true;
    }

    @Override
    public void interimDropped() {
        requireTarget().dropInterim();
    }

    /// Writes the rewritten head of the answer to the client.
    @Override
    public boolean headReceived(ResponseReader answer) {
        ExchangeStream asking = requireClient();
        noteLogin(answer);
        boolean chunks = answer.framing() == Framing.CHUNKED;
        boolean understood = asking.head().version() == HttpVersion.HTTP_1_1;
        boolean endless = answer.framing() == Framing.CLOSE || (chunks && !understood);
        if (endless || !out.isSent()) asking.closeAfter();
        boolean asChunks = chunks && understood;
        InPlaceHead rewritten = shared.beginHead(asking.persistenceLines());
        shared.responses().write(answer, asChunks ? Framing.CHUNKED : Framing.NONE, asking.dateField(), rewritten);
        // Why: before the answer begins, so that the client gets a 502.
        if (!rewritten.end() || rewritten.bytes() > out.headroom()) {
            brokenAnswer("the origin's head leaves no room for the fields that have to be added");
            return false;
        }
        asking.begin(answer.status());
        out.prepareBody(asChunks ? BodyDecoder.Mode.CHUNKED : BodyDecoder.Mode.DATA, rewritten);
        requireRecord().setAnswerHead(shared.loop().nowNanos());
        if (out.isSent()) asking.forgetHead();
        // Why: RFC 9112 section 9.5: after an error it is not worth waiting until the origin has taken the rest.
        else if (answer.status() >= ERROR_MIN && out.stopSending()) {
            asking.body().pump();
        }
        return true;
    }

    private void noteLogin(ResponseReader answer) {
        if (answer.status() == 401 || answer.status() == 407) login = Login.CHALLENGED;
        if (isSafelyReused() && LoginScheme.isInAnswer(answer)) {
            ClientConnection.of(requireOrigin()).becomePrivate();
        }
    }

    /// The client reads the answer.
    @Override
    public int take(ByteBuffer bytes) {
        int written = requireClient().write(bytes);
        return written < 0 ? GONE : written;
    }

    @Override
    public boolean isReady() {
        return requireClient().path().askRoom();
    }

    @Override
    public void sinkWaits() {
        requireClient().awaitPeer();
    }

    @Override
    public boolean handlesLateAnswer() {
        return shared.watch().isBlockedBy(requireClient(), this);
    }

    @Override
    public Account readAheadAccount() {
        return requireClient().path().account();
    }

    @Override
    public void connectionReleased(boolean reusable) {
        PoolEntry leaving = entry;
        entry = null;
        if (leaving != null) releaseOrigin(leaving, reusable);
    }

    @Override
    public void ended(boolean reusable) {
        ExchangeStream answered = requireClient();
        leaveOrigin(reusable);
        recycle();
        answered.complete();
    }

    boolean hasOrigin() {
        return entry != null;
    }

    /// Sets the deadline of the exchange at its origin.
    void originDue(long atNanos) {
        out.lookAgain(atNanos);
    }

    // ---- again, or not at all

    @Override
    public void retry() {
        if (out.bytesSent() > 0) head = Head.KEPT;
        if (requireClient().body().flow().isActive()) requireClient().path().pauseInput();
        leaveOrigin(false);
        if (!rarely(ForwardPoint.REPEATED_ANYWHERE)) lease.wantFresh();
        borrow();
    }

    @Override
    public void failed(ClientFailure how, String words) {
        switch (how) {
            case NOTHING_SENT -> failUnsent(End.NOTHING_SENT);
            case NO_ANSWER -> fail(End.ORIGIN_SILENT);
            case BROKEN_ANSWER -> brokenAnswer(words);
            case CONNECTION_BROKEN -> fail(End.ORIGIN_BROKE, out.isAnswerExpected() ? End.Phase.HEAD : End.Phase.DATA);
            case CONNECTION_CLOSED -> fail(End.ORIGIN_CLOSED, phase());
            case STARVED -> fail(End.STARVED, End.Phase.DATA);
            case NO_MEMORY_FOR_HEAD -> fail(End.NO_MEMORY_FOR_ANSWER_HEAD);
            case NO_MEMORY_FOR_BODY -> fail(End.NO_MEMORY_FOR_ANSWER);
            case NO_MEMORY_IN_TIME -> fail(End.NO_MEMORY_FOR_ANSWER_IN_TIME, phase());
            case ANSWER_TIMED_OUT -> fail(End.ANSWER_LATE);
            case ANSWER_STALLED -> fail(End.ORIGIN_STALLED);
            case REQUEST_NOT_TAKEN -> fail(End.ORIGIN_DEAF);
            case SINK_GONE -> drop();
        }
    }

    private void brokenAnswer(String why) {
        End.Phase during = requireClient().isAnswerBegun() ? End.Phase.DATA : End.Phase.HEAD;
        fail(End.BROKEN_ANSWER.status(), End.BROKEN_ANSWER, during, why);
    }

    private boolean rarely(RarePoint point) {
        return shared.loop().chance().rarely(point);
    }

    private void fail(End how) {
        fail(how, how.phase());
    }

    private void fail(End how, End.Phase during) {
        fail(how.status(), how, during, how.words());
    }

    private void fail(int status, End how, End.Phase during, String why) {
        ExchangeStream exchange = requireClient();
        // Why: an origin is not to blame for being slow to a client that may have left.
        if (how.who() == End.Who.TIME) exchange.noteTimedOut(how);
        else exchange.ending().note(how, during, why);
        leaveOrigin(false);
        recycle();
        exchange.refuse(shared.failure(status, why));
    }

    private void drop() {
        leaveOrigin(false);
        recycle();
    }

    private void leaveOrigin(boolean reusable) {
        PoolEntry leaving = entry;
        entry = null;
        out.leave(reusable);
        if (leaving != null) releaseOrigin(leaving, reusable);
    }

    private void releaseOrigin(PoolEntry leaving, boolean reusable) {
        boolean isPrivate = ClientConnection.of(leaving).isPrivate();
        if (!reusable || (isPrivate && !expectsNextRequest())) lease.discard();
        else if (isPrivate) {
            PrivateConnection.keep(leaving, lease, requireClient(), requireTarget(), login == Login.CHALLENGED);
        } else {
            lease.giveBack();
        }
    }

    private boolean expectsNextRequest() {
        ExchangeStream exchange = requireClient();
        return exchange.path().isOpen() && !exchange.willClose() && !hasClientEnded();
    }

    private void recycle() {
        if (client == null) return;
        shared.loop().wheel().cancel(later);
        out.end();
        client = null;
        record = null;
        target = null;
        head = Head.UNWRITTEN;
        login = Login.NONE;
        shared.giveBack(this);
    }

    // ---- the client's side

    @Override
    public void writable() {
        out.sinkReady();
    }

    @Override
    public void inputEnded() {
        // Why: its answer is here, and it holds no connection that others could need.
        if (out.isAnswerTaken()) return;
        // Why: a client that half-closes after its request may still read, but others come first.
        switch (requireTarget().abandon()) {
            case ALWAYS -> abandon();
            case WHEN_NEEDED -> {
                if (entry == null) lease.clientLeft();
                else lease.yieldWhenNeeded();
            }
            case NEVER -> {}
        }
    }

    @Override
    public void gone(CloseReason reason) {
        if (client == null) return;
        boolean left = reason == CloseReason.PEER_LEFT || reason == CloseReason.RESET;
        if (left) client.ending().note(End.CLIENT_LEFT, phase());
        stalled();
    }

    @Override
    public void endForMemory() {
        requireClient().ending().note(End.STARVED, phase());
        stalled();
    }

    @Override
    public void stalled() {
        lease.cancel();
        drop();
    }

    @Override
    public int heldForClient() {
        return out.isAnswerTaken() ? out.heldBytes() : 0;
    }

    /// The phase of the exchange, as the log names it.
    private End.Phase phase() {
        if (out.attempts().count() == 0 || out.isAnswerTaken()) return End.Phase.DATA;
        if (entry == null) return lease.origin() == null || lease.awaitsReturn() ? End.Phase.QUEUE : End.Phase.CONNECT;
        return out.isSent() && out.isAnswerExpected() ? End.Phase.HEAD : End.Phase.DATA;
    }

    boolean isFree() {
        return lease.isFree() && out.isFree();
    }

    private ExchangeStream requireClient() {
        return running(client);
    }

    private RequestRecord requireRecord() {
        return running(record);
    }

    @Override
    public String unfinished() {
        return target == null ? "" : "a request to " + target.name();
    }

    private RunningUpstream requireTarget() {
        return running(target);
    }

    private PoolEntry requireOrigin() {
        PoolEntry current = entry;
        if (current == null) throw new IllegalStateException("no connection is borrowed");
        return current;
    }

    private static <T> T running(@Nullable T part) {
        if (part == null) throw new IllegalStateException("the exchange is over");
        return part;
    }
}
