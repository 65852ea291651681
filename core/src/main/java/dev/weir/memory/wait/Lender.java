package dev.weir.memory.wait;

/// What a [Waiter] waits at and what ends its wait: the pool, or blocks that are kept for one purpose.
///
/// **Threads:** thread-safe.
interface Lender {
    /// The present, by the clock of the budget.
    long now();

    /// A grant was delivered and taken; called without any lock.
    void arrived();

    /// Cancels a wait here; false when there is none or its buffer was delivered.
    boolean end(Waiter waiter, CancelReason why);
}
