package dev.weir.http.server;

import dev.weir.flow.Need;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What is due in an exchange, and when. This is the one place that sets its deadline.
///
/// **Threads:** confined to its loop.
final class ExchangeTimer {
    private final ServerLoop share;
    private final Pace pace;
    private @Nullable ClientPath path;
    private @Nullable ExchangeStream exchange; // while it is being answered
    private Phase phase = Phase.NONE;

    /// What the deadline is for.
    enum Phase {
        /// Nothing: the handler has no timeout, or what is waited for has a timeout of its own.
        NONE,
        /// The client has to send the rest of a head.
        HEAD,
        /// The handler has to begin its answer.
        HANDLER,
        /// The client has to send more of a body or take more of the answer, or memory for that has to be granted.
        CLIENT
    }

    ExchangeTimer(ServerLoop share) {
        this.share = share;
        this.pace = new Pace(share.server().settings().minRate());
    }

    /// Begins to set the deadlines of `newPath`.
    void begin(ClientPath newPath) {
        path = newPath;
        exchange = null;
        phase = Phase.NONE;
    }

    /// What is due.
    Phase phase() {
        return phase;
    }

    /// Sets the deadline for a whole head after its first byte has arrived.
    void awaitHead(long startedNanos) {
        long nanos = Math.min(
                share.headerNanos(), share.server().settings().requestTimeout().toNanos());
        set(Phase.HEAD, startedNanos + nanos);
    }

    /// Begins with the answer to `one`; its handler is waited for first.
    void answers(ExchangeStream one) {
        exchange = one;
        long now = now();
        pace.begin(path(), now - one.startedNanos(), now);
        awaitHandler();
    }

    /// Notes that the answer was sent: the client's rate counts no longer.
    void answered() {
        exchange = null;
    }

    /// Notes that only the handler is waited for. Until it begins its answer the answer timeout applies.
    void awaitHandler() {
        Duration answer = share.server().settings().answerTimeout();
        ExchangeStream answering = exchange;
        if (answer.isZero() || answering == null || answering.isAnswerBegun()) none();
        else set(Phase.HANDLER, now() + answer.toNanos());
    }

    /// Notes that the handler begins its answer.
    void handlerAnswers() {
        if (phase == Phase.HANDLER) none();
    }

    /// Sets the deadline for progress either way: the body timeout, or the moment at which the client is too slow.
    void awaitClient() {
        long now = now();
        set(Phase.CLIENT, now + Math.min(leftNanos(now), share.bodyStallNanos()));
    }

    /// Sets whether more of the request's body is expected from the client.
    void setAwaitsBody(boolean isAwaited) {
        pace.setAwaitsInput(isAwaited, path(), now());
        if (isAwaited) awaitClient();
    }

    /// Sets the deadline after a step of the request's body: for the client that has to send more, for memory,
    /// or for the handler, which takes the body or has all of it.
    void awaitsAfter(Need need) {
        setAwaitsBody(need == Need.INPUT);
        switch (need) {
            case INPUT -> {}
            case MEMORY -> awaitClient();
            case SINK, NOTHING -> awaitHandler();
            case FAULT, SHORT, CUT, SINK_GONE -> throw new IllegalStateException("nobody goes on after " + need);
        }
    }

    /// Sets whether the client is expected to take more of the answer.
    void setAwaitsReading(boolean isAwaited) {
        pace.setAwaitsOutput(isAwaited, path(), now());
        if (isAwaited) awaitClient();
    }

    /// How long the client has been waited for since it last moved a block, in nanoseconds.
    long slowNanos() {
        return pace.slowNanos(path(), now());
    }

    /// Whether bytes moved recently and the client is fast enough; if so, the rest of its time is waited for.
    boolean isEarly() {
        long now = now();
        long dueNanos = path().traffic().lastNanos() + share.bodyStallNanos();
        long dueInNanos = Math.min(dueNanos - now, leftNanos(now));
        if (dueInNanos > 0) set(Phase.CLIENT, now + dueInNanos);
        return dueInNanos > 0;
    }

    /// Whether the client is slower than the minimum rate, or its request has taken too long.
    boolean isTooSlow() {
        return leftNanos(now()) <= 0;
    }

    /// Whether the request has taken too long to arrive.
    boolean isRequestLate() {
        return requestLeftNanos() <= 0;
    }

    /// How long no byte may move until the client is too slow.
    private long leftNanos(long now) {
        return exchange == null ? Long.MAX_VALUE : Math.min(pace.leftNanos(path(), now), requestLeftNanos());
    }

    private long requestLeftNanos() {
        ExchangeStream answering = exchange;
        if (answering == null) return Long.MAX_VALUE;
        ServerSettings settings = share.server().settings();
        long bytes = Math.max(answering.head().contentLength(), answering.bytesIn());
        // Why: a long body needs time even where no minimum rate is set.
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
