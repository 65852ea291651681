package dev.weir.http.server;

import dev.weir.connection.Traffic;

/// How fast the client of one exchange is while it is waited for: while we read from it, or bytes wait for it.
/// Time in which a handler, an origin or memory is waited for does not count. It is updated when waiting begins
/// or ends, and when it is read. It uses the byte counts of the connection.
///
/// **Threads:** confined to its loop.
final class Pace {
    /// So many bytes count as progress of a client for whose connection others wait: a block of 16 KiB.
    private static final int BLOCK_BYTES = 16 * 1024;

    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long WINDOW_SECONDS = 10;
    private static final long WINDOW_NANOS = WINDOW_SECONDS * SECOND_NANOS;

    private final int bytesPerSecond;
    private boolean awaitsInput;
    private boolean awaitsOutput;
    private long sinceNanos;
    private long bytesSeen;
    private long creditNanos;
    private long awaitedNanos;
    private long slowNanos;
    private int blockBytes; // at most those of a block

    /// @param bytesPerSecond the minimum rate, 0 for none
    Pace(long bytesPerSecond) {
        this.bytesPerSecond = Math.toIntExact(bytesPerSecond);
    }

    /// Begins when the whole head of a request has arrived.
    ///
    /// @param headNanos how long it took to arrive
    void begin(ClientPath path, long headNanos, long nowNanos) {
        awaitsInput = false;
        awaitsOutput = false;
        sinceNanos = nowNanos;
        bytesSeen = moved(path);
        creditNanos = WINDOW_NANOS;
        awaitedNanos = headNanos;
        slowNanos = 0;
        blockBytes = 0;
    }

    void setAwaitsInput(boolean isAwaited, ClientPath path, long nowNanos) {
        if (awaitsInput == isAwaited && !isAwaited) return;
        update(path, nowNanos);
        awaitsInput = isAwaited;
    }

    void setAwaitsOutput(boolean isAwaited, ClientPath path, long nowNanos) {
        if (awaitsOutput == isAwaited && !isAwaited) return;
        update(path, nowNanos);
        awaitsOutput = isAwaited;
    }

    private void update(ClientPath path, long nowNanos) {
        long bytes = moved(path);
        long fresh = bytes - bytesSeen;
        bytesSeen = bytes;
        long passed = isAwaited() ? nowNanos - sinceNanos : 0;
        sinceNanos = nowNanos;
        creditNanos -= passed;
        awaitedNanos += passed;
        slowNanos += passed;
        if (fresh <= 0) return;
        blockBytes = (int) Math.min(BLOCK_BYTES, blockBytes + fresh);
        if (blockBytes >= BLOCK_BYTES) {
            blockBytes = 0;
            slowNanos = 0;
        }
        if (bytesPerSecond == 0 || fresh >= WINDOW_SECONDS * bytesPerSecond) creditNanos = WINDOW_NANOS;
        else creditNanos = Math.min(WINDOW_NANOS, creditNanos + fresh * SECOND_NANOS / bytesPerSecond);
    }

    private boolean isAwaited() {
        return awaitsInput || awaitsOutput;
    }

    /// How long the client has been waited for since it last moved a block, in nanoseconds; 0 when it is not
    /// waited for now.
    long slowNanos(ClientPath path, long nowNanos) {
        update(path, nowNanos);
        return isAwaited() ? slowNanos : 0;
    }

    /// How long no byte may move until the client is too slow, in nanoseconds; [Long#MAX_VALUE] when that has
    /// no limit.
    long leftNanos(ClientPath path, long nowNanos) {
        update(path, nowNanos);
        return bytesPerSecond > 0 && isAwaited() ? creditNanos : Long.MAX_VALUE;
    }

    /// How long the request may still take to arrive, in nanoseconds; [Long#MAX_VALUE] when it is not waited for.
    ///
    /// @param requestNanos how long a request without a body may take
    /// @param bytes of its body, announced or received
    /// @param leastPerSecond how many of these have to arrive in a second
    long requestLeftNanos(long requestNanos, long bytes, long leastPerSecond) {
        if (!awaitsInput) return Long.MAX_VALUE;
        double bodyNanos = (double) bytes / leastPerSecond * SECOND_NANOS;
        return (long) (requestNanos + bodyNanos) - awaitedNanos;
    }

    private static long moved(ClientPath path) {
        Traffic traffic = path.traffic();
        return traffic.bytesIn() + traffic.bytesOut();
    }
}
