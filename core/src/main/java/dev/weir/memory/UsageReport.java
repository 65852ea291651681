package dev.weir.memory;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Adds up how a pool is used at one moment.
final class UsageReport {
    private final HandOff handOff;

    UsageReport(HandOff handOff) {
        this.handOff = handOff;
    }

    /// All of it, with what was carved once.
    Usage with(MemoryBudget.FixedPart fixed, List<KeptBlocks> kept) {
        long now = handOff.clock.nanoTime();
        var held = new TreeMap<String, Long>();
        fixed.addTo(held);
        // Why: what is out is told by whoever holds it.
        for (KeptBlocks one : kept) held.computeIfPresent(one.purpose(), (_, bytes) -> bytes - one.outBytes());
        int waiting = kept.stream().mapToInt(KeptBlocks::waiting).sum();
        addHolders(held);
        synchronized (handOff.lock) {
            Store store = handOff.store;
            WaiterQueues queues = handOff.queues;
            WaitTally tally = handOff.tally;
            return new Usage(
                    handOff.plan.budgetBytes(),
                    MemoryBudget.sum(held),
                    fixed.carvedBytes() + store.outPeakBytes(),
                    (long) handOff.plan.reserveBlocks() * BlockSize.NORMAL.bytes(),
                    (long) store.reserveOut(null) * BlockSize.NORMAL.bytes(),
                    new Usage.Waiting(
                            queues.count(Urgency.DRAIN),
                            queues.count(Urgency.RESPONSE),
                            queues.count(Urgency.HANDLE),
                            queues.count(Urgency.INTAKE) + waiting),
                    new Usage.Oldest(
                            now - queues.oldestQueuedNanos(Urgency.DRAIN, now),
                            now - queues.oldestQueuedNanos(Urgency.RESPONSE, now),
                            now - queues.oldestQueuedNanos(Urgency.HANDLE, now),
                            now - queues.oldestQueuedNanos(Urgency.INTAKE, now)),
                    tally.grants,
                    new Usage.GaveUp(tally.timedOut, tally.ended),
                    tally.passedOn,
                    list(held));
        }
    }

    /// Who holds blocks, sorted by owner.
    List<Usage.Held> owners() {
        var held = new TreeMap<String, Long>();
        addHolders(held);
        return list(held);
    }

    private void addHolders(Map<String, Long> held) {
        for (Holdings.ByPurpose one : handOff.holdings(0).purposes()) {
            held.merge(one.purpose(), one.held().bytes(), Long::sum);
        }
    }

    private static List<Usage.Held> list(Map<String, Long> held) {
        return held.entrySet().stream()
                .map(entry -> new Usage.Held(entry.getKey(), entry.getValue()))
                .toList();
    }
}
