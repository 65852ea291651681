package dev.weir.pool.exclusive;

import dev.weir.connection.Conversation;

/// A conversation that can be lent to one exchange after another.
///
/// Input is reported only while it is on lease, and on a reused connection only after a byte of the new exchange
/// has left. Earlier input belongs to no exchange, and the cache closes the connection.
///
/// **Threads:** confined to the connection's loop.
public interface PooledConversation extends Conversation {
    /// Whether the last exchange ended exactly at a message boundary: its output has left, no input is left over,
    /// and neither side has announced that it closes.
    boolean isClean();

    /// Called only while it is on lease.
    @Override
    default String unfinished() {
        return "an exchange";
    }
}
