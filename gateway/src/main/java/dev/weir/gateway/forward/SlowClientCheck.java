package dev.weir.gateway.forward;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Room;
import dev.weir.http.server.ClientPath;
import dev.weir.http.server.End;
import dev.weir.http.server.ExchangeStream;
import dev.weir.http.server.PathEnd;
import dev.weir.loop.EventLoop;

/// Whether a client is to blame when an answer is not there in time: none is read while it takes nothing.
///
/// **Threads:** confined to its loop.
final class SlowClientCheck {
    /// So long after room was found for a client, until what its origin may have sent has been seen.
    private static final long LOOK_NANOS = 100_000_000L;

    private final EventLoop loop;
    private final long stallNanos;

    SlowClientCheck(EventLoop loop, long stallNanos) {
        this.loop = loop;
        this.stallNanos = stallNanos;
    }

    /// Whether `client` takes nothing, so that the answer may have come long ago. It has more time then, as far
    /// as it has earned it, or is sent away.
    boolean isBlockedBy(ExchangeStream client, ForwardExchange exchange) {
        ClientPath path = client.path();
        if (path.room() == Room.FREE) return false;
        path.retryWrite();
        if (!exchange.hasOrigin()) return true;
        long dueNanos = path.traffic().lastNanos() + stallNanos;
        if (path.room() == Room.FREE) exchange.originDue(loop.nowNanos() + LOOK_NANOS);
        else if (dueNanos - loop.nowNanos() > 0) exchange.originDue(dueNanos);
        else stalled(client);
        return true;
    }

    private static void stalled(ExchangeStream client) {
        client.noteTimedOut(End.ANSWER_NOT_TAKEN);
        client.path().end(PathEnd.CUT, CloseReason.TIMED_OUT);
    }
}
