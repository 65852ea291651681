package dev.weir.gateway.spi;

/// Is called for each request of the HTTP listeners when its exchange has ended, whatever the outcome. Loaded
/// by `java.util.ServiceLoader` from a jar on the class path or module path that provides it. The class is
/// public and has a public constructor without parameters; the gateway creates one instance when it opens.
///
/// **Threads:** thread-safe: each event loop calls it for its own requests, and several do so at once.
/// **Waits:** never waits. During the call the loop serves no other connection: work that takes more than some
/// microseconds, or may block, belongs on a thread of the observer, behind a bounded queue.
/// **Fails:** exceptions are caught. The first one is logged, and from then on the observer counts as failing
/// in the metric `weir_request_observers`; it is still called for further requests. The exchange, the access
/// log and other observers are not affected.
public interface RequestObserver {
    /// Called when an exchange has ended.
    ///
    /// @param request lent for the call; copy what is needed later
    void ended(EndedRequest request);
}
