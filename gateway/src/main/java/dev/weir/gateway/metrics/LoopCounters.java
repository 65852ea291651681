package dev.weir.gateway.metrics;

import dev.weir.loop.EventLoop;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// Counters, with a row for each loop.
///
/// **Threads:** [#add] is confined to the loop passed to it; [#sum] is thread-safe and may be slightly out of date.
final class LoopCounters {
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[][] rows;

    LoopCounters(int loops, int cells) {
        rows = new long[loops][cells];
    }

    void add(EventLoop loop, int cell, long amount) {
        long[] row = rows[loop.index()];
        CELL.setOpaque(row, cell, row[cell] + amount);
    }

    long sum(int cell) {
        long sum = 0;
        for (long[] row : rows) sum += (long) CELL.getOpaque(row, cell);
        return sum;
    }
}
