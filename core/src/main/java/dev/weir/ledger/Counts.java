package dev.weir.ledger;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// One count for each constant of an enum: written by one thread without locks, read by any.
///
/// **Threads:** [#add] is confined to the owner's thread; [#of] is for any thread and may be a little old.
///
/// @param <E> what is counted
public final class Counts<E extends Enum<E>> {
    private static final VarHandle COUNT = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] counts;

    /// Nothing was counted yet.
    ///
    /// @param kinds the enum of what is counted
    public Counts(Class<E> kinds) {
        this.counts = new long[kinds.getEnumConstants().length];
    }

    /// Counts one more.
    public void add(E what) {
        add(what, 1);
    }

    /// Counts `amount` more; fewer when it is negative.
    public void add(E what, long amount) {
        COUNT.setOpaque(counts, what.ordinal(), counts[what.ordinal()] + amount);
    }

    /// The count until now.
    public long of(E what) {
        return (long) COUNT.getOpaque(counts, what.ordinal());
    }
}
