package dev.weir.http.server;

import dev.weir.http.codec.HeadLimits;

/// Answers requests on the loop itself, or lets another thread answer.
///
/// **Threads:** confined to the connection's loop; it must not block. [ServerExchange#answer] may be called
/// later, on any thread; everything else of an exchange stays on the loop.
/// **Fails:** an exception is answered by 500 if no answer has begun; otherwise the connection is reset. Other
/// exchanges go on.
public interface LoopHandler {
    /// Answers at once by [ServerExchange#answer], or keeps the exchange and answers later, on the loop or on
    /// any other thread. A listener ([ServerExchange#setListener]) is notified meanwhile of what happens to the
    /// client.
    ///
    /// @param exchange lent until it is answered or [ExchangeListener#gone] was called; another thread needs
    ///     copies of its head and bytes, made here
    void handle(ServerExchange exchange);

    /// Whether this handler uses its exchanges on their loop only, and never after they were answered or
    /// [ExchangeListener#gone] was called. If so, one object serves one request after the other, and nothing is
    /// allocated for a request. Otherwise each request has an object of its own: it may be answered on any
    /// thread, and late use throws [IllegalStateException].
    default boolean allowsRecycling() {
        return false;
    }

    /// Heap bytes that this handler keeps with each exchange beside the exchange itself, such as an attachment
    /// that is reused. A server is charged so many bytes more for each of its connections.
    default long exchangeBytes() {
        return 0;
    }

    /// The longest request head for whose copy this handler is charged, in bytes. A server that allows longer
    /// heads cannot be opened with it.
    default int headBytesMax() {
        return HeadLimits.BYTES_MAX;
    }
}
