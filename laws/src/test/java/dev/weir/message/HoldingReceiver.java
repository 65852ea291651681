package dev.weir.message;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Connection;
import dev.weir.connection.RecordingConversation;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Holds each message until the test gives it back, unless the test does something else with it.
final class HoldingReceiver extends RecordingConversation implements WholeMessages.Receiver {
    final WholeMessages messages;
    Consumer<WholeMessage> onWhole = message -> kept = message;
    int count;

    @Nullable
    WholeMessage kept;

    HoldingReceiver(Connection connection, int bytesMax) {
        super(connection);
        messages = new WholeMessages(connection, bytesMax, this);
        onReadable = messages::readable;
        onClosing = messages::close;
    }

    WholeMessage message() {
        return Objects.requireNonNull(kept);
    }

    /// Gives back the message it holds, if any.
    void giveBack() {
        WholeMessage message = kept;
        kept = null;
        if (message != null) message.release();
    }

    @Override
    public void whole(WholeMessage message) {
        count++;
        onWhole.accept(message);
    }

    @Override
    public void tooLarge(long bytes) {
        told.add("too large " + bytes);
    }

    @Override
    public void inputEnded(boolean isCut) {
        told.add(isCut ? "cut" : "ended");
        connection.finish(CloseReason.PEER_LEFT);
    }

    @Override
    public int heldBytes() {
        return messages.heldBytes();
    }
}
