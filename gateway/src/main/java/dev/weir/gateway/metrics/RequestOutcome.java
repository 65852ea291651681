package dev.weir.gateway.metrics;

import dev.weir.gateway.request.RequestRecord;
import dev.weir.http.server.End;
import dev.weir.http.server.ServerExchange;
import org.jspecify.annotations.Nullable;

/// What became of a request, as its client and its origin saw it.
///
/// **Threads:** immutable.
enum RequestOutcome {
    /// The client was handed a whole answer that was meant for it: an origin's, or a page of ours.
    REPLIED("replied"),
    /// The gateway answered that it does not take the request; no origin was chosen.
    REFUSED("refused"),
    /// An origin was chosen and saw nothing of it.
    NOT_SENT("not_sent"),
    /// An origin saw some of it, and its answer did not come: it may have acted.
    MAYBE_SENT("maybe_sent"),
    /// The client has no whole answer: it left, or the answer was cut.
    ABORTED("aborted");

    private final String tag;

    RequestOutcome(String tag) {
        this.tag = tag;
    }

    String tag() {
        return tag;
    }

    /// Whether requests end so every now and then, in an ordinary gateway.
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
