package dev.weir.connection;

/// What stands in the place of a conversation until the path has agreed on keys and on a protocol: only then one is
/// made, because the protocol decides which. [Connection.ConversationFactory#handshakeEnded] reports its end.
///
/// **Threads:** confined to the connection's loop.
/// **Limits:** as long as [Connection.Opening#handshakeTime] allows; then the connection is reset.
final class Handshake implements Conversation {
    private final Connection connection;
    private final Connection.ConversationFactory conversations;
    private boolean isSettled;

    Handshake(Connection connection, Connection.Opening opening) {
        this.connection = connection;
        this.conversations = opening.conversations();
        connection.deadline(
                connection.loop().nowNanos() + opening.handshakeTime().toNanos());
    }

    /// The path can go on.
    @Override
    public void readable() {
        switch (connection.continueHandshake()) {
            case DONE -> {
                // Why: what the conversation throws ends the connection, and whoever opened it hears of that too.
                connection.guarded(() -> connection.begin(conversations));
                settle();
            }
            case UNDER_WAY -> {}
            case FAILED -> connection.close(CloseReason.BROKEN);
        }
    }

    @Override
    public void timedOut() {
        connection.abort(CloseReason.TIMED_OUT);
    }

    @Override
    public void closing(CloseReason reason) {
        settle();
    }

    private void settle() {
        if (isSettled) return;
        isSettled = true;
        conversations.handshakeEnded(connection);
    }

    /// Nothing was said yet, and nothing is lost.
    @Override
    public String unfinished() {
        return "";
    }
}
