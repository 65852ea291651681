package dev.weir.laws.frames;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Connection;
import dev.weir.connection.Conversation;
import dev.weir.message.WholeMessage;
import dev.weir.message.WholeMessages;
import dev.weir.protocol.LengthFrame;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Takes each message whole and sends it back.
///
/// **Owns:** the message it answers.
/// **Threads:** confined to the loop of its connection.
/// **Limits:** what it was made with.
public final class MessageEcho implements Conversation, WholeMessages.Receiver {
    private final Connection connection;
    private final WholeMessages messages;
    private final long nanosMax;
    private @Nullable WholeMessage answering;
    private boolean isPrefixWritten;
    private boolean isTimed;
    private int answered;

    /// @param bytesMax the longest message it takes
    /// @param nanosMax how long one message may take, from the end of the one before until it is answered
    public MessageEcho(Connection connection, int bytesMax, long nanosMax) {
        this.connection = connection;
        this.messages = new WholeMessages(connection, bytesMax, this);
        this.nanosMax = nanosMax;
    }

    /// How many messages it has answered.
    public int answered() {
        return answered;
    }

    /// Whether it waits for memory, or for its turn.
    public boolean isWaiting() {
        return messages.isWaiting();
    }

    @Override
    public void readable() {
        if (!isTimed) beginTime();
        messages.readable();
    }

    private void beginTime() {
        isTimed = true;
        connection.deadline(connection.loop().nowNanos() + nanosMax);
    }

    @Override
    public void whole(WholeMessage message) {
        answering = message;
        isPrefixWritten = false;
        answer();
    }

    @Override
    public void writable() {
        answer();
    }

    private void answer() {
        WholeMessage message = answering;
        if (message == null) return;
        if (!isPrefixWritten) {
            ByteBuffer out = connection.output().scratch(LengthFrame.PREFIX_BYTES);
            if (out == null || !message.isHeld()) return;
            LengthFrame.encodePrefix(out, message.length());
            isPrefixWritten = true;
        }
        if (!message.writeTo(connection)) return;
        answering = null;
        answered++;
        beginTime();
        message.release();
    }

    @Override
    public void tooLarge(long bytes) {
        connection.finish(CloseReason.BROKEN);
    }

    @Override
    public void inputEnded(boolean isCut) {
        if (isCut) connection.abort(CloseReason.BROKEN);
        else connection.finish(CloseReason.PEER_LEFT);
    }

    @Override
    public void timedOut() {
        connection.abort(CloseReason.TIMED_OUT);
    }

    @Override
    public void closing(CloseReason reason) {
        answering = null;
        messages.close();
    }

    @Override
    public int heldBytes() {
        return messages.heldBytes();
    }
}
