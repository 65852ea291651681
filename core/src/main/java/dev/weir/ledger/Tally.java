package dev.weir.ledger;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// Counters of resources that come and go with every request: written by one thread without locks, read by any.
///
/// **Threads:** [#opened] and [#closed] are confined to the owner's thread; [#live] is for any thread, which
/// may see a slightly older value.
public final class Tally {
    private static final VarHandle COUNT = MethodHandles.arrayElementVarHandle(long[].class);

    private final String owner;
    private final LedgerListener listener;
    private final long[] live = new long[Kind.values().length];

    Tally(String owner, LedgerListener listener) {
        this.owner = owner;
        this.listener = listener;
    }

    /// One more of `kind` is alive.
    ///
    /// @param what the resource; no reference to it is kept
    public void opened(Kind kind, Object what) {
        COUNT.setOpaque(live, kind.ordinal(), live[kind.ordinal()] + 1);
        listener.opened(kind, what, owner);
    }

    /// One of `kind` has ended.
    ///
    /// @param what the same object as it was opened with
    public void closed(Kind kind, Object what) {
        COUNT.setOpaque(live, kind.ordinal(), live[kind.ordinal()] - 1);
        listener.ended(kind, what);
    }

    /// How many of `kind` are alive.
    public long live(Kind kind) {
        return (long) COUNT.getOpaque(live, kind.ordinal());
    }

    /// The owner of these counters, for reports.
    public String owner() {
        return owner;
    }
}
