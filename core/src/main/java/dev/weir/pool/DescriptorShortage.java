package dev.weir.pool;

/// Whether this process lacks descriptors to connect with. During a shortage one attempt is made every 100 ms until
/// one succeeds.
///
/// **Threads:** thread-safe.
final class DescriptorShortage {
    private static final long PAUSE_NANOS = 100_000_000L;
    private static final long FORGOTTEN_NANOS = 1_000_000_000L;

    private volatile boolean isLacking;
    private volatile long lackedNanos;
    private volatile long pausedNanos;

    /// An attempt found no descriptor.
    void lacked(long nowNanos) {
        lackedNanos = nowNanos;
        pausedNanos = nowNanos;
        isLacking = true;
    }

    /// An attempt is about to be made: the next one is made when it has succeeded, or after the pause.
    void tried(long nowNanos) {
        if (!isLacking) return;
        if (nowNanos - lackedNanos < FORGOTTEN_NANOS) pausedNanos = nowNanos;
        else isLacking = false;
    }

    /// An attempt has succeeded.
    ///
    /// @return whether this ends a shortage
    boolean succeeded() {
        if (!isLacking) return false;
        isLacking = false;
        return true;
    }

    /// Whether no attempt is to be made now: there is a shortage, and the pause is not over.
    boolean isFresh(long nowNanos) {
        return isLacking && nowNanos - pausedNanos < PAUSE_NANOS;
    }
}
