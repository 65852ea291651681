package dev.weir.connection;

/// What stands in the place of a conversation until there is one, or when none could be made.
///
/// **Threads:** immutable.
enum NoConversation implements Conversation {
    /// The only one.
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
