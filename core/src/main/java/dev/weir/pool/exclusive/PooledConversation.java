package dev.weir.pool.exclusive;

import dev.weir.connection.Conversation;

/// A conversation that can be lent to one exchange after another.
///
/// It is told of input only while it is on lease, and over a reused connection only when a byte of the new
/// exchange has left: what comes earlier belongs to nobody, and the cache closes the connection.
///
/// **Threads:** confined to the connection's loop.
public interface PooledConversation extends Conversation {
    /// Whether the last exchange ended exactly at a message boundary: its output has left, nothing of the input
    /// is left over, and neither side said that it closes.
    boolean isClean();

    /// Asked only while it is on lease.
    @Override
    default String unfinished() {
        return "an exchange";
    }
}
