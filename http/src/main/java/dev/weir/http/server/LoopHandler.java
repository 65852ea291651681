package dev.weir.http.server;

/// Answers requests on the loop itself.
///
/// **Threads:** confined to the connection's loop; it must not block.
/// **Fails:** an exception is answered by 500 when nothing was sent yet, else the connection is aborted; others go
/// on.
public interface LoopHandler {
    /// Answers now, by [ServerExchange#answer], or keeps the exchange, takes part through
    /// [ServerExchange#follow], and answers later.
    ///
    /// @param exchange lent until it is answered or [Follower#gone] was told
    void handle(ServerExchange exchange);

    /// Whether this handler never uses an exchange after it was answered or [Follower#gone] was told. One that
    /// promises so is given recycled exchanges; any other that answers later is given a new one each time, and a
    /// late use of an old one throws [IllegalStateException].
    default boolean letsGo() {
        return false;
    }
}
