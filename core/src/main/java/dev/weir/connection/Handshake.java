package dev.weir.connection;

/// What stands in the place of a conversation until the path has agreed on keys and on a protocol: only then one is
/// made, because the protocol decides which.
///
/// **Threads:** confined to the connection's loop.
/// **Limits:** as long as [Connection.Opening#handshakeTime] allows; then the connection is reset.
final class Handshake implements Conversation {
    private final Connection connection;
    private final Connection.Conversations conversations;

    Handshake(Connection connection, Connection.Opening opening) {
        this.connection = connection;
        this.conversations = opening.conversations();
        connection.deadline(
                connection.loop().nowNanos() + opening.handshakeTime().toNanos());
    }

    /// The path can go on.
    @Override
    public void readable() {
        switch (connection.shake()) {
            case DONE -> connection.begin(conversations);
            case UNDER_WAY -> {}
            case FAILED -> connection.close(CloseReason.BROKEN);
        }
    }

    @Override
    public void timedOut() {
        connection.abort(CloseReason.TIMED_OUT);
    }

    /// Nothing was said yet, and nothing is lost.
    @Override
    public String unfinished() {
        return "";
    }
}
