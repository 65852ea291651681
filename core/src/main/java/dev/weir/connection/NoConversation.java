package dev.weir.connection;

/// Takes the place of a conversation until there is one, or if none could be made.
///
/// **Threads:** immutable.
enum NoConversation implements Conversation {
    /// The only instance.
    INSTANCE;

    @Override
    public void readable() {}

    @Override
    public void timedOut() {}

    @Override
    public String unfinished() {
        return "";
    }
}
