package dev.weir.gateway.forward;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Room;
import dev.weir.http.server.ClientPath;
import dev.weir.http.server.End;
import dev.weir.http.server.PathEnd;

/// Who is to blame when the time of an exchange at its origin is over, and who has earned more of it.
///
/// **Threads:** confined to its loop.
final class Overdue {
    /// So long after room was found for a client, until what its origin may have sent has been seen.
    private static final long LOOK_NANOS = 100_000_000L;

    private final ForwardLoop shared;
    private final ForwardExchange exchange;

    Overdue(ForwardLoop shared, ForwardExchange exchange) {
        this.shared = shared;
        this.exchange = exchange;
    }

    /// The deadline of the origin's connection has come.
    void look() {
        AnswerFlow answer = exchange.answer();
        if (answer.isWaiting()) {
            answer.stopWaiting();
            exchange.fail(End.NO_MEMORY_FOR_ANSWER_IN_TIME, exchange.phase());
        } else if (!exchange.isAnswerDue()) {
            if (!hasMovedLately() && !isNudged()) stalledAtOrigin();
        } else if (client().room() != Room.FREE) {
            unheard();
        } else {
            exchange.fail(End.ANSWER_LATE);
        }
    }

    /// The answer may have come long ago: it is not read while the client takes nothing.
    private void unheard() {
        client().nudgeOutput();
        if (!exchange.hasOrigin()) return;
        if (client().room() == Room.FREE)
            exchange.origin().deadline(shared.loop().nowNanos() + LOOK_NANOS);
        else if (!hasMovedLately(client().traffic().lastNanos())) clientStalled();
    }

    private void clientStalled() {
        exchange.requireClient().noteTimedOut(End.ANSWER_NOT_TAKEN);
        client().end(PathEnd.CUT, CloseReason.TIMED_OUT);
    }

    /// Whether the origin takes more of the request, of which it did not tell, or has all there is.
    private boolean isNudged() {
        boolean nudged = exchange.origin().output().nudge();
        // Why: a request sent whole awaits its answer, and has the time for it.
        if (nudged && exchange.hasOrigin() && !exchange.isSent()) exchange.awaitMore();
        return nudged || !exchange.hasOrigin();
    }

    private boolean hasMovedLately() {
        return hasMovedLately(exchange.origin().traffic().lastNanos());
    }

    /// Whether bytes moved either way within the listener's time; the rest of it is waited for then.
    private boolean hasMovedLately(long lastMovedNanos) {
        long dueNanos = lastMovedNanos + shared.bodyStallNanos();
        if (dueNanos - shared.loop().nowNanos() <= 0) return false;
        exchange.origin().deadline(dueNanos);
        return true;
    }

    private void stalledAtOrigin() {
        if (!exchange.answer().isExpected()) {
            exchange.fail(End.ORIGIN_STALLED);
        } else if (exchange.origin().output().room() != Room.FREE) {
            exchange.fail(End.ORIGIN_DEAF);
        }
        // Why: else it has all there is, and the client, whose own time runs, is to send more.
    }

    private ClientPath client() {
        return exchange.requireClient().path();
    }
}
