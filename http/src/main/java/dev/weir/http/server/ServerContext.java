package dev.weir.http.server;

/// What the connections of a server need from it.
///
/// **Threads:** thread-safe.
interface ServerContext {
    ServerSettings settings();

    LoopHandler handler();

    ServerObserver observer();

    PersistenceLines persistence();

    /// Whether the server drains: each connection ends after its answer.
    boolean isDraining();

    /// How long a connection may be idle while the server drains.
    long drainIdleNanos();

    int loopCount();

    /// Whether other servers may have the connections that this one does not have.
    boolean sharesItsLimit();
}
