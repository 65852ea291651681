package dev.weir.connection;

/// Takes the place of a conversation during the handshake of the path. The conversation is made only afterwards,
/// because the negotiated protocol decides which one. [Connection.ConversationFactory#handshakeEnded] reports its
/// end.
///
/// **Threads:** confined to the connection's loop.
/// **Limits:** lasts at most [Connection.Opening#handshakeTime]; then the connection is reset.
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

    /// The handshake can go on.
    @Override
    public void readable() {
        switch (connection.continueHandshake()) {
            case DONE -> {
                // Why: an exception of the conversation ends the connection, and the factory is notified of that
                // too.
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

    /// No message has moved yet, so nothing is lost.
    @Override
    public String unfinished() {
        return "";
    }
}
