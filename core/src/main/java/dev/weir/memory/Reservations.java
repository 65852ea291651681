package dev.weir.memory;

import java.util.List;
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

    /// Takes each of `parts` of the lines of its purpose; null, and nothing taken, when of one there is not so much
    /// left.
    synchronized @Nullable Reservation tryTake(List<MemoryPlan.Line> parts) {
        var wanted = new TreeMap<String, Long>();
        for (MemoryPlan.Line part : parts) wanted.merge(part.purpose(), part.bytes(), Math::addExact);
        for (var one : wanted.entrySet()) {
            if (one.getValue() > left(one.getKey())) return null;
        }
        wanted.forEach((purpose, bytes) -> taken.merge(purpose, bytes, Long::sum));
        return new Reservation(this, List.copyOf(parts));
    }

    synchronized long left(String purpose) {
        return plan.chargedBytes(purpose) - taken.getOrDefault(purpose, 0L);
    }

    synchronized long taken() {
        return taken.values().stream().mapToLong(Long::longValue).sum();
    }

    synchronized void giveBack(List<MemoryPlan.Line> parts) {
        for (MemoryPlan.Line part : parts) taken.merge(part.purpose(), -part.bytes(), Long::sum);
    }
}
