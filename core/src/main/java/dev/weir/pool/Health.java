package dev.weir.pool;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// How a site stands for all upstreams that ask with the same terms: whether connections to it are accepted, and if
/// not, when it is asked again.
///
/// **Threads:** guarded by this, but for what is read; that may be a little old.
/// **Limits:** a site is passed over for a second after the first failure, doubling to half a minute.
final class Health {
    /// While somebody waits for it to return: from the end of one attempt to connect to the next.
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
    /// @param connectNanos how long making a connection may take
    /// @param passNanosMin how long it is passed over after its first failure
    /// @param passNanosMax the most to which that doubles
    record Terms(long connectNanos, long passNanosMin, long passNanosMax) {
        private static final long PASS_NANOS_MIN = 1_000_000_000L;
        private static final long PASS_NANOS_MAX = 30_000_000_000L;

        static Terms of(PoolLimits limits) {
            return new Terms(limits.connectTime().toNanos(), PASS_NANOS_MIN, PASS_NANOS_MAX);
        }
    }

    /// One that is told how it stands.
    interface Listener {
        /// Whether anybody listens.
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

    /// When it is passed over no longer, if it is.
    long passedOverUntilNanos() {
        return passedOverUntilNanos;
    }

    long failingSinceNanos() {
        return failingSinceNanos;
    }

    /// A connection was made; true when it was failing until now.
    synchronized boolean succeeded() {
        boolean returned = isFailing;
        passNanos = 0;
        isFailing = false;
        return returned;
    }

    synchronized void failed(long nowNanos) {
        if (!isFailing) failingSinceNanos = nowNanos;
        // Why: attempts that were under way together are one failure of the origin.
        if (isPassedOver(nowNanos)) return;
        passNanos = Math.min(terms.passNanosMax(), Math.max(terms.passNanosMin(), passNanos * 2));
        passedOverUntilNanos = nowNanos + passNanos;
        if (!isFailing) probeDueNanos = nowNanos + PROBE_NANOS;
        isFailing = true;
    }

    /// Whether it is time to see whether it has returned; [#probeEnded] follows.
    synchronized boolean tryProbe(long nowNanos) {
        if (!isFailing || isProbed || nowNanos - probeDueNanos < 0) return false;
        isProbed = true;
        return true;
    }

    synchronized void probeEnded(long nowNanos) {
        isProbed = false;
        probeDueNanos = nowNanos + PROBE_NANOS;
    }

    // ---- who is told

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
