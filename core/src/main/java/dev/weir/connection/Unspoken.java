package dev.weir.connection;

/// What stands in the place of a conversation until there is one, or when none could be made.
///
/// **Threads:** immutable.
enum Unspoken implements Conversation {
    /// The only one.
    YET;

    @Override
    public void readable() {}

    @Override
    public void timedOut() {}

    @Override
    public String unfinished() {
        return "";
    }
}
