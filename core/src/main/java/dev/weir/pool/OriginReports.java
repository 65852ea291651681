package dev.weir.pool;

/// Decides which changes of an origin are reported. That it is down is reported once in 10 s at most; that it is up
/// again is reported after each report that it was down. If it goes down again within the 10 s, a later failed
/// attempt reports it.
///
/// **Threads:** guarded by this.
final class OriginReports {
    private static final long QUIET_NANOS = 10_000_000_000L;

    /// Returned by [#succeeded] if there is nothing to report.
    static final long NOTHING_TO_REPORT = -1;

    private volatile boolean isToldGone;
    private boolean wasTold;
    private long toldNanos;
    private long untold;

    /// An attempt failed.
    ///
    /// @return whether that is to be reported
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
    /// @return how long ago it was reported down, in nanoseconds; [#NOTHING_TO_REPORT] if it was not
    long succeeded(long nowNanos) {
        return isToldGone ? toldBack(nowNanos) : NOTHING_TO_REPORT;
    }

    private synchronized long toldBack(long nowNanos) {
        if (!isToldGone) return NOTHING_TO_REPORT;
        isToldGone = false;
        return nowNanos - toldNanos;
    }

    /// The number of failures since the last call that were not reported.
    synchronized long takeUntold() {
        long count = untold;
        untold = 0;
        return count;
    }
}
