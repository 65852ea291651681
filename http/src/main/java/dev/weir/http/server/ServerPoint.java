package dev.weir.http.server;

import dev.weir.time.RarePoint;

/// Rare paths of an HTTP server.
///
/// **Threads:** immutable.
public enum ServerPoint implements RarePoint {
    /// An exchange of a server is a new object although there is one to use again.
    NEW_EXCHANGE_OBJECT
}
