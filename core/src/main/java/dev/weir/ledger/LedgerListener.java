package dev.weir.ledger;

/// Hears of everything that is opened and ended, one by one; a test listens to learn the place that opened
/// it.
///
/// **Threads:** thread-safe.
/// **Waits:** never waits; it is called under locks.
public interface LedgerListener {
    /// Hears nothing; a program's.
    LedgerListener NONE = new LedgerListener() {
        @Override
        public void opened(Kind kind, Object what, Object owner) {}

        @Override
        public void ended(Kind kind, Object what) {}
    };

    /// `what` has come to life; the caller's stack shows where.
    ///
    /// @param what the same object as [#ended] gets
    /// @param owner in words; asked for its text only when it is read
    void opened(Kind kind, Object what, Object owner);

    /// `what` is gone.
    void ended(Kind kind, Object what);
}
