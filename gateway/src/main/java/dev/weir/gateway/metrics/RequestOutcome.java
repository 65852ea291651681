package dev.weir.gateway.metrics;

import dev.weir.gateway.request.RequestRecord;
import dev.weir.http.server.End;
import dev.weir.http.server.ServerExchange;
import org.jspecify.annotations.Nullable;

/// The outcome of a request for its client and its origin.
///
/// **Threads:** immutable.
enum RequestOutcome {
    /// The client got a whole answer: an origin's, or a page of the gateway.
    REPLIED("replied"),
    /// The gateway refused the request; no origin was chosen.
    REFUSED("refused"),
    /// An origin was chosen, but nothing was sent to it.
    NOT_SENT("not_sent"),
    /// Some of it was sent to an origin, which did not answer: it may have acted.
    MAYBE_SENT("maybe_sent"),
    /// The client did not get a whole answer: it left, or the answer was cut.
    ABORTED("aborted");

    private final String tag;

    RequestOutcome(String tag) {
        this.tag = tag;
    }

    String tag() {
        return tag;
    }

    /// Whether this outcome is usual in an ordinary gateway.
    ///
    /// @param statusClass 1 to 5; 0 when there was no answer
    /// @param hasOrigin whether an origin was chosen for them
    boolean isUsual(int statusClass, boolean hasOrigin) {
        return switch (this) {
            case REPLIED -> hasOrigin && statusClass >= 2;
            case REFUSED -> !hasOrigin && statusClass >= 4;
            case NOT_SENT, MAYBE_SENT -> hasOrigin && statusClass == 5;
            case ABORTED -> statusClass == 0;
        };
    }

    static RequestOutcome of(ServerExchange exchange, @Nullable RequestRecord record) {
        if (!exchange.isAnswered()) return ABORTED;
        if (exchange.ending().end() == End.WELL) return REPLIED;
        if (record == null || record.upstream().length == 0) return REFUSED;
        return record.isSent() ? MAYBE_SENT : NOT_SENT;
    }
}
