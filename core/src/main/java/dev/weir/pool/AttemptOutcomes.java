package dev.weir.pool;

import dev.weir.loop.FailureLog;
import org.jspecify.annotations.Nullable;

/// Notes how attempts to connect to the origins of one cache end, and tells its watch when one goes and when it comes
/// back.
///
/// **Threads:** thread-safe; what is told is told on the loop of the attempt.
final class AttemptOutcomes {
    private static final FailureLog LOG = FailureLog.of(AttemptOutcomes.class);

    private volatile @Nullable OriginWatch watch;

    void watch(OriginWatch one) {
        watch = one;
    }

    /// A connection to `origin` was made; on the loop it was made on.
    ///
    /// @return whether it was failing until now
    boolean succeeded(Origin origin, long nowNanos) {
        boolean returned = origin.succeeded();
        long goneNanos = origin.news().succeeded(nowNanos);
        OriginWatch told = watch;
        if (told != null && goneNanos != OriginNews.NO_NEWS) tell(origin, () -> told.back(origin, goneNanos));
        return returned;
    }

    /// An attempt to connect to `origin` failed; on the loop it was made on.
    void failed(Origin origin, long nowNanos, String why) {
        origin.failed(nowNanos);
        OriginWatch told = watch;
        if (told == null || !origin.news().failed(nowNanos)) return;
        long untold = origin.news().takeUntold();
        tell(origin, () -> told.gone(origin, why, untold));
    }

    private static void tell(Origin origin, Runnable news) {
        try {
            news.run();
        } catch (RuntimeException | Error failure) { // Why: foreign code; the attempt holds a slot and a borrower.
            LOG.error(origin, "telling of an origin failed", failure);
        }
    }
}
