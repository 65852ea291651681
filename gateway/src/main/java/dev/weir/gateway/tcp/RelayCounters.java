package dev.weir.gateway.tcp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// The counters of one loop: written by the loop without locks, read by any thread.
///
/// **Threads:** [#add] is confined to its loop, [#of] is thread-safe.
final class RelayCounters {
    private static final VarHandle COUNT = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] counts = new long[RelayCounter.values().length];

    void add(RelayCounter what, long amount) {
        COUNT.setOpaque(counts, what.ordinal(), counts[what.ordinal()] + amount);
    }

    long of(RelayCounter what) {
        return (long) COUNT.getOpaque(counts, what.ordinal());
    }
}
