package dev.weir.memory;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weir.memory.wait.HandOff;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What is reserved of each charge of a plan, and how many slabs remain beside it.
///
/// Beyond its lines the plan has what no slab fits into, and what slabs that have retired leave. A slab counts
/// until its memory was given back, and a charge from the moment it is taken; both are counted here, under one
/// lock, so that at no moment the parts are more than the budget.
///
/// **Threads:** guarded by this; the hand-off is asked while it is held, and never asks back.
/// **Limits:** fixed parts, charges and slabs together never exceed the budget.
final class Reservations {
    private final MemoryPlan plan;
    private final HandOff handOff;

    @GuardedBy("this")
    private final TreeMap<String, Long> taken = new TreeMap<>(); // bytes by purpose

    @GuardedBy("this")
    private final List<ReservationRequest> waiting = new ArrayList<>(); // in order of arrival

    @GuardedBy("this")
    private int slabsMax;

    @GuardedBy("this")
    private int slabsFreed;

    Reservations(MemoryPlan plan, BufferPool pool) {
        this.plan = plan;
        this.handOff = pool.handOff();
        this.slabsMax = plan.slabs();
    }

    /// Takes each of `parts` of the lines of its purpose; null, and nothing taken, when of one there is not so much
    /// left.
    synchronized @Nullable Reservation tryTake(List<MemoryPlan.Line> parts) {
        var wanted = sums(parts);
        for (var one : wanted.entrySet()) {
            if (one.getValue() > left(one.getKey())) return null;
        }
        return take(parts, wanted);
    }

    @GuardedBy("this")
    private Reservation take(List<MemoryPlan.Line> parts, Map<String, Long> wanted) {
        wanted.forEach((purpose, bytes) -> taken.merge(purpose, bytes, Long::sum));
        return new Reservation(this, List.copyOf(parts));
    }

    /// Asks for more than the lines have.
    synchronized ReservationRequest requestReservation(List<MemoryPlan.Line> parts) {
        var one = new ReservationRequest(this, parts, sums(parts));
        long have = beyond(all());
        long wanted = beyond(with(all(), one.wanted())) - have;
        long possible = plan.lendsSlabs() ? roomBeyond(handOff.slabsMin()) - have : 0;
        one.asked(wanted, Math.max(0, possible));
        if (wanted <= possible) {
            waiting.add(one);
            settle();
        }
        return one;
    }

    /// Takes what was asked for, once enough slabs have given their memory back.
    synchronized @Nullable Reservation tryTake(ReservationRequest one) {
        if (!waiting.contains(one)) return null;
        settle();
        long beyond = beyond(with(new TreeMap<>(taken), one.wanted()));
        if (beyond > roomBeyond(plan.slabs() - slabsFreed)) return null;
        waiting.remove(one);
        return take(one.parts(), one.wanted());
    }

    /// No longer waits; the slabs that were to retire for it serve again.
    synchronized void giveUp(ReservationRequest one) {
        if (waiting.remove(one)) settle();
    }

    /// How many slabs are still to retire for openings that wait.
    int slabsTooMany() {
        return handOff.slabsTooMany();
    }

    synchronized int slabsMax() {
        return slabsMax;
    }

    synchronized long left(String purpose) {
        return Math.max(0, plan.chargedBytes(purpose) - taken.getOrDefault(purpose, 0L));
    }

    synchronized long taken() {
        return taken.values().stream().mapToLong(Long::longValue).sum();
    }

    synchronized void giveBack(List<MemoryPlan.Line> parts) {
        long before = beyond(taken);
        for (MemoryPlan.Line part : parts) taken.merge(part.purpose(), -part.bytes(), Long::sum);
        if (before > 0) settle();
    }

    /// Lowers or raises the number of slabs to what is taken and waited for.
    @GuardedBy("this")
    private void settle() {
        long missing = beyond(all()) - plan.unusedBytes();
        long slabs = plan.slabs() - Math.ceilDiv(Math.max(0, missing), plan.slabBytes());
        // Why: a line may have been taken since the wait began; then it is not served.
        slabsMax = (int) Math.max(slabs, Math.min(slabsMax, handOff.slabsMin()));
        slabsFreed = handOff.setSlabTarget(slabsMax);
    }

    /// What is taken and waited for.
    @GuardedBy("this")
    private Map<String, Long> all() {
        var all = new TreeMap<>(taken);
        for (ReservationRequest one : waiting) with(all, one.wanted());
        return all;
    }

    private static Map<String, Long> with(Map<String, Long> some, Map<String, Long> more) {
        more.forEach((purpose, bytes) -> some.merge(purpose, bytes, Math::addExact));
        return some;
    }

    /// How much of `bytes` the lines of the plan do not have.
    private long beyond(Map<String, Long> bytes) {
        long beyond = 0;
        for (var one : bytes.entrySet()) {
            beyond = Math.addExact(beyond, Math.max(0, one.getValue() - plan.chargedBytes(one.getKey())));
        }
        return beyond;
    }

    /// What there is beyond the lines while so many slabs have memory.
    private long roomBeyond(int slabs) {
        return plan.unusedBytes() + (long) (plan.slabs() - slabs) * plan.slabBytes();
    }

    private static Map<String, Long> sums(List<MemoryPlan.Line> parts) {
        var sums = new TreeMap<String, Long>();
        for (MemoryPlan.Line part : parts) sums.merge(part.purpose(), part.bytes(), Math::addExact);
        return sums;
    }

    /// Adds the parts up, with the slabs that have memory or may get some at any moment; null when they fit the
    /// budget.
    synchronized @Nullable String complaint() {
        long slabs = (long) handOff.slabsLeft() * plan.slabBytes();
        long all = plan.fixedBytes() + plan.chargedBytes() + beyond(taken) + slabs;
        return all <= plan.budgetBytes()
                ? null
                : "fixed parts, charges and slabs are " + all + " bytes, and the budget " + plan.budgetBytes();
    }
}
