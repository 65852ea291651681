package dev.weir.http.client;

import dev.weir.http.codec.Framing;
import dev.weir.http.codec.Method;
import dev.weir.pool.Refusal;

/// The attempts to get one request answered: what has become of it, and whether there may be one more.
///
/// What was not sent is tried again as often as allowed, because nobody can have acted upon it. What was sent
/// is sent once more only, when its method is safe and a kept connection ended without a word.
///
/// **Threads:** confined to its loop.
/// **Source:** RFC 9110 sections 9.2.1 and 9.2.2; ADR 10, a request that may be repeated is kept.
public final class Attempts {
    // Why: short ones, because what an exchange weighs is charged.
    private short count;
    private short countMax;
    private boolean mayResend;
    private boolean repeated;
    private Outcome outcome = Outcome.NOT_SENT;

    /// What a request has come to.
    public enum Outcome {
        /// No byte of it has left in any attempt: it is safe to send it again.
        NOT_SENT,
        /// Bytes of it have left, and there is no whole answer: nobody can know whether somebody acted upon it.
        MAYBE_PROCESSED,
        /// Its whole answer came.
        REPLIED
    }

    Attempts() {}

    /// Whether a request may be repeated whatever became of it.
    ///
    /// @param length of its body
    /// @param here how many bytes of the body are here, behind the head
    public static boolean isRepeatable(Method method, Framing framing, long length, int here) {
        return method.isSafe() && (framing == Framing.NONE || isWholeQuestion(method, framing, length, here));
    }

    /// Whether the body is empty, or belongs to what is asked and is here whole.
    private static boolean isWholeQuestion(Method method, Framing framing, long length, int here) {
        if (framing != Framing.LENGTH) return false;
        return length == 0 || (here >= length && method.asksWithContent());
    }

    /// A request begins.
    ///
    /// @param max how many attempts there may be
    /// @param resends whether what a dead connection was given is given to another one
    void begin(int max, boolean resends) {
        count = 0;
        countMax = (short) Math.min(max, Short.MAX_VALUE);
        mayResend = resends;
        repeated = false;
        outcome = Outcome.NOT_SENT;
    }

    /// One more attempt begins: a connection is asked for.
    public void next() {
        count++;
    }

    /// How many were begun.
    public int count() {
        return count;
    }

    /// What has become of the request until now.
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

    /// Whether a request that is repeatable may still be repeated, out of `budget`.
    boolean canRepeat(RetryBudget budget) {
        return !repeated && budget.canSpend();
    }

    /// Whether there may be another attempt when nothing was sent by the last.
    boolean mayResend() {
        return mayResend && hasMore();
    }

    /// Repeats the request, if it may be; false when not.
    ///
    /// @param isKept whether its bytes are here to be sent again
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
