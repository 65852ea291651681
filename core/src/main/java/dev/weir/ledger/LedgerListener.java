package dev.weir.ledger;

/// Notified of each resource that is opened and ended. A test uses it to record the place in the code that
/// opened a resource.
///
/// **Threads:** thread-safe.
/// **Waits:** never waits; it is called under locks.
public interface LedgerListener {
    /// Ignores all calls; what programs use.
    LedgerListener NONE = new LedgerListener() {
        @Override
        public void opened(Kind kind, Object what, Object owner) {}

        @Override
        public void ended(Kind kind, Object what) {}
    };

    /// `what` was opened; the caller's stack shows where.
    ///
    /// @param what the same object as [#ended] gets
    /// @param owner in words; asked for its text only when it is read
    void opened(Kind kind, Object what, Object owner);

    /// `what` is gone.
    void ended(Kind kind, Object what);
}
