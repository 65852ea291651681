package dev.weir.testing;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.ref.Reference;
import java.util.function.Supplier;

/// What objects weigh on the heap: the difference in use after a collection, over many of them.
public final class Footprint {
    private static final int COLLECTIONS = 3;
    private static final int TRIES = 3;

    private Footprint() {}

    /// Bytes of the heap that are reachable now.
    public static long usedBytes() {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            least = Math.min(least, memory.getHeapMemoryUsage().getUsed());
        }
        return least;
    }

    /// Heap bytes of one such object with all that only it holds; the least of several measurements, because whatever
    /// else runs in this JVM can only add.
    public static long bytesEach(int count, Supplier<?> make) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < TRIES; i++) least = Math.min(least, measure(count, make));
        return least;
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
