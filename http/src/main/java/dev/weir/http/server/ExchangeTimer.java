package dev.weir.http.server;

import dev.weir.flow.Need;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What is due of an exchange, and when: the one place that sets its deadline.
///
/// **Threads:** confined to its loop.
final class ExchangeTimer {
    private final ServerLoop share;
    private final Pace pace;
    private @Nullable ClientPath path;
    private @Nullable ExchangeStream exchange; // while it is answered
    private Phase phase = Phase.NONE;

    /// Who is to go on, and has a deadline.
    enum Phase {
        /// Nobody: the handler may take its time, or what is waited for has a time of its own.
        NONE,
        /// The client, with the rest of a head.
        HEAD,
        /// The handler, to begin its answer.
        HANDLER,
        /// The client, with more of a body, or by taking more of the answer; or memory for either.
        CLIENT
    }

    ExchangeTimer(ServerLoop share) {
        this.share = share;
        this.pace = new Pace(share.server().settings().minRate());
    }

    /// Sets deadlines of `newPath` from now on.
    void begin(ClientPath newPath) {
        path = newPath;
        exchange = null;
        phase = Phase.NONE;
    }

    /// What is due.
    Phase phase() {
        return phase;
    }

    /// A byte of a request has come, and all of its head is to follow.
    void awaitHead(long startedNanos) {
        long nanos = Math.min(
                share.headerNanos(), share.server().settings().requestTimeout().toNanos());
        set(Phase.HEAD, startedNanos + nanos);
    }

    /// The request of `one` is answered from now on, by its handler first.
    void answers(ExchangeStream one) {
        exchange = one;
        long now = now();
        pace.begin(path(), now - one.startedNanos(), now);
        awaitHandler();
    }

    /// The answer has left: the pace of its client counts no more.
    void answered() {
        exchange = null;
    }

    /// Nothing is waited for but the handler: until it has begun its answer it has a time.
    void awaitHandler() {
        Duration answer = share.server().settings().answerTimeout();
        ExchangeStream answering = exchange;
        if (answer.isZero() || answering == null || answering.isAnswerBegun()) none();
        else set(Phase.HANDLER, now() + answer.toNanos());
    }

    /// The handler begins its answer.
    void handlerAnswers() {
        if (phase == Phase.HANDLER) none();
    }

    /// Something either way is due within the time a stalled body has, or a client that is too slow.
    void awaitClient() {
        long now = now();
        set(Phase.CLIENT, now + Math.min(leftNanos(now), share.bodyStallNanos()));
    }

    /// Says whether the client is the one to go on with the request's body.
    void setAwaitsBody(boolean isAwaited) {
        pace.setAwaitsInput(isAwaited, path(), now());
        if (isAwaited) awaitClient();
    }

    /// Says who has to go on with the request's body after a step of it, and sets the time for that: the client
    /// with more of it; memory for more of it; or the handler, which takes it or has all of it.
    void awaitsAfter(Need need) {
        setAwaitsBody(need == Need.INPUT);
        switch (need) {
            case INPUT -> {}
            case MEMORY -> awaitClient();
            case SINK, NOTHING -> awaitHandler();
            case FAULT, SHORT, CUT, SINK_GONE -> throw new IllegalStateException("nobody goes on after " + need);
        }
    }

    /// Says whether the client is the one to take more of the answer.
    void setAwaitsReading(boolean isAwaited) {
        pace.setAwaitsOutput(isAwaited, path(), now());
        if (isAwaited) awaitClient();
    }

    /// How long the client has been waited for since it last moved a block, in nanoseconds.
    long slowNanos() {
        return pace.slowNanos(path(), now());
    }

    /// Whether the client has moved lately and is fast enough: then the rest of its time is waited for.
    boolean isEarly() {
        long now = now();
        long dueNanos = path().traffic().lastNanos() + share.bodyStallNanos();
        long dueInNanos = Math.min(dueNanos - now, leftNanos(now));
        if (dueInNanos > 0) set(Phase.CLIENT, now + dueInNanos);
        return dueInNanos > 0;
    }

    /// Whether the client is slower than it may be, or its request too long on its way.
    boolean isTooSlow() {
        return leftNanos(now()) <= 0;
    }

    /// Whether its request is too long on its way.
    boolean isRequestLate() {
        return requestLeftNanos() <= 0;
    }

    /// How long the client may go on without a byte until it is too slow.
    private long leftNanos(long now) {
        return exchange == null ? Long.MAX_VALUE : Math.min(pace.leftNanos(path(), now), requestLeftNanos());
    }

    private long requestLeftNanos() {
        ExchangeStream answering = exchange;
        if (answering == null) return Long.MAX_VALUE;
        ServerSettings settings = share.server().settings();
        long bytes = Math.max(answering.head().contentLength(), answering.bytesIn());
        // Why: whatever a client may move, a body that is announced takes its time.
        long rate = settings.minRate() == 0 ? ServerSettings.MIN_RATE : settings.minRate();
        return pace.requestLeftNanos(settings.requestTimeout().toNanos(), bytes, rate);
    }

    private void set(Phase due, long atNanos) {
        phase = due;
        path().deadline(atNanos);
    }

    private void none() {
        phase = Phase.NONE;
        path().deadline(ClientPath.NO_DEADLINE);
    }

    private long now() {
        return share.loop().nowNanos();
    }

    private ClientPath path() {
        ClientPath current = path;
        if (current == null) throw new IllegalStateException("the exchange belongs to no connection");
        return current;
    }
}
