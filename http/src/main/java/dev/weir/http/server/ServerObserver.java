package dev.weir.http.server;

/// Is notified of what a server does, for logs and metrics.
///
/// **Threads:** thread-safe: every loop calls it; it must not block.
public interface ServerObserver {
    /// Ignores everything.
    ServerObserver NONE = exchange -> {};

    /// An exchange has ended.
    ///
    /// @param exchange lent for the call
    void exchangeEnded(ServerExchange exchange);

    /// A client over the limit of connections was refused. Called on the loop that accepts.
    default void refused() {}

    /// Accepting failed and is paused. Called once until it works again.
    ///
    /// @param why the system's words
    default void acceptFailed(String why) {}
}
