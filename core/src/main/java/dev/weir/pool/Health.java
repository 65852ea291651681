package dev.weir.pool;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// The health of a shared address for all upstreams with the same terms: whether it accepts connections, and if
/// not, when the next attempt is made.
///
/// **Threads:** guarded by this, except reads, which may be slightly stale.
/// **Limits:** an address is passed over for 1 s after its first failure, doubling to 30 s.
final class Health {
    /// While a waiter waits for it to return: the pause between the end of one attempt to connect and the next.
    static final long PROBE_NANOS = 100_000_000L;

    private final Terms terms;
    private final OriginReports news = new OriginReports();
    private final List<Listener> watching = new CopyOnWriteArrayList<>();
    private long passNanos;
    private long probeDueNanos;
    private boolean isProbed;
    private volatile boolean isFailing;
    private volatile long passedOverUntilNanos;
    private volatile long failingSinceNanos;

    /// What decides whether an origin counts as failing.
    ///
    /// @param connectNanos how long an attempt to connect may take
    /// @param passNanosMin how long it is passed over after its first failure
    /// @param passNanosMax the maximum to which that time doubles
    record Terms(long connectNanos, long passNanosMin, long passNanosMax) {
        private static final long PASS_NANOS_MIN = 1_000_000_000L;
        private static final long PASS_NANOS_MAX = 30_000_000_000L;

        static Terms of(PoolLimits limits) {
            return new Terms(limits.connectTime().toNanos(), PASS_NANOS_MIN, PASS_NANOS_MAX);
        }
    }

    /// Notified when the health changes.
    interface Listener {
        /// Whether there is anything to notify.
        boolean isListening();

        void originDown(String why, long untold);

        void originUp(long goneNanos);
    }

    Health(Terms terms) {
        this.terms = terms;
    }

    Terms terms() {
        return terms;
    }

    boolean isFailing() {
        return isFailing;
    }

    boolean isPassedOver(long nowNanos) {
        return isFailing && nowNanos - passedOverUntilNanos < 0;
    }

    /// Until when it is passed over, if it is.
    long passedOverUntilNanos() {
        return passedOverUntilNanos;
    }

    long failingSinceNanos() {
        return failingSinceNanos;
    }

    /// A connection was made; returns whether it was failing until now.
    synchronized boolean succeeded() {
        boolean returned = isFailing;
        passNanos = 0;
        isFailing = false;
        return returned;
    }

    synchronized void failed(long nowNanos) {
        if (!isFailing) failingSinceNanos = nowNanos;
        // Why: attempts that ran at the same time count as one failure of the origin.
        if (isPassedOver(nowNanos)) return;
        passNanos = Math.min(terms.passNanosMax(), Math.max(terms.passNanosMin(), passNanos * 2));
        passedOverUntilNanos = nowNanos + passNanos;
        if (!isFailing) probeDueNanos = nowNanos + PROBE_NANOS;
        isFailing = true;
    }

    /// Whether it is time for a probe; if this returns true, [#probeEnded] has to follow.
    synchronized boolean tryProbe(long nowNanos) {
        if (!isFailing || isProbed || nowNanos - probeDueNanos < 0) return false;
        isProbed = true;
        return true;
    }

    synchronized void probeEnded(long nowNanos) {
        isProbed = false;
        probeDueNanos = nowNanos + PROBE_NANOS;
    }

    // ---- listeners

    void watch(Listener one) {
        watching.add(one);
    }

    void unwatch(Listener one) {
        watching.remove(one);
    }

    private boolean isListening() {
        for (Listener one : watching) if (one.isListening()) return true;
        return false;
    }

    void tellSucceeded(long nowNanos) {
        long goneNanos = news.succeeded(nowNanos);
        if (goneNanos == OriginReports.NOTHING_TO_REPORT) return;
        for (Listener one : watching) one.originUp(goneNanos);
    }

    void tellFailed(long nowNanos, String why) {
        if (!isListening() || !news.failed(nowNanos)) return;
        long untold = news.takeUntold();
        for (Listener one : watching) one.originDown(why, untold);
    }
}
