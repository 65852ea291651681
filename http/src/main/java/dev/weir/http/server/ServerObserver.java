package dev.weir.http.server;

/// Who is told what a server does, for logs and metrics.
///
/// **Threads:** thread-safe: every loop tells it what happens there; it must not block.
public interface ServerObserver {
    /// Nobody wants to know.
    ServerObserver NONE = exchange -> {};

    /// An exchange has had its one outcome.
    ///
    /// @param exchange lent for the call
    void exchangeEnded(ServerExchange exchange);

    /// Somebody came beyond the limit of connections and was sent away; told on the door's loop.
    default void refused() {}

    /// Accepting failed and pauses; told once until it works again.
    ///
    /// @param why what the system said
    default void acceptFailed(String why) {}
}
