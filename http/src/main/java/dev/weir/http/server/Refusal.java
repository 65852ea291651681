package dev.weir.http.server;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Connection;
import dev.weir.connection.Conversation;
import dev.weir.connection.Lingering;
import dev.weir.transport.Transport;
import java.nio.ByteBuffer;

/// Tells a client for whom there is no place, and leaves: one answer that was encoded at start, then an end that
/// lingers.
///
/// **Threads:** confined to the loop that accepts.
/// **Limits:** one second until the answer has left; then it lingers on one of the places that refusals have. No
/// memory of the pool.
final class Refusal implements Conversation {
    private static final long PATIENCE_NANOS = 1_000_000_000L;
    private static final byte[] NO_DATE = {}; // Why: the request is not known yet, and of 503 none is required.
    private static final byte[] ANSWER = encode(Answer.text(
                    503, "503 Service Unavailable\nThere are as many connections as are allowed; try again later.\n")
            .withField("Retry-After", "1"));

    private final Connection connection;
    private final Lingering lingering;
    private int sent;

    Refusal(Connection connection, Lingering lingering) {
        this.connection = connection;
        this.lingering = lingering;
    }

    private static byte[] encode(Answer answer) {
        var out = ByteBuffer.allocate(answer.bytesMax());
        answer.put(out, NO_DATE, PersistenceLines.close(), true);
        var bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }

    @Override
    public void opened() {
        connection.pauseInput();
        connection.deadline(connection.loop().nowNanos() + PATIENCE_NANOS);
        writable();
    }

    @Override
    public void writable() {
        ByteBuffer scratch = connection.loop().readScratch().clear();
        // Why: written from here and not queued, because a rest that is queued would take a block.
        int count = connection
                .output()
                .write(scratch.put(ANSWER, sent, ANSWER.length - sent).flip());
        if (count == Transport.BROKEN) {
            connection.close(CloseReason.RESET);
            return;
        }
        sent += count;
        if (sent < ANSWER.length) return;
        connection.finish(CloseReason.CLOSED, lingering, true);
    }

    @Override
    public void readable() {
        connection.pauseInput();
    }

    @Override
    public void timedOut() {
        connection.abort(CloseReason.TIMED_OUT);
    }

    /// Who is refused anyway loses nothing.
    @Override
    public String unfinished() {
        return "";
    }
}
