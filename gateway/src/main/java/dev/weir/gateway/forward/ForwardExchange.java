package dev.weir.gateway.forward;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Connection;
import dev.weir.flow.Inflow;
import dev.weir.flow.Need;
import dev.weir.flow.Sink;
import dev.weir.gateway.config.Upstream;
import dev.weir.gateway.request.RequestRecord;
import dev.weir.http.codec.BodyDecoder;
import dev.weir.http.codec.Framing;
import dev.weir.http.codec.HeadEncoder;
import dev.weir.http.codec.RequestReader;
import dev.weir.http.codec.ResponseReader;
import dev.weir.http.flow.BodyFlow;
import dev.weir.http.flow.HeadBlocks;
import dev.weir.http.flow.InPlaceHead;
import dev.weir.http.server.End;
import dev.weir.http.server.ExchangeStream;
import dev.weir.http.server.Follower;
import dev.weir.http.server.PathEnd;
import dev.weir.memory.block.BlockSize;
import dev.weir.pool.Refusal;
import dev.weir.pool.exclusive.Lease;
import dev.weir.pool.exclusive.PoolEntry;
import dev.weir.time.RarePoint;
import dev.weir.time.Timer;
import dev.weir.transport.Transport;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// One request on its way to an origin and its answer on the way back. Recycled.
///
/// **Owns:** the borrowed connection until its lease ends.
/// **Threads:** confined to its loop.
/// **Waits:** never waits.
/// **Fails:** nothing sent: another origin, then 503; sent and no whole answer: 502, 504, or abort.
final class ForwardExchange implements Follower {
    private static final long NOT_DUE = Long.MAX_VALUE;

    /// How often it is looked whether memory has become dear while a body is gathered.
    private static final long GATHER_LOOK_NANOS = 50_000_000L;

    /// How long until it is tried again to let a client go on that took nothing.
    private static final long CONTINUE_LOOK_NANOS = 100_000_000L;

    /// The longest request that is kept to be sent again while memory is dear: what a small block holds.
    private static final int KEPT_BYTES_MAX = BlockSize.SMALL.bytes() - HeadBlocks.HEADROOM;

    private static final int REWRITE_BYTES_MAX = 512;

    /// Asks the origin to keep the connection. Why: HTTP/1.1 needs no such word, but Apache httpd says for how
    /// long it keeps one only to who asks, and once is enough.
    private static final byte[] KEEP_ALIVE = HeadEncoder.ascii("Connection: keep-alive\r\n");

    private static final int ERROR_MIN = 400;
    private static final int SENT_BEFORE = 502;

    private final ForwardLoop shared;
    private final OriginLease lease;
    private final AnswerFlow answer;
    private final Overdue overdue;
    private final Sink origin = new OriginSink();
    private final Timer later = new Timer(this::timeHasCome);
    private @Nullable ExchangeStream client;
    private @Nullable RequestRecord record;
    private @Nullable Target target;
    private @Nullable PoolEntry entry;
    private boolean reused;
    private boolean encoded;
    private Sending sending = Sending.OPEN;
    private boolean repeated;
    private boolean rewinds;
    private boolean isInHandshake;
    private boolean logsIn;
    private int attempts;
    private long answerDueNanos = NOT_DUE;
    private long bytesToOrigin;
    private long gatheredByNanos;

    ForwardExchange(ForwardLoop shared) {
        this.shared = shared;
        this.lease = new OriginLease();
        this.answer = new AnswerFlow(shared, this);
        this.overdue = new Overdue(shared, this);
    }

    /// How far the request is on its way to its origin.
    private enum Sending {
        /// It goes on, or has not begun.
        OPEN,
        /// An error is on its way back: an origin that takes no more need not have the rest.
        UNWANTED,
        /// The origin has all of it.
        SENT,
        /// The origin takes no more.
        BROKEN;

        boolean isOver() {
            return this == SENT || this == BROKEN;
        }
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
        protected boolean givesWay() {
            return givesPlaceUp();
        }

        @Override
        protected boolean canRepeat() {
            ExchangeStream asking = requireClient();
            return !repeated
                    && isRepeatable(asking)
                    && fitsWhenKept(asking)
                    && shared.retries().canSpend();
        }

        @Override
        protected boolean waitsForReturn() {
            // Why: a client that ended its side is not worth waiting for.
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
        protected void yieldsNow() {
            fail(End.YIELDED, phase());
        }
    }

    private final class OriginSink implements Sink {
        @Override
        public int take(ByteBuffer bytes) {
            PoolEntry taking = entry;
            // Why: between two attempts the body waits, for the next connection.
            if (taking == null) return lease.isFree() ? GONE : 0;
            if (answer.holdsInterim() && requireClient().body().isBegun()) answer.passHeld();
            if (entry != taking) return GONE;
            int written = taking.connection().output().write(bytes);
            if (written == Transport.BROKEN) return GONE;
            bytesToOrigin += written;
            if (written > 0) requireRecord().sent();
            if (bytes.hasRemaining() && sending == Sending.UNWANTED) return GONE;
            if (bytes.hasRemaining()) awaitMore();
            return written;
        }

        @Override
        public boolean isReady() {
            boolean ready = entry != null
                    && (sending == Sending.UNWANTED
                            || entry.connection().output().askRoom());
            if (!ready && entry != null) awaitMore();
            return ready;
        }
    }

    // ---- to the origin

    void begin(ExchangeStream exchange, RequestRecord noted, Target chosen) {
        client = exchange;
        record = noted;
        target = chosen;
        noted.upstream(chosen.nameBytes());
        exchange.follow(this);
        answer.begin();
        shared.retries().earn();
        lease.trickles(false);
        if (!hasRoomForFields(exchange, noted, chosen)) {
            fail(End.TOO_MANY_FIELDS);
            return;
        }
        PoolEntry own = PrivateConnection.take(exchange, chosen, lease);
        if (own != null) {
            attempts++;
            noted.attempt();
            begun(own, true);
            return;
        }
        // Why: a client that expects 100 sends its body only when the origin asks for it.
        if (exchange.head().framing() == Framing.NONE || exchange.head().expectsContinue()) borrow();
        else gather();
    }

    private boolean hasRoomForFields(ExchangeStream exchange, RequestRecord noted, Target chosen) {
        return shared.requests()
                .withTrailers(chosen.passesTrailers())
                .hasRoomForFields(
                        exchange.request(),
                        noted,
                        exchange.client().peerAddress(),
                        shared.limits().fieldsMax());
    }

    /// Asks for a connection when the body is whole or fills a block, so that a client that sends slowly has
    /// none.
    private void gather() {
        switch (requireClient().body().gather()) {
            case WHOLE, FULL -> {
                shared.loop().wheel().cancel(later);
                lease.cameWhole();
                if (attempts == 0) borrow();
            }
            case PART -> awaitRest();
            case CUT -> {
                requireClient().ending().note(End.CLIENT_CUT);
                requireClient().path().end(PathEnd.NOW, CloseReason.PEER_LEFT);
            }
        }
    }

    /// Waits for more of the body, up to its time to be gathered.
    private void awaitRest() {
        if (attempts > 0) return;
        if (shared.gatherNanos() == 0 || holdsWhatIsDear()) bodyTrickles();
        else if (!later.isScheduled()) {
            gatheredByNanos = shared.loop().nowNanos() + shared.gatherNanos();
            lookAgain(shared.gatherNanos());
        }
    }

    private void lookAgain(long leftNanos) {
        shared.loop().schedule(later, Math.min(leftNanos, GATHER_LOOK_NANOS));
    }

    private void timeHasCome() {
        if (client == null) return;
        if (attempts == 0) lookAtBody();
        else letGoOn();
    }

    private void lookAtBody() {
        long leftNanos = gatheredByNanos - shared.loop().nowNanos();
        if (leftNanos <= 0 || holdsWhatIsDear()) bodyTrickles();
        else lookAgain(leftNanos);
    }

    /// Whether others may need the block in which the body is gathered; sent on, it would be free.
    private boolean holdsWhatIsDear() {
        return shared.loop().pool().isDear() && requireClient().body().in().slabBytes() >= BlockSize.NORMAL.bytes();
    }

    /// The body has not come in time to be gathered: its client has its place from the share of such clients.
    private void bodyTrickles() {
        lease.trickles(true);
        borrow();
    }

    @Override
    public void bodyArrived() {
        if (entry == null) gather();
    }

    /// Others wait for a connection, and this client is slower than all others; false when it moves after all.
    private boolean givesPlaceUp() {
        ExchangeStream slow = requireClient();
        // Why: the kernel tells late of what a client has taken.
        boolean moved = slow.path().nudgeOutput();
        // Why: what was still queued may have been the rest, or have met a broken path: then this exchange is over.
        if (client != slow || entry == null) return false;
        if (moved && slow.slowNanos() == 0) return false;
        fail(End.GAVE_WAY, phase());
        return true;
    }

    private void borrow() {
        attempts++;
        requireRecord().attempt();
        // Why: where others would have to give a connection up for it, one whose client has gone already is no reason.
        if (requireTarget().cache().isCrowded()) requireClient().body().lookForEnd();
        if (client == null) return;
        lease.leaves(requireTarget().abandon() == Upstream.Abandon.WHEN_NEEDED && hasClientEnded());
        requireTarget().cache().borrow(lease);
    }

    private void begun(PoolEntry borrowed, boolean wasUsed) {
        entry = borrowed;
        reused = wasUsed;
        bytesToOrigin = 0;
        sending = Sending.OPEN;
        noteLease();
        requireRecord().reused(wasUsed);
        if (hasClientEnded() && yieldsAtOnce()) return;
        OriginConversation talk = talk(borrowed);
        talk.serve(this);
        if (requireTarget().reuse() == Upstream.Reuse.NEVER) talk.becomePrivate();
        answer.expectFrom(talk);
        send();
    }

    private static OriginConversation talk(PoolEntry of) {
        return (OriginConversation) of.conversation();
    }

    /// The client ended its side before there was a connection. Its request is not sent while others wait for
    /// one.
    private boolean yieldsAtOnce() {
        if (requireTarget().abandon() != Upstream.Abandon.WHEN_NEEDED) return false;
        if (requireTarget().cache().waitingInNeed() > 0) {
            leaveOrigin(true);
            fail(End.GIVEN_UP, reused ? End.Phase.QUEUE : End.Phase.CONNECT);
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
        boolean unreachable = refusal == Refusal.CONNECT_FAILED || refusal == Refusal.CONNECT_TIMED_OUT;
        if (unreachable && attempts < requireTarget().attemptsMax()) {
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

    /// How a request fails whose last attempt sent nothing.
    private void failUnsent(End how, End.Phase during, String why) {
        // Why: what is repeated was sent before, and somebody may have acted upon it.
        fail(requireRecord().isSent() ? SENT_BEFORE : how.status(), how, during, why);
    }

    private void noteLease() {
        RequestRecord noted = requireRecord();
        noted.poolWaited(lease.waitedNanos());
        noted.connected(lease.connectNanos());
        var tried = lease.origin();
        if (tried != null) noted.origin(tried.asciiBytes());
    }

    private void send() {
        ExchangeStream exchange = requireClient();
        if (!encoded && !encodeHead(exchange)) {
            fail(End.HEAD_TOO_LARGE);
            return;
        }
        if (logsIn) talk(requireOrigin()).becomePrivate();
        if (rewinds) exchange.body().flow().rewind();
        rewinds = false;
        awaitContinue(requireTarget().continueNanos());
        exchange.body().pump();
    }

    /// Some origins never say that a client which waits for it may go on with its body: after a while we do.
    private void awaitContinue(long nanos) {
        if (nanos > 0 && answer.isContinueDue()) shared.loop().schedule(later, nanos);
    }

    private void letGoOn() {
        boolean isDue = entry != null && answer.isExpected() && answer.isContinueDue();
        if (isDue && !answer.sayContinue() && client != null) awaitContinue(CONTINUE_LOOK_NANOS);
    }

    /// Puts the head for the origin before the body; false when it does not fit, and nothing may leave.
    private boolean encodeHead(ExchangeStream exchange) {
        RequestReader received = exchange.request();
        if (isSafelyReused() && LoginScheme.isInRequest(received)) logsIn = true;
        byte[] originName = requireOrigin().origin().nameBytes();
        boolean trails = requireTarget().passesTrailers();
        boolean isFirst = requireOrigin().connection().traffic().bytesOut() == 0;
        InPlaceHead head = isFirst ? shared.beginHead(KEEP_ALIVE) : shared.beginHead();
        shared.requests()
                .withTrailers(trails)
                .write(received, requireRecord(), exchange.client().peerAddress(), originName, head);
        boolean whole = head.end();
        var mode = trails ? BodyDecoder.Mode.CHUNKED : BodyDecoder.Mode.UNTRAILED;
        BodyFlow flow = exchange.body().prepare(mode, origin);
        int bytes = head.bytes() + (int) Math.max(0, exchange.head().contentLength());
        boolean kept = isRepeatable(exchange)
                && mayKeep(exchange.body().in(), bytes)
                && !rarely(ForwardPoint.REQUEST_NOT_KEPT);
        encoded = whole && head.placeBefore(flow, kept);
        if (kept) exchange.body().in().servesFor("request kept to be sent again");
        return encoded;
    }

    // What is added to a head is far below the margin; a head that is near the limit counts as too large.
    private boolean fitsWhenKept(ExchangeStream exchange) {
        return mayKeep(exchange.body().in(), exchange.body().in().to() - HeadBlocks.HEADROOM + REWRITE_BYTES_MAX);
    }

    private boolean mayKeep(Inflow in, int bytes) {
        return bytes <= KEPT_BYTES_MAX || (in.isSpare() && !shared.loop().pool().isDear());
    }

    private boolean isRepeatable(ExchangeStream exchange) {
        return requireTarget().retriesSafely()
                && exchange.head().method().isSafe()
                && (exchange.head().framing() == Framing.NONE || isWholeQuestion(exchange));
    }

    /// Whether the body is empty, or belongs to what is asked and is here whole, behind the head.
    private static boolean isWholeQuestion(ExchangeStream exchange) {
        if (exchange.head().framing() != Framing.LENGTH) return false;
        long length = exchange.head().contentLength();
        boolean isHere = exchange.body().in().to() - exchange.body().in().from() >= length;
        return length == 0 || (isHere && exchange.head().method().asksWithContent());
    }

    @Override
    public void bodyEnded(Need how) {
        switch (how) {
            case NOTHING -> requestSent();
            case SINK_GONE -> originBroken();
            case CUT -> bodyCut();
            case FAULT, SHORT -> drop();
            case INPUT, MEMORY, SINK -> throw new IllegalStateException("a body that goes on has not ended");
        }
    }

    private void bodyCut() {
        if (sending != Sending.UNWANTED) {
            drop();
            return;
        }
        // Why: the client has seen the error's head and sends no more; it reads the rest.
        sending = Sending.BROKEN;
        requireClient().body().discard();
    }

    private void requestSent() {
        sending = Sending.SENT;
        RequestRecord noted = requireRecord();
        noted.requestSent(shared.loop().nowNanos());
        lease.cameWhole();
        requireClient().keepLittle();
        if (answer.isExpected()) awaitAnswer();
    }

    private void awaitAnswer() {
        // Why: one deadline over all attempts; a repeat does not begin the wait anew.
        if (answerDueNanos == NOT_DUE)
            answerDueNanos = shared.loop().nowNanos() + requireTarget().responseNanos();
        requireOrigin().connection().deadline(answerDueNanos);
    }

    /// The origin takes no more; what it answered before may still be read, and delivered: the client's rest is
    /// read and thrown away meanwhile, for many clients write all of their request before they read.
    private void originBroken() {
        sending = Sending.BROKEN;
        if (bytesToOrigin == 0) {
            nothingSent();
            return;
        }
        requireClient().body().discard();
        if (answer.isExpected()) {
            requireOrigin().connection().resumeInput();
            awaitAnswer();
        } else {
            awaitMore();
        }
    }

    /// The connection was dead before a byte of the request left: nobody can have acted upon it.
    private void nothingSent() {
        if (requireTarget().retriesSafely() && attempts < requireTarget().attemptsMax() && answer.isFree()) again();
        else failUnsent(End.NOTHING_SENT);
    }

    void originWritable() {
        if (!sending.isOver() && client != null) client.body().pump();
    }

    // ---- from the origin

    /// The answer or the request goes on, and has to within the listener's time.
    void awaitMore() {
        requireOrigin().connection().deadline(shared.loop().nowNanos() + shared.bodyStallNanos());
    }

    private boolean isSafelyReused() {
        return requireTarget().reuse() == Upstream.Reuse.SAFE;
    }

    /// The final head has come; `challenges` when the origin asks its client to log the connection in.
    void answeredWith(int status, boolean challenges) {
        isInHandshake = status == 401 || status == 407;
        if (challenges && isSafelyReused()) talk(requireOrigin()).becomePrivate();
    }

    /// The head of an answer says how long and how often its origin keeps the connection.
    void keptAsSaid(ResponseReader head) {
        PoolEntry answering = entry;
        if (answering != null) KeepAlive.bound(answering, head);
    }

    /// The answer's head is complete and moved to the client already.
    void answerBegun() {
        requireRecord().answerHead(shared.loop().nowNanos());
        if (isSent()) requireClient().forgetHead();
        else if (requireClient().status() >= ERROR_MIN) stopsSending();
    }

    /// RFC 9112 section 9.5: after an error the rest of the request is not worth waiting for the origin to take
    /// it.
    private void stopsSending() {
        if (sending == Sending.BROKEN) return;
        sending = Sending.UNWANTED;
        requireClient().body().pump();
    }

    /// Whether the origin has the whole request.
    boolean isSent() {
        return sending == Sending.SENT;
    }

    /// The whole answer was handed to the client's connection.
    void answerEnded(boolean atBoundary) {
        ExchangeStream exchange = requireClient();
        boolean reusable = atBoundary && isSent();
        leaveOrigin(reusable);
        recycle();
        exchange.complete();
    }

    /// The whole answer is here, though the client has not taken it: others may have the connection.
    void answerTaken(boolean atBoundary) {
        PoolEntry leaving = entry;
        entry = null;
        if (leaving != null) letGo(leaving, atBoundary && sending != Sending.BROKEN);
    }

    /// The origin ended without a byte of an answer.
    void originSilent() {
        if (bytesToOrigin == 0) nothingSent();
        else if (reused && answer.isUntouched() && mayRepeat()) again();
        else fail(End.ORIGIN_SILENT);
    }

    /// The origin's answer is broken or cut.
    void answerFailed(String why) {
        End.Phase during = requireClient().isAnswerBegun() ? End.Phase.DATA : End.Phase.HEAD;
        fail(End.BROKEN_ANSWER.status(), End.BROKEN_ANSWER, during, why);
    }

    /// Whether the origin has what it answers: the whole request, or all it takes of it.
    boolean isAnswerDue() {
        return answer.isExpected() && sending.isOver();
    }

    boolean hasOrigin() {
        return entry != null;
    }

    Connection origin() {
        return requireOrigin().connection();
    }

    /// Closed by somebody else: the cache found it dead, memory was needed, or the gateway ends.
    void originClosing(CloseReason reason) {
        boolean dead = reason != CloseReason.STARVED && reason != CloseReason.CLOSED;
        if (dead && bytesToOrigin == 0 && !requireClient().isAnswerBegun()) nothingSent();
        else if (reason == CloseReason.STARVED) fail(End.STARVED, End.Phase.DATA);
        else if (dead) fail(End.ORIGIN_BROKE, answer.isExpected() ? End.Phase.HEAD : End.Phase.DATA);
        else fail(End.ORIGIN_CLOSED, phase());
    }

    // ---- again, or not at all

    private boolean mayRepeat() {
        ExchangeStream exchange = requireClient();
        boolean kept = bytesToOrigin == 0
                || exchange.body().in().keptFrom() < exchange.body().in().from();
        if (repeated || !kept || exchange.isAnswerBegun() || !answer.isFree()) return false;
        if (rarely(ForwardPoint.REQUEST_NOT_REPEATED) || !shared.retries().spend()) return false;
        repeated = true;
        return true;
    }

    private void again() {
        rewinds = bytesToOrigin > 0;
        if (requireClient().body().flow().isActive()) requireClient().path().pauseInput();
        leaveOrigin(false);
        if (!rarely(ForwardPoint.REPEATED_ANYWHERE)) lease.wantFresh();
        borrow();
    }

    private boolean rarely(RarePoint point) {
        return shared.loop().chance().rarely(point);
    }

    void fail(End how) {
        fail(how, how.phase());
    }

    void fail(End how, End.Phase during) {
        fail(how.status(), how, during, how.words());
    }

    private void fail(int status, End how, End.Phase during, String why) {
        ExchangeStream exchange = requireClient();
        // Why: an origin that is slow for a client which may have left is not to blame for it.
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
        if (leaving == null) return;
        answer.reset();
        letGo(leaving, reusable);
    }

    private void letGo(PoolEntry leaving, boolean reusable) {
        OriginConversation talk = talk(leaving);
        talk.leave(reusable);
        leaving.connection().noDeadline();
        if (!reusable || (talk.isPrivate() && !mayAskAgain())) lease.discard();
        else if (talk.isPrivate())
            PrivateConnection.keep(leaving, lease, requireClient(), requireTarget(), isInHandshake);
        else lease.giveBack();
    }

    private boolean mayAskAgain() {
        ExchangeStream exchange = requireClient();
        return exchange.path().isOpen() && !exchange.willClose() && !hasClientEnded();
    }

    private void recycle() {
        if (client == null) return;
        shared.loop().wheel().cancel(later);
        answer.reset();
        client = null;
        record = null;
        target = null;
        reused = false;
        encoded = false;
        sending = Sending.OPEN;
        repeated = false;
        rewinds = false;
        isInHandshake = false;
        logsIn = false;
        attempts = 0;
        answerDueNanos = NOT_DUE;
        bytesToOrigin = 0;
        shared.giveBack(this);
    }

    // ---- the client's side

    @Override
    public void writable() {
        answer.clientWritable();
    }

    @Override
    public void inputEnded() {
        // Why: its answer is here, and it has no place that others could need.
        if (answer.isTaken()) return;
        // Why: a client that half-closed after its request may still read, but others come first.
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
    public void givesWay() {
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
        return answer.isTaken() ? answer.heldBytes() : 0;
    }

    /// What was going on, as the log has it.
    End.Phase phase() {
        if (attempts == 0 || answer.isTaken()) return End.Phase.DATA;
        if (entry == null) return lease.origin() == null || lease.awaitsReturn() ? End.Phase.QUEUE : End.Phase.CONNECT;
        return isSent() && answer.isExpected() ? End.Phase.HEAD : End.Phase.DATA;
    }

    boolean isFree() {
        return lease.isFree() && answer.isFree();
    }

    AnswerFlow answer() {
        return answer;
    }

    Overdue overdue() {
        return overdue;
    }

    ExchangeStream requireClient() {
        return running(client);
    }

    private RequestRecord requireRecord() {
        return running(record);
    }

    @Override
    public String unfinished() {
        return target == null ? "" : "a request to " + target.name();
    }

    Target requireTarget() {
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
