package dev.weir.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// Counts of one loop: written by it without locks, read by any thread.
public final class PoolTally {
    private static final VarHandle COUNT = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] counts = new long[PoolCount.values().length];

    /// Creates counts that are all zero.
    public PoolTally() {}

    /// Adds one.
    public void add(PoolCount what) {
        add(what, 1);
    }

    /// Adds `amount`.
    public void add(PoolCount what, long amount) {
        COUNT.setOpaque(counts, what.ordinal(), counts[what.ordinal()] + amount);
    }

    /// The count so far.
    public long of(PoolCount what) {
        return (long) COUNT.getOpaque(counts, what.ordinal());
    }
}
