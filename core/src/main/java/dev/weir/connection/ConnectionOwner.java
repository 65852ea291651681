package dev.weir.connection;

/// What opened a connection and counts it: a server's listener, a pool, an acceptor of your own. It stays the same
/// when one conversation hands over to another.
///
/// For each connection exactly one of [#ended] and [#lingeringEnded] is called, once and last, however it ends,
/// even if [Connection#open] throws.
///
/// **Threads:** confined to the connection's loop.
/// **Fails:** an exception is logged and affects no other connection.
public interface ConnectionOwner {
    /// An owner that counts nothing.
    ConnectionOwner NONE = () -> {};

    /// All output has left. From now on the connection takes one of the places of its [Lingering] and not its place
    /// among the open connections. Called once at most.
    default void lingeringStarted() {}

    /// The connection has ended and its descriptor is free.
    void ended();

    /// A connection that lingered has ended and its descriptor is free.
    default void lingeringEnded() {
        ended();
    }
}
