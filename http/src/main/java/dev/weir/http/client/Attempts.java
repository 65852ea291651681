package dev.weir.http.client;

import dev.weir.http.codec.Framing;
import dev.weir.http.codec.Method;
import dev.weir.pool.Refusal;

/// The attempts to have one request answered: what became of it, and whether there may be another attempt.
///
/// A request of which nothing was sent is tried again up to the limit, because no origin can have processed it.
/// One that was sent is repeated only once, and only if its method is safe and a reused connection ended
/// without an answer.
///
/// **Threads:** confined to its loop.
/// **Source:** RFC 9110 sections 9.2.1 and 9.2.2; ADR 10, a request that may be repeated is kept.
public final class Attempts {
    // Why: shorts, because fields are charged.
    private short count;
    private short countMax;
    private boolean mayResend;
    private boolean repeated;
    private Outcome outcome = Outcome.NOT_SENT;

    /// What became of a request.
    public enum Outcome {
        /// No byte of it was sent in any attempt: it is safe to send it again.
        NOT_SENT,
        /// Bytes of it were sent, and no whole answer came: nobody can know whether it was processed.
        MAYBE_PROCESSED,
        /// Its whole answer came.
        REPLIED
    }

    Attempts() {}

    /// Whether a request may be repeated even if it may have been processed.
    ///
    /// @param length of its body
    /// @param here how many bytes of the body have been received, behind the head
    public static boolean isRepeatable(Method method, Framing framing, long length, int here) {
        return method.isSafe() && (framing == Framing.NONE || isWholeQuestion(method, framing, length, here));
    }

    /// Whether the body is empty, or part of the question (as in QUERY) and received whole.
    private static boolean isWholeQuestion(Method method, Framing framing, long length, int here) {
        if (framing != Framing.LENGTH) return false;
        return length == 0 || (here >= length && method.asksWithContent());
    }

    /// Begins a request.
    ///
    /// @param max how many attempts there may be
    /// @param resends whether a request that was given to a dead connection may be given to another one
    void begin(int max, boolean resends) {
        count = 0;
        countMax = (short) Math.min(max, Short.MAX_VALUE);
        mayResend = resends;
        repeated = false;
        outcome = Outcome.NOT_SENT;
    }

    /// Begins the next attempt: a connection is asked for.
    public void next() {
        count++;
    }

    /// How many attempts were begun.
    public int count() {
        return count;
    }

    /// What became of the request so far.
    public Outcome outcome() {
        return outcome;
    }

    /// Whether there may be another attempt after the last one sent nothing.
    private boolean hasMore() {
        return count < countMax;
    }

    /// Whether there may be another attempt after the last one was refused a connection: only if an origin could
    /// not be reached, for another one may be.
    boolean mayFollow(Refusal refusal) {
        boolean isUnreachable = refusal == Refusal.CONNECT_FAILED || refusal == Refusal.CONNECT_TIMED_OUT;
        return isUnreachable && hasMore();
    }

    /// Whether a repeatable request may still be repeated, and `budget` allows it.
    boolean canRepeat(RetryBudget budget) {
        return !repeated && budget.canSpend();
    }

    /// Whether there may be another attempt on another connection if the last one sent nothing.
    boolean mayResend() {
        return mayResend && hasMore();
    }

    /// Takes the one repetition of the request from the budget; false when it must not be repeated.
    ///
    /// @param isKept whether its bytes were kept so that they can be sent again
    boolean repeat(boolean isKept, ClientLoop shared) {
        if (repeated || !isKept) return false;
        if (shared.loop().chance().rarely(ClientPoint.REQUEST_NOT_REPEATED)) return false;
        repeated = shared.retries().spend();
        return repeated;
    }

    void sent() {
        outcome = Outcome.MAYBE_PROCESSED;
    }

    void replied() {
        outcome = Outcome.REPLIED;
    }
}
