package dev.weir.transport.tcp;

/// When an attempt to connect last failed for lack of descriptors. For 100 ms after that nothing is accepted: an
/// accepted client would take a descriptor that its request needs to connect to an origin.
///
/// **Threads:** thread-safe.
final class RecentShortage {
    private static final long FRESH_NANOS = 100_000_000L;

    private volatile boolean haveLacked;
    private volatile long lackedNanos;

    void lacked(long nowNanos) {
        lackedNanos = nowNanos;
        haveLacked = true;
    }

    boolean areLacking(long nowNanos) {
        return haveLacked && nowNanos - lackedNanos < FRESH_NANOS;
    }
}
