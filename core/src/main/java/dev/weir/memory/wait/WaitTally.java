package dev.weir.memory.wait;

import java.util.concurrent.atomic.AtomicLong;

/// How waits ended, counted since the start.
///
/// **Threads:** under the pool's lock, but for [#kept].
final class WaitTally {
    long begun;
    long grants;
    long timedOut;
    long ended;
    long passedOn;

    private final AtomicLong kept = new AtomicLong(); // without the lock, because loops count when a grant is delivered

    void gaveUp(CancelReason why) {
        if (why == CancelReason.TIMED_OUT) timedOut++;
        else ended++;
    }

    /// A grant was delivered and taken.
    void kept() {
        kept.incrementAndGet();
    }

    /// The counts as a value.
    ///
    /// @param waiting how many wait now
    WaitCounts of(int waiting) {
        return new WaitCounts(begun, waiting, timedOut + ended, grants, kept.get(), passedOn);
    }
}
