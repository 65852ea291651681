package dev.weir.testing;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.function.Supplier;

/// What objects weigh on the heap: the difference in use after a collection, over many of them.
public final class Footprint {
    private static final int COLLECTIONS_MAX = 8;
    private static final int TRIES = 5;
    private static final long NOISE_BYTES = 16 * 1024;

    private Footprint() {}

    /// Bytes of the heap that are reachable now: after collections that find no more to give back, because what tests
    /// before left goes late.
    public static long usedBytes() {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        long before = Long.MAX_VALUE;
        long now = collected(memory);
        for (int i = 0; i < COLLECTIONS_MAX && before - now > NOISE_BYTES; i++) {
            before = now;
            now = Math.min(now, collected(memory));
        }
        return now;
    }

    private static long collected(MemoryMXBean memory) {
        System.gc();
        return memory.getHeapMemoryUsage().getUsed();
    }

    /// Heap bytes of one such object with all that only it holds; the median of several measurements, because whatever
    /// else runs in this JVM adds in one and is collected in another.
    public static long bytesEach(int count, Supplier<?> make) {
        long[] each = new long[TRIES];
        for (int i = 0; i < TRIES; i++) each[i] = measure(count, make);
        Arrays.sort(each);
        return each[TRIES / 2];
    }

    private static long measure(int count, Supplier<?> make) {
        var kept = new Object[count];
        kept[0] = make.get(); // what is loaded with the first is not part of it
        long before = usedBytes();
        try {
            for (int i = 1; i < count; i++) kept[i] = make.get();
            return (usedBytes() - before) / (count - 1);
        } finally {
            Reference.reachabilityFence(kept);
        }
    }
}
