package dev.weir.memory;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;

/// What was carved once, by purpose.
///
/// **Threads:** guarded by this.
/// **Limits:** never more for a purpose than its lines of the plan have.
final class FixedPart {
    private final MemoryPlan plan;
    private final Arena arena;
    private final TreeMap<String, Long> carved = new TreeMap<>();

    FixedPart(MemoryPlan plan, Arena arena) {
        this.plan = plan;
        this.arena = arena;
    }

    synchronized ByteBuffer carve(String purpose, int bytes) {
        long planned = MemoryPlan.bytesOf(plan.fixed(), purpose);
        long before = carved.getOrDefault(purpose, 0L);
        if (bytes < 0 || bytes > planned - before) {
            throw new IllegalStateException("the fixed part '" + purpose + "' has " + (planned - before) + " of "
                    + planned + " bytes left, asked for " + bytes + "; enlarge its line in the plan");
        }
        ByteBuffer buffer = arena.allocate(bytes, Long.BYTES).asByteBuffer();
        carved.put(purpose, before + bytes);
        return buffer;
    }

    synchronized long carvedBytes() {
        return carved.values().stream().mapToLong(Long::longValue).sum();
    }

    synchronized void addTo(Map<String, Long> held) {
        carved.forEach((purpose, bytes) -> held.merge(purpose, bytes, Long::sum));
    }
}
