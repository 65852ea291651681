package dev.weir.connection;

/// What has moved over a connection, or over one stream of several on a connection, since it was opened.
///
/// **Threads:** confined to the loop of what it belongs to.
public interface Traffic {
    /// Bytes read.
    long bytesIn();

    /// Bytes written.
    long bytesOut();

    /// When a byte last moved either way, on the loop's clock; when it was opened, as long as none has.
    long lastNanos();
}
