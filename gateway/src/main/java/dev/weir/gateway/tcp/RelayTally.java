package dev.weir.gateway.tcp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// Counts of one loop: written by it without locks, read by any thread.
///
/// **Threads:** [#add] is confined to its loop, [#of] is thread-safe.
final class RelayTally {
    private static final VarHandle COUNT = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] counts = new long[RelayCount.values().length];

    void add(RelayCount what, long amount) {
        COUNT.setOpaque(counts, what.ordinal(), counts[what.ordinal()] + amount);
    }

    long of(RelayCount what) {
        return (long) COUNT.getOpaque(counts, what.ordinal());
    }
}
