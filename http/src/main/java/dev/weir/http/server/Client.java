package dev.weir.http.server;

import dev.weir.connection.ConnectionRole;
import dev.weir.transport.Endpoint;
import org.jspecify.annotations.Nullable;

/// The client of an exchange: its address and connection, for handlers and logs, and what is kept for it between
/// requests.
///
/// **Threads:** confined to the loop of its exchange.
public interface Client {
    /// The number of its connection, never reused in a process.
    long id();

    /// The role of its connection, such as that of a listener.
    ConnectionRole role();

    /// Its address and port.
    Endpoint peer();

    /// Its address as encoded text; lent, must not be changed.
    byte[] peerAddress();

    /// Its address as a number. Where clients take turns, clients with the same number share a turn.
    long peerKey();

    /// What is kept for it from one request to the next; null when nothing is kept.
    @Nullable
    ClientAttachment attachment();

    /// Keeps `one` until its connection ends; replaces what was kept before.
    void attach(ClientAttachment one);
}
