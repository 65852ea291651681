package dev.weir.http.server;

/// An object that a handler keeps from one request of a client's connection to the next.
///
/// **Threads:** confined to the loop of that connection.
public interface ClientAttachment {
    /// The client's connection has ended, and the object must release what it holds. Called once, after the
    /// last exchange has ended.
    void clientEnded();
}
