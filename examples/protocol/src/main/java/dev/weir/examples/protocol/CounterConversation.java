package dev.weir.examples.protocol;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Connection;
import dev.weir.connection.Conversation;
import dev.weir.protocol.LengthFrame;
import dev.weir.transport.Transport;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// The conversation with one client: decodes requests from the stream and answers them.
///
/// **Threads:** confined to the loop of its connection.
/// **Limits:** requests of 64 bytes; 30 s without one.
final class CounterConversation implements Conversation {
    static final int REQUEST_BYTES_MAX = 64;
    static final Duration IDLE = Duration.ofSeconds(30);

    private final CounterServer server;
    private final Connection connection;
    private final LengthFrame frame = new LengthFrame(REQUEST_BYTES_MAX);
    private final ByteBuffer request = ByteBuffer.allocate(REQUEST_BYTES_MAX);

    CounterConversation(CounterServer server, Connection connection) {
        this.server = server;
        this.connection = connection;
    }

    @Override
    public void opened() {
        awaitRequest(); // so a client that never says anything has as long as one that says no more
    }

    @Override
    public void readable() {
        ByteBuffer in = connection.loop().readScratch().clear();
        int count = connection.read(in);
        if (count == Transport.BROKEN) connection.close(CloseReason.RESET);
        else if (count == Transport.END) connection.finish(CloseReason.PEER_LEFT);
        else decode(in.flip());
    }

    private void decode(ByteBuffer in) {
        while (connection.isOpen()) {
            switch (frame.decode(in)) {
                case LengthFrame.BEGIN -> request.clear();
                case LengthFrame.BODY -> take(in, frame.available());
                case LengthFrame.END -> answer();
                case LengthFrame.TOO_LARGE -> connection.finish(CloseReason.BROKEN);
                default -> {
                    return;
                }
            }
        }
    }

    private void take(ByteBuffer in, int count) {
        request.put(request.position(), in, in.position(), count);
        request.position(request.position() + count);
        in.position(in.position() + count);
    }

    private void answer() {
        awaitRequest();
        var text = new String(request.array(), 0, request.position(), StandardCharsets.US_ASCII);
        byte[] answer = server.answer(text).getBytes(StandardCharsets.US_ASCII);
        ByteBuffer out = connection.output().scratch(LengthFrame.PREFIX_BYTES + answer.length);
        if (out == null) {
            // Why: a client that sends and does not read is closed, instead of being remembered.
            connection.abort(CloseReason.STARVED);
            return;
        }
        LengthFrame.encodePrefix(out, answer.length);
        out.put(answer);
        if (server.isDraining()) connection.finish(CloseReason.CLOSED);
    }

    /// The server ends: so does this, unless a request has begun.
    void drain() {
        if (frame.isAtBoundary()) connection.finish(CloseReason.CLOSED);
    }

    @Override
    public String unfinished() {
        return frame.isAtBoundary() ? "" : "a request that is not whole";
    }

    private void awaitRequest() {
        connection.deadline(connection.loop().nowNanos() + IDLE.toNanos());
    }

    @Override
    public void timedOut() {
        connection.finish(CloseReason.IDLE);
    }
}
