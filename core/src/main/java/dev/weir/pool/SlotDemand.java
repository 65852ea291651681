package dev.weir.pool;

/// The slots that waiters need, and how many of these are about to become free because leases were asked to end. No
/// more leases are asked to end than waiters need, so that one waiter never ends two.
///
/// **Threads:** thread-safe.
public interface SlotDemand {
    /// Whether more slots are needed than expected.
    boolean isUnmet();

    /// Whether more slots are expected than needed: a lease that was asked to end and has not ended yet continues.
    boolean isExceeded();

    /// Expects one more slot if more are needed than expected; if this returns true, [#expectedEnded] has to
    /// follow.
    boolean tryExpect();

    /// An expected slot is free, or will not become free after all.
    void expectedEnded();
}
