package dev.weir.transport.tcp;

/// When a connection could last not be made for lack of descriptors: while that is fresh nobody is accepted,
/// who would take those that come free and then find none for an origin.
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
