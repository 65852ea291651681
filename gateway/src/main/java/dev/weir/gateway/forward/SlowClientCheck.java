package dev.weir.gateway.forward;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Room;
import dev.weir.http.server.ClientPath;
import dev.weir.http.server.End;
import dev.weir.http.server.ExchangeStream;
import dev.weir.http.server.PathEnd;
import dev.weir.loop.EventLoop;

/// Decides whether the client is to blame when a response timeout expires: the answer is not read while the
/// client reads nothing.
///
/// **Threads:** confined to its loop.
final class SlowClientCheck {
    /// How long to wait, after a client has room again, for what its origin may have sent.
    private static final long LOOK_NANOS = 100_000_000L;

    private final EventLoop loop;
    private final long stallNanos;

    SlowClientCheck(EventLoop loop, long stallNanos) {
        this.loop = loop;
        this.stallNanos = stallNanos;
    }

    /// Whether `client` reads nothing, so that the answer may have arrived long ago. If so, the client gets
    /// more time when it has earned it, or its connection is closed.
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
