package dev.weir.pool;

import dev.weir.loop.FailureLog;
import org.jspecify.annotations.Nullable;

/// Records how attempts to connect to the origins of one pool end, and notifies its listener when an origin goes
/// down and when it is up again, even if an attempt of another pool found that out.
///
/// **Threads:** thread-safe; the listener is called on the loop of the attempt.
final class AttemptOutcomes {
    private static final FailureLog LOG = FailureLog.of(AttemptOutcomes.class);

    private volatile @Nullable OriginListener watch;

    void watch(OriginListener one) {
        watch = one;
    }

    /// A connection to `origin` was made; called on the loop of the attempt.
    ///
    /// @return whether it was failing until now
    boolean succeeded(Origin origin, long nowNanos) {
        boolean returned = origin.succeeded();
        origin.health().tellSucceeded(nowNanos);
        return returned;
    }

    /// An attempt to connect to `origin` failed; called on the loop of the attempt.
    void failed(Origin origin, long nowNanos, String why) {
        origin.failed(nowNanos);
        origin.health().tellFailed(nowNanos, why);
    }

    /// The listener to the health of `origin`; two for the same origin are equal.
    Health.Listener listenerOf(Origin origin) {
        return new OriginHealthListener(this, origin);
    }

    private record OriginHealthListener(AttemptOutcomes outcomes, Origin origin) implements Health.Listener {
        @Override
        public boolean isListening() {
            return outcomes.watch != null;
        }

        @Override
        public void originDown(String why, long untold) {
            outcomes.tellGone(origin, why, untold);
        }

        @Override
        public void originUp(long goneNanos) {
            outcomes.tellBack(origin, goneNanos);
        }
    }

    private void tellGone(Origin origin, String why, long untold) {
        OriginListener told = watch;
        if (told != null) tell(origin, () -> told.originDown(origin, why, untold));
    }

    private void tellBack(Origin origin, long goneNanos) {
        OriginListener told = watch;
        if (told != null) tell(origin, () -> told.originUp(origin, goneNanos));
    }

    private static void tell(Origin origin, Runnable news) {
        try {
            news.run();
        } catch (RuntimeException | Error failure) { // Why: foreign code must not stop the attempt.
            LOG.error(origin, "the listener to origins failed", failure);
        }
    }
}
