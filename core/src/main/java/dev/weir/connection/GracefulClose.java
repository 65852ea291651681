package dev.weir.connection;

import dev.weir.transport.Transport;

/// The graceful close of one connection. Input is discarded from the start, because a client that writes its whole
/// request before it reads would otherwise never take the answer. When the answer has left, the output is shut, and
/// discarding goes on until the peer ends its side too.
///
/// **Threads:** confined to the connection's loop.
/// **Limits:** those of its [Lingering]. A peer that takes no byte of the answer for the whole linger time is
/// reset. One read for each readiness.
/// **Source:** RFC 9112 section 9.6.
final class GracefulClose extends Lingering.Member {
    private final Connection connection;
    private final CloseReason reason;
    private final Lingering lingering;
    private final long silenceNanos;
    private final long begunNanos;
    private boolean isOutputShut;
    private long lastNanos;
    private boolean hasPlace;

    GracefulClose(Connection connection, CloseReason reason, Lingering lingering, long silenceNanos) {
        this.connection = connection;
        this.reason = reason;
        this.lingering = lingering;
        this.silenceNanos = silenceNanos;
        this.begunNanos = connection.loop().nowNanos();
    }

    /// The last output is still on its way.
    void awaitOutput() {
        deadline(begunNanos + lingering.totalNanos());
        connection.updateInterest();
    }

    /// All output has left.
    void linger() {
        if (isOutputShut) return;
        if (connection.isInputEnded()) {
            connection.close(reason);
            return;
        }
        isOutputShut = true;
        lastNanos = connection.loop().nowNanos() + lingering.totalNanos();
        connection.shutAndWatch();
        awaitInput();
        lingering.add(this);
    }

    /// Whether the last answer has left: the output is shut.
    boolean isLingering() {
        return isOutputShut;
    }

    void discard() {
        int count = connection.discardInput();
        if (count == Transport.BROKEN) connection.close(CloseReason.RESET);
        else if (count == Transport.END && isOutputShut) connection.close(reason);
        else if (count > 0 && isOutputShut) awaitInput();
    }

    void timedOut() {
        if (!isOutputShut) outputTimedOut();
        else if (connection.loop().nowNanos() - lastNanos >= 0) connection.close(reason);
        else silenceTimedOut();
    }

    /// Why: timers run before readiness in a turn, and unread bytes in the socket would turn its close into a
    /// reset.
    private void silenceTimedOut() {
        int count = connection.discardInput();
        if (count > 0) awaitInput();
        else connection.close(reason);
    }

    private void outputTimedOut() {
        // Why: writes do not move the deadline, so the last write is looked at here. Discarded input does not
        // count.
        long moved = Math.max(connection.traffic().lastNanos() - begunNanos, 0) + begunNanos;
        long due = moved + lingering.totalNanos();
        if (connection.loop().nowNanos() - due < 0) {
            deadline(due);
        } else if (connection.output().retryWrite()) {
            if (!isOutputShut && !connection.isClosed()) {
                deadline(connection.loop().nowNanos() + lingering.totalNanos());
            }
        } else if (connection.hasQueued()) {
            // Why: with a reset, so that the peer does not take a truncated answer for a complete one.
            connection.abort(reason);
        } else {
            connection.close(reason);
        }
    }

    @Override
    void giveWay() {
        connection.close(reason);
    }

    /// The connection is closed; its descriptor is not yet free.
    void closed() {
        lingering.remove(this);
    }

    /// The descriptor is free.
    void ended() {
        if (hasPlace) lingering.leave();
        hasPlace = false;
    }

    @Override
    boolean hasPlace() {
        return hasPlace;
    }

    @Override
    boolean takePlace() {
        if (connection.isClosed()) return false;
        hasPlace = true;
        connection.lingeringStarted();
        return true;
    }

    private void awaitInput() {
        long due = connection.loop().nowNanos() + silenceNanos;
        deadline(lastNanos - due < 0 ? lastNanos : due);
    }

    private void deadline(long atNanos) {
        connection.deadline(atNanos);
    }
}
