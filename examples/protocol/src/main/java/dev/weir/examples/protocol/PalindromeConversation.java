package dev.weir.examples.protocol;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Connection;
import dev.weir.connection.Conversation;
import dev.weir.message.WholeMessage;
import dev.weir.message.WholeMessages;
import java.nio.ByteBuffer;
import java.time.Duration;

/// Answers whether each message is a palindrome, which is not known before its last byte.
///
/// **Threads:** confined to the loop of its connection.
/// **Limits:** messages of 64 KiB, 30 s for each.
// snippet: whole
final class PalindromeConversation implements Conversation, WholeMessages.Receiver {
    static final int MESSAGE_BYTES_MAX = 64 * 1024;
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Connection connection;
    private final WholeMessages messages;

    PalindromeConversation(Connection connection) {
        this.connection = connection;
        this.messages = new WholeMessages(connection, MESSAGE_BYTES_MAX, this);
    }

    @Override
    public void opened() {
        awaitMessage(); // so a client that never says anything has as long as one whose message is not whole
    }

    @Override
    public void readable() {
        messages.readable();
    }

    @Override
    public void whole(WholeMessage message) {
        ByteBuffer out = connection.output().scratch(1);
        if (out == null || !message.isHeld()) {
            connection.abort(CloseReason.CLOSED); // the client sends and does not read
            return;
        }
        byte[] text = new byte[message.length()];
        message.copyTo(text, 0);
        message.release(); // the next one may come
        out.put((byte) (isPalindrome(text) ? 'Y' : 'N'));
        awaitMessage();
    }

    @Override
    public void tooLarge(long bytes) {
        connection.finish(CloseReason.BROKEN);
    }

    @Override
    public void inputEnded(boolean isCut) {
        connection.finish(CloseReason.PEER_LEFT);
    }

    @Override
    public void timedOut() {
        connection.abort(CloseReason.TIMED_OUT); // also while it waits for memory
    }

    @Override
    public void closing(CloseReason reason) {
        messages.close();
    }

    @Override
    public int heldBytes() {
        return messages.heldBytes();
    }
    // end

    private static boolean isPalindrome(byte[] text) {
        for (int i = 0; i < text.length / 2; i++) if (text[i] != text[text.length - 1 - i]) return false;
        return true;
    }

    private void awaitMessage() {
        connection.deadline(connection.loop().nowNanos() + PATIENCE.toNanos());
    }
}
