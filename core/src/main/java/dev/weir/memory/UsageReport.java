package dev.weir.memory;

import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Urgency;
import dev.weir.memory.wait.KeptBlocks;
import dev.weir.memory.wait.WaitSnapshot;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Adds up how a pool is used at one moment.
final class UsageReport {
    private final BufferPool pool;
    private final MemoryPlan plan;

    UsageReport(BufferPool pool, MemoryPlan plan) {
        this.pool = pool;
        this.plan = plan;
    }

    /// All of it, with what was carved once.
    Usage with(FixedPart fixed) {
        var held = new TreeMap<String, Long>();
        fixed.addTo(held);
        int waiting = 0;
        for (KeptBlocks one : pool.kept()) {
            // Why: what is out is reported by its holder.
            held.computeIfPresent(one.purpose(), (_, bytes) -> bytes - one.outBytes());
            waiting += one.waiting();
        }
        addHolders(held);
        WaitSnapshot now = pool.handOff().snapshot();
        return new Usage(
                plan.budgetBytes(),
                held.values().stream().mapToLong(Long::longValue).sum(),
                fixed.carvedBytes() + now.outPeakBytes(),
                (long) now.slabs() * plan.slabBytes(),
                (long) plan.reserveBlocks() * BlockSize.NORMAL.bytes(),
                (long) now.reserveOut() * BlockSize.NORMAL.bytes(),
                new Usage.Waiting(
                        now.waiting(Urgency.DRAIN),
                        now.waiting(Urgency.RESPONSE),
                        now.waiting(Urgency.HANDLE),
                        now.waiting(Urgency.INTAKE) + waiting),
                new Usage.Oldest(
                        now.oldestNanos(Urgency.DRAIN),
                        now.oldestNanos(Urgency.RESPONSE),
                        now.oldestNanos(Urgency.HANDLE),
                        now.oldestNanos(Urgency.INTAKE)),
                now.grants(),
                new Usage.GaveUp(now.timedOut(), now.ended()),
                now.passedOn(),
                list(held));
    }

    /// The bytes held by each owner, sorted by owner.
    List<Usage.Held> owners() {
        var held = new TreeMap<String, Long>();
        addHolders(held);
        return list(held);
    }

    private void addHolders(Map<String, Long> held) {
        for (Holdings.ByPurpose one : pool.holdings(0).purposes()) {
            held.merge(one.purpose(), one.held().bytes(), Long::sum);
        }
    }

    private static List<Usage.Held> list(Map<String, Long> held) {
        return held.entrySet().stream()
                .map(entry -> new Usage.Held(entry.getKey(), entry.getValue()))
                .toList();
    }
}
