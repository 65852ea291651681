package dev.weir.server;

import dev.weir.memory.MemoryDebug;
import dev.weir.memory.MemoryPlan;
import java.util.ArrayList;
import java.util.List;

/// What a runtime is opened with.
///
/// **Threads:** immutable.
///
/// @param name begins the names of its threads
/// @param loops event loops, at least 1
/// @param memoryBytes the budget
/// @param charges what is counted by its limit: connections, exchanges
/// @param memory how the rest of the budget is cut
public record WeirSettings(
        String name, int loops, long memoryBytes, List<MemoryPlan.Line> charges, MemoryPlan.Settings memory) {
    /// Heap bytes of one idle connection over TCP, as measured: its conversation, its transport, the JDK's channel and
    /// key, its entries.
    public static final long CONNECTION_BYTES = 1408;

    /// Copies the list, refuses nonsense.
    public WeirSettings {
        charges = List.copyOf(charges);
        if (loops < 1) throw new IllegalArgumentException("loops must be at least 1, was " + loops);
    }

    /// A loop for each core, connections charged, and the rest for blocks.
    public static WeirSettings of(String name, long memoryBytes, int connectionsMax) {
        return new WeirSettings(
                name,
                Runtime.getRuntime().availableProcessors(),
                memoryBytes,
                List.of(new MemoryPlan.Line("connections", connectionsMax, CONNECTION_BYTES)),
                MemoryPlan.Settings.DEFAULT);
    }

    /// These settings with memory that is debugged.
    public WeirSettings withDebug(MemoryDebug debug) {
        return new WeirSettings(name, loops, memoryBytes, charges, memory.withDebug(debug));
    }

    /// These settings with one more charge.
    public WeirSettings withCharge(MemoryPlan.Line charge) {
        var more = new ArrayList<>(charges);
        more.add(charge);
        return new WeirSettings(name, loops, memoryBytes, more, memory);
    }
}
