package dev.weir.memory.block;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/// What a pool does when its plan asks for debugging.
///
/// Every free byte of a slab is poison: fresh memory is filled when it is cut, a block when it
/// comes back. So a block that is cut anew out of an emptied slab is poison, too.
///
/// **Threads:** thread-safe.
final class DebugMode {
    static final byte POISON = (byte) 0xDE;
    private static final long POISON_LONG = 0xDEDE_DEDE_DEDE_DEDEL;
    private static final long GOLDEN = 0x9E37_79B9_7F4A_7C15L;

    private final MemoryDebug settings;
    private final AtomicLong asked = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    DebugMode(MemoryDebug settings) {
        this.settings = settings;
    }

    MemoryDebug settings() {
        return settings;
    }

    /// Whether the next one that is asked for is refused.
    boolean refuses() {
        if (settings.refusedPerMille() == 0) return false;
        boolean refuses = Long.remainderUnsigned(mixed(asked.incrementAndGet()), 1000) < settings.refusedPerMille();
        if (refuses) refused.incrementAndGet();
        return refuses;
    }

    /// How many were refused.
    long refused() {
        return refused.get();
    }

    /// Fills a free block.
    void poison(ByteBuffer block) {
        if (!settings.poison()) return;
        ByteBuffer bytes = whole(block);
        for (int at = 0; at < bytes.capacity(); at += Long.BYTES) bytes.putLong(at, POISON_LONG);
    }

    /// Fills fresh memory.
    void poison(MemorySegment memory) {
        if (settings.poison()) memory.fill(POISON);
    }

    /// Where a free block was written to: the first byte; -1 when nowhere.
    int damagedAt(ByteBuffer block) {
        if (!settings.poison()) return -1;
        ByteBuffer bytes = whole(block);
        for (int at = 0; at < bytes.capacity(); at += Long.BYTES) {
            if (bytes.getLong(at) != POISON_LONG) return damagedFrom(bytes, at);
        }
        return -1;
    }

    /// All of a block, wherever its last holder left the limit.
    private static ByteBuffer whole(ByteBuffer block) {
        return block.duplicate().clear();
    }

    private static int damagedFrom(ByteBuffer bytes, int from) {
        int at = from;
        while (bytes.get(at) == POISON) at++;
        return at;
    }

    /// Of the n-th one asked for, a number that looks random. Why: not a sequence with a state, so that
    /// threads which ask at once need no lock.
    private long mixed(long n) {
        long z = settings.seed() + n * GOLDEN;
        z = (z ^ (z >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D0_49BB_1331_11EBL;
        return z ^ (z >>> 31);
    }
}
