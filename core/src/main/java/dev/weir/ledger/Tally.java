package dev.weir.ledger;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// Counts of what comes and goes with every request: written by one thread without locks, read by any.
///
/// **Threads:** [#opened] and [#closed] are confined to the owner's thread; [#live] is for any thread and may be a
/// little old.
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
    /// @param what it is; the count does not keep it
    public void opened(Kind kind, Object what) {
        COUNT.setOpaque(live, kind.ordinal(), live[kind.ordinal()] + 1);
        listener.opened(kind, what, owner);
    }

    /// One of `kind` has ended.
    ///
    /// @param what the same as it was opened with
    public void closed(Kind kind, Object what) {
        COUNT.setOpaque(live, kind.ordinal(), live[kind.ordinal()] - 1);
        listener.ended(kind, what);
    }

    /// How many of `kind` are alive.
    public long live(Kind kind) {
        return (long) COUNT.getOpaque(live, kind.ordinal());
    }

    /// Who counts here.
    public String owner() {
        return owner;
    }
}
