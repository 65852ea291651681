package dev.weir.http.server;

import dev.weir.http.codec.HeadLimits;

/// Answers requests on the loop itself, or lets another thread answer.
///
/// **Threads:** confined to the connection's loop; it must not block. [ServerExchange#answer] may be called
/// later, on any thread; everything else of an exchange stays on the loop.
/// **Fails:** an exception is answered by 500 when nothing was sent yet, else the connection is aborted; others go
/// on.
public interface LoopHandler {
    /// Answers now, by [ServerExchange#answer]; or keeps the exchange and answers later, on the loop or on any
    /// other thread. [ServerExchange#setListener] tells it meanwhile what becomes of the client.
    ///
    /// @param exchange lent until it is answered or [ExchangeListener#gone] was called; another thread works
    ///     with copies of its head and bytes, made here
    void handle(ServerExchange exchange);

    /// Whether this handler uses its exchanges on their loop only, and never after they were answered or
    /// [ExchangeListener#gone] was called. Then one object serves one request after the other, and nothing is
    /// allocated for a request. Else each request has an object of its own: it may be answered on any thread,
    /// and a late use throws [IllegalStateException].
    default boolean allowsRecycling() {
        return false;
    }

    /// Heap bytes that this handler keeps with each exchange beside what an exchange weighs itself, such as an
    /// attachment that the next one finds again: a server is charged so many more for each of its connections.
    default long exchangeBytes() {
        return 0;
    }

    /// The longest head of a request that this handler has charged copies for, in bytes; a server that allows
    /// longer ones is refused.
    default int headBytesMax() {
        return HeadLimits.BYTES_MAX;
    }
}
