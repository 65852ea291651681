package dev.weir.memory;

import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What is taken of each charge of a plan.
///
/// **Threads:** guarded by this.
/// **Limits:** never more of a purpose than its lines have.
final class Reservations {
    private final MemoryPlan plan;
    private final TreeMap<String, Long> taken = new TreeMap<>(); // bytes by purpose

    Reservations(MemoryPlan plan) {
        this.plan = plan;
    }

    /// Takes a part of the lines of `purpose`; null when there is not so much left.
    synchronized @Nullable Reservation tryTake(String purpose, long bytes) {
        if (bytes < 0) throw new IllegalArgumentException("bytes must not be negative, was " + bytes);
        if (bytes > left(purpose)) return null;
        taken.merge(purpose, bytes, Long::sum);
        return new Reservation(this, purpose, bytes);
    }

    synchronized long left(String purpose) {
        return plannedBytes(purpose) - taken.getOrDefault(purpose, 0L);
    }

    synchronized void giveBack(String purpose, long bytes) {
        taken.merge(purpose, -bytes, Long::sum);
    }

    private long plannedBytes(String purpose) {
        long planned = 0;
        for (MemoryPlan.Line line : plan.charges()) {
            if (line.purpose().equals(purpose)) planned += line.bytes();
        }
        return planned;
    }
}
