package dev.weir.http.server;

/// Something that a handler keeps from one request of a client's connection to the next.
///
/// **Threads:** confined to the loop of that connection.
public interface ClientAttachment {
    /// The client's connection has ended: what is kept for it must go now. Called once, after the last exchange
    /// has ended.
    void clientEnded();
}
