package dev.weir.http.server;

import dev.weir.time.RarePoint;

/// Rare paths of an HTTP server.
///
/// **Threads:** immutable.
public enum ServerPoint implements RarePoint {
    /// A request gets new objects although there are some to recycle.
    NEW_EXCHANGE_OBJECT
}
