package dev.weir.pool;

/// Decides what of an origin's coming and going is told: that it goes once in ten seconds at most, and that it
/// comes back after each time that it was told gone. One that goes too soon is told gone by a later attempt
/// that fails.
///
/// **Threads:** guarded by this.
final class OriginReports {
    private static final long QUIET_NANOS = 10_000_000_000L;

    /// What [#succeeded] says when there is nothing to tell.
    static final long NOTHING_TO_REPORT = -1;

    private volatile boolean isToldGone;
    private boolean wasTold;
    private long toldNanos;
    private long untold;

    /// An attempt failed.
    ///
    /// @return whether that is to be told
    synchronized boolean failed(long nowNanos) {
        if (isToldGone) return false;
        if (wasTold && nowNanos - toldNanos < QUIET_NANOS) {
            untold++;
            return false;
        }
        isToldGone = true;
        wasTold = true;
        toldNanos = nowNanos;
        return true;
    }

    /// An attempt succeeded.
    ///
    /// @return for how long it was told gone, in nanoseconds; [#NOTHING_TO_REPORT] when it was not
    long succeeded(long nowNanos) {
        return isToldGone ? toldBack(nowNanos) : NOTHING_TO_REPORT;
    }

    private synchronized long toldBack(long nowNanos) {
        if (!isToldGone) return NOTHING_TO_REPORT;
        isToldGone = false;
        return nowNanos - toldNanos;
    }

    /// How many failures were not told since the last call.
    synchronized long takeUntold() {
        long count = untold;
        untold = 0;
        return count;
    }
}
