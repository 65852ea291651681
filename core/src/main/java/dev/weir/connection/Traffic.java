package dev.weir.connection;

/// The bytes that have moved over a connection, or over one stream of a connection, since it was opened.
///
/// **Threads:** confined to the loop of the connection.
public interface Traffic {
    /// Bytes read.
    long bytesIn();

    /// Bytes written.
    long bytesOut();

    /// When a byte last moved either way, on the loop's clock; if none has, when it was opened.
    long lastNanos();
}
