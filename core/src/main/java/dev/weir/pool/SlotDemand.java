package dev.weir.pool;

/// The slots that those who wait need, and those of them that are about to come free: of leases that were asked
/// to end, whatever the reason. No more are asked than wait, so that one waiter never ends two.
///
/// **Threads:** thread-safe.
public interface SlotDemand {
    /// Whether more wait than slots are coming for.
    boolean isUnmet();

    /// Whether more are coming than anybody waits for: a lease that was asked to end, and has not, goes on.
    boolean isExceeded();

    /// Counts one more when more wait than are coming; [#expectedEnded] follows.
    boolean tryExpect();

    /// One of them is free, or is not coming after all.
    void expectedEnded();
}
