package dev.weir.ledger;

/// Counts of what comes and goes with every request: written by one thread without locks, read by any.
///
/// **Threads:** [#opened] and [#closed] are confined to the owner's thread; [#live] is for any thread, which
/// may see a slightly older value.
public final class Tally {
    private final String owner;
    private final LedgerListener listener;
    private final Counts<Kind> live = new Counts<>(Kind.class);

    Tally(String owner, LedgerListener listener) {
        this.owner = owner;
        this.listener = listener;
    }

    /// One more of `kind` is alive.
    ///
    /// @param what the resource; no reference to it is kept
    public void opened(Kind kind, Object what) {
        live.add(kind);
        listener.opened(kind, what, owner);
    }

    /// One of `kind` has ended.
    ///
    /// @param what the same object as it was opened with
    public void closed(Kind kind, Object what) {
        live.add(kind, -1);
        listener.ended(kind, what);
    }

    /// How many of `kind` are alive.
    public long live(Kind kind) {
        return live.of(kind);
    }

    /// The owner of these counters, for reports.
    public String owner() {
        return owner;
    }
}
