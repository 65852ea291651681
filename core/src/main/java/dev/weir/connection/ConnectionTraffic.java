package dev.weir.connection;

/// The traffic of one connection.
///
/// **Threads:** confined to the connection's loop.
final class ConnectionTraffic implements Traffic {
    private long lastNanos;
    private long bytesIn;
    private long bytesOut;

    ConnectionTraffic(long openedNanos) {
        this.lastNanos = openedNanos;
    }

    @Override
    public long bytesIn() {
        return bytesIn;
    }

    @Override
    public long bytesOut() {
        return bytesOut;
    }

    @Override
    public long lastNanos() {
        return lastNanos;
    }

    void read(int bytes) {
        bytesIn += bytes;
    }

    void wrote(int bytes) {
        bytesOut += bytes;
    }

    void movedAt(long nowNanos) {
        lastNanos = nowNanos;
    }
}
