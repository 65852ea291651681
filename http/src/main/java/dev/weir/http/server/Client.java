package dev.weir.http.server;

import dev.weir.connection.ConnectionRole;
import dev.weir.transport.Endpoint;
import org.jspecify.annotations.Nullable;

/// Who asks: what handlers and logs want to know of the other end, and what is kept for it between requests.
///
/// **Threads:** confined to the loop of its exchange.
public interface Client {
    /// The number of its connection, never reused in a process.
    long id();

    /// Where its connection stands.
    ConnectionRole role();

    /// The other end.
    Endpoint peer();

    /// Its address as text, encoded; lent, not to be changed.
    byte[] peerAddress();

    /// Its address as a number: where clients take turns, those of one number share a turn.
    long peerKey();

    /// What is kept for it from one request to the next; null when nothing is.
    @Nullable
    ClientAttachment attachment();

    /// Keeps `one` until its connection ends, in place of what was kept before.
    void attach(ClientAttachment one);
}
