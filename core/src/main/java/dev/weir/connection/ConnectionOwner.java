package dev.weir.connection;

/// Who opened a connection and counts it: a server's door, a pool, an acceptor of your own. It stays the same
/// when one conversation hands over to another.
///
/// Of [#ended] and [#lingeringEnded] exactly one is told for each connection, once and last, however it ends,
/// also when [Connection#open] throws.
///
/// **Threads:** confined to the connection's loop.
/// **Fails:** an exception is logged and harms nobody.
public interface ConnectionOwner {
    /// One that counts nothing.
    ConnectionOwner NONE = () -> {};

    /// All output has left, and the connection has one of the places of its [Lingering] from now on instead of
    /// the one it had. Told once at most.
    default void lingeringStarted() {}

    /// It is gone and its descriptor is free.
    void ended();

    /// One that lingered is gone and its descriptor is free.
    default void lingeringEnded() {
        ended();
    }
}
