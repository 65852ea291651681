package dev.weir.http.server;

/// Answers requests on the loop itself.
///
/// **Threads:** confined to the connection's loop; it must not block.
/// **Fails:** an exception is answered by 500 when nothing was sent yet, else the connection is aborted; others go
/// on.
public interface LoopHandler {
    /// Answers now, by [ServerExchange#answer], or keeps the exchange, takes part through [ServerExchange#follow],
    /// and
    /// answers later.
    ///
    /// @param exchange lent until it is answered or [Follower#gone] was told
    void handle(ServerExchange exchange);
}
