package dev.weir.connection;

import dev.weir.transport.Transport;
import java.nio.ByteBuffer;

/// The orderly end of one connection: output shut, input discarded for a while.
///
/// **Threads:** confined to the connection's loop.
/// **Limits:** 64 KiB discarded, 1 s.
/// **Source:** RFC 9112 section 9.6.
final class Closing {
    private static final int DISCARD_BYTES_MAX = 64 * 1024;
    private static final long LINGER_NANOS = 1_000_000_000L;

    private enum Step {
        NOT_WANTED,
        WANTED,
        LINGERING
    }

    private final Connection connection;
    private Step step = Step.NOT_WANTED;
    private CloseReason reason = CloseReason.CLOSED;
    private int discarded;

    Closing(Connection connection) {
        this.connection = connection;
    }

    boolean hasBegun() {
        return step != Step.NOT_WANTED;
    }

    boolean isWanted() {
        return step == Step.WANTED;
    }

    boolean isLingering() {
        return step == Step.LINGERING;
    }

    void begin(CloseReason why) {
        reason = why;
        step = Step.WANTED;
        // Why: a peer that does not take the last answer must not keep the connection.
        await(10 * LINGER_NANOS);
    }

    void linger() {
        if (connection.isInputEnded()) {
            connection.close(reason);
            return;
        }
        step = Step.LINGERING;
        connection.shutAndWatch();
        await(LINGER_NANOS);
    }

    void discard() {
        ByteBuffer scratch = connection.loop().readScratch().clear();
        int count = connection.transport().read(scratch);
        if (count > 0) discarded += count;
        if (count == Transport.END || count == Transport.BROKEN || discarded > DISCARD_BYTES_MAX) giveUp();
    }

    /// Time is over; a peer that still takes its last answer, however slowly, gets more.
    void giveUp() {
        if (step == Step.WANTED && connection.nudgeOutput()) {
            if (step == Step.WANTED && !connection.isClosed()) await(10 * LINGER_NANOS);
            return;
        }
        // Why: by a reset when something is left, so that the peer does not take a cut answer for a whole one.
        if (connection.hasQueued()) connection.abort(reason);
        else connection.close(reason);
    }

    private void await(long nanos) {
        connection.deadline(connection.loop().nowNanos() + nanos);
    }
}
