package dev.weir.pool;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// Counts of one loop: written by it without locks, read by any thread.
final class PoolTally {
    private static final VarHandle COUNT = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] counts = new long[PoolCount.values().length];

    void add(PoolCount what) {
        add(what, 1);
    }

    void add(PoolCount what, long amount) {
        COUNT.setOpaque(counts, what.ordinal(), counts[what.ordinal()] + amount);
    }

    long of(PoolCount what) {
        return (long) COUNT.getOpaque(counts, what.ordinal());
    }
}
