package dev.weir.gateway.spi;

/// Is told of each request of the HTTP listeners when its exchange has ended, whatever became of it. Found by
/// `java.util.ServiceLoader`: a jar on the class path or module path that provides it is enough. Its class is
/// public, with a public constructor that takes nothing; the gateway makes one of it when it is opened.
///
/// **Threads:** thread-safe: each event loop tells of its own requests, and several do so at once.
/// **Waits:** never waits. While it is being told, the loop serves nobody else: what takes longer than some
/// microseconds, and everything that may block, belongs on a thread of the observer's own, with a bounded queue.
/// **Fails:** what it throws is caught. The first time it is written to the gateway's log, and the observer
/// counts as failing in the metric `weir_request_observers` from then on; it is told of further requests all
/// the same. The exchange, the access log and other observers go on as if nothing had happened.
public interface RequestObserver {
    /// An exchange has had its one outcome.
    ///
    /// @param request lent for the call; what is needed later is copied
    void ended(EndedRequest request);
}
