package dev.weir.server;

import dev.weir.connection.Connection;
import dev.weir.connection.Conversation;
import dev.weir.time.Deadline;

/// What a server does with the connections of its [Listening].
///
/// **Threads:** confined to the loops: [#converse] and [#drain(Connection)] to that of the connection, the
/// others to the one that accepts; but [#draining] is called by the thread that ends it.
/// **Fails:** an exception out of [#converse] closes that one connection.
public interface Service {
    /// The conversation of one that has come in, as [Connection.ConversationFactory#create] says.
    Conversation converse(Connection connection);

    /// A client beyond the limit was accepted; only where [Beyond#REFUSE] is chosen.
    default void refused(Refused one) {
        one.reset();
    }

    /// The limit is reached, and a connection is to be closed for the next one; only where [Beyond#PURGE] is
    /// chosen.
    default void purge(Listening full) {}

    /// The orderly end begins; called before anything else is done for it.
    ///
    /// @param deadline when what is left is cut
    default void draining(Deadline deadline) {}

    /// One of its connections is to end in order: at once when it is idle, else after what is in flight.
    default void drain(Connection connection) {}

    /// Accepting failed and pauses; it resumes by itself.
    ///
    /// @param why what the system said
    default void acceptFailed(String why) {}

    /// What else may be done when the plan has less left than the charge request, for the message that says so:
    /// `, or ...`.
    default String remedy() {
        return "";
    }
}
