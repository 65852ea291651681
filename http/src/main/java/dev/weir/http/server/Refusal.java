package dev.weir.http.server;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Connection;
import dev.weir.connection.Conversation;
import dev.weir.connection.Lingering;
import dev.weir.transport.Transport;
import java.nio.ByteBuffer;

/// Answers 503 to a client over the limit of connections, then closes with lingering. The answer was encoded at
/// start.
///
/// **Threads:** confined to the loop that accepts.
/// **Limits:** one second until the answer is written; then it lingers, in one of the places for refusals.
/// Takes no memory of the pool.
final class Refusal implements Conversation {
    private static final long PATIENCE_NANOS = 1_000_000_000L;
    private static final byte[] NO_DATE = {}; // Why: a 503 needs no Date (RFC 9110 section 6.6.1).
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
        // Why: written directly, because a rest that is queued would take a block.
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

    /// Nothing: a client that is refused loses nothing by a close.
    @Override
    public String unfinished() {
        return "";
    }
}
