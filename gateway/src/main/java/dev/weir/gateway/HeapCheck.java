package dev.weir.gateway;

import dev.weir.memory.MemoryPlan;
import dev.weir.runtime.WeirSettings;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// Checks whether the JVM's heap can hold the charges of a plan: connections, exchanges and other objects.
/// Blocks and scratch lie outside the heap.
///
/// **Threads:** immutable.
final class HeapCheck {
    /// Heap bytes of the gateway itself, its metrics and its pages, with room for the collector.
    static final long PROGRAM_BYTES = 16L << 20;

    private static final int NAMED_MAX = 3;

    private HeapCheck() {}

    /// Explains why the heap is too small for the charges of `settings`; empty when it is large enough.
    ///
    /// @param heapBytes the maximum size of the heap
    static Optional<String> complaint(WeirSettings settings, long heapBytes) {
        long charged =
                settings.charges().stream().mapToLong(MemoryPlan.Line::bytes).sum();
        if (charged + PROGRAM_BYTES <= heapBytes) return Optional.empty();
        long needed = mebibytes(charged + PROGRAM_BYTES);
        return Optional.of("the limits need " + needed + " MiB of heap, " + mebibytes(charged)
                + " for what is charged and "
                + mebibytes(PROGRAM_BYTES) + " for the program, and the JVM has " + (heapBytes >> 20)
                + ": give it more (WEIR_JAVA_OPTS=-Xmx" + needed + "m) or lower the limits; the largest charges are "
                + largest(settings.charges()));
    }

    /// The largest charges, by name.
    static String largest(List<MemoryPlan.Line> charges) {
        return charges.stream()
                .sorted(Comparator.comparingLong(MemoryPlan.Line::bytes).reversed())
                .limit(NAMED_MAX)
                .map(line -> String.format(Locale.ROOT, "%s (%,d bytes)", line.purpose(), line.bytes()))
                .collect(Collectors.joining(", "));
    }

    private static long mebibytes(long bytes) {
        return (bytes + (1 << 20) - 1) >> 20;
    }
}
