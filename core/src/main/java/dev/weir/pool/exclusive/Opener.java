package dev.weir.pool.exclusive;

import dev.weir.connection.Connection;

/// Makes the conversations of new connections.
///
/// **Threads:** confined to the connection's loop.
/// **Fails:** an exception closes the connection; its lease is refused with [dev.weir.pool.Refusal#CONNECT_FAILED].
public interface Opener {
    /// Makes the conversation of `connection`, which is not open yet.
    ///
    /// @param entry the connection's entry in the cache
    PooledConversation pooled(Connection connection, PoolEntry entry);
}
