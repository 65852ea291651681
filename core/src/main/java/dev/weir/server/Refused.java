package dev.weir.server;

import dev.weir.connection.Connection;
import dev.weir.loop.EventLoop;

/// A client for which there is no place: it is reset or answered so, at once.
///
/// **Threads:** confined to the loop that accepts.
public interface Refused {
    /// The loop that accepts.
    EventLoop loop();

    /// Resets it without an answer.
    void reset();

    /// Opens a connection to say so. Its conversation ends it soon, and takes no memory that others wait for.
    void answer(Connection.ConversationFactory farewell);
}
