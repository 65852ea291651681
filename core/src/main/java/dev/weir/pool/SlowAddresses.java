package dev.weir.pool;

import dev.weir.memory.Turn;
import java.util.concurrent.atomic.AtomicLongArray;

/// The client addresses of which a borrower gave its connection up lately, because its client was the slowest while
/// others
/// waited. Borrowers of such an address count among those that trickle in: otherwise each connection that a crowd of
/// slow
/// readers gives up would be taken by the next of the crowd, for as long again.
///
/// **Threads:** thread-safe.
/// **Limits:** 1 024 marks, whatever the number of addresses; two that share one are both held for slow.
/// **Source:** ADR 26.
final class SlowAddresses {
    /// How long an address is remembered.
    static final long MEMORY_NANOS = 600_000_000_000L;

    private static final int MARKS = 1024;
    private static final int SHIFT = Long.SIZE - Integer.numberOfTrailingZeros(MARKS);
    private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;
    private static final long NEVER = 0;

    private final AtomicLongArray marks = new AtomicLongArray(MARKS);

    /// Remembers the address of one that has just given way.
    void mark(long key, long nowNanos) {
        if (key != Turn.NO_ADDRESS) marks.set(slot(key), nowNanos == NEVER ? 1 : nowNanos);
    }

    boolean isMarked(long key, long nowNanos) {
        if (key == Turn.NO_ADDRESS) return false;
        long marked = marks.get(slot(key));
        return marked != NEVER && nowNanos - marked < MEMORY_NANOS;
    }

    private static int slot(long key) {
        return (int) ((key * SPREAD) >>> SHIFT);
    }
}
