package dev.weir.gateway.metrics;

import dev.weir.memory.MemoryPlan;
import dev.weir.memory.Usage;
import dev.weir.runtime.Weir;
import java.io.IOException;
import java.util.function.ToLongFunction;

/// The metrics of the memory budget: one snapshot for all series of a page.
///
/// **Threads:** thread-safe.
/// **Limits:** series for the lines of the plan, the purposes of blocks, which are constants, and the urgencies.
final class MemoryMetrics {
    private final Weir weir;
    private final MetricPage page;
    private volatile Usage usage;

    private MemoryMetrics(Weir weir, MetricPage page) {
        this.weir = weir;
        this.page = page;
        this.usage = weir.group().budget().usage();
    }

    /// Registers every series of the memory of `weir`.
    static MemoryMetrics register(Weir weir, MetricPage page) {
        var metrics = new MemoryMetrics(weir, page);
        metrics.registerPlan();
        metrics.registerUse();
        metrics.registerWaits();
        return metrics;
    }

    /// Takes a snapshot of the budget, which all series show until the next one.
    void look() {
        usage = weir.group().budget().usage();
    }

    private void registerPlan() {
        MemoryPlan plan = weir.group().budget().plan();
        plan.fixed().forEach(line -> planned("fixed", line.purpose(), line.bytes()));
        plan.charges().forEach(line -> planned("charge", line.purpose(), line.bytes()));
        planned("slabs", "blocks of all sizes", plan.slabsBytes());
    }

    private void planned(String part, String purpose, long bytes) {
        page.gauge("weir_memory_plan_bytes", "Memory of the budget: how it is split.")
                .count(Labels.of("part", part).and("purpose", purpose), () -> bytes);
    }

    private void registerUse() {
        bytes("budget", "the hard limit", Usage::budgetBytes);
        bytes("used", "bytes in use", Usage::usedBytes);
        bytes("peak", "the most bytes in use at once", Usage::peakBytes);
        bytes("slabs", "the bytes that slabs may take now", Usage::slabsBytes);
        bytes("reserve", "kept for work that finishes", Usage::reserveBytes);
        bytes("reserve_used", "the bytes of the reserve in use", Usage::reserveOutBytes);
        page.gauge("weir_memory_held_bytes", "Memory of the budget: bytes held, by purpose.")
                .rows(this::held);
    }

    private void bytes(String name, String help, ToLongFunction<Usage> bytes) {
        page.gauge("weir_memory_" + name + "_bytes", "Memory of the budget: " + help + ".")
                .count(Labels.NONE, () -> bytes.applyAsLong(usage));
    }

    private void held(MetricText text) throws IOException {
        for (var one : usage.owners()) {
            text.put(MetricText.bytes("weir_memory_held_bytes"
                            + Labels.of("purpose", one.owner()).text() + " "))
                    .count(one.bytes());
        }
    }

    private void registerWaits() {
        waits("drain", one -> one.waiters().drain(), one -> one.oldest().drain());
        waits("response", one -> one.waiters().response(), one -> one.oldest().response());
        waits("handle", one -> one.waiters().handle(), one -> one.oldest().handle());
        waits("intake", one -> one.waiters().intake(), one -> one.oldest().intake());
        count("grants", "Waits for memory that were granted.", Labels.NONE, Usage::grants);
        count("passed_on", "Grants passed on because the waiter was cancelled.", Labels.NONE, Usage::passedOn);
        gaveUp("timed_out", one -> one.gaveUp().timedOut());
        gaveUp("ended", one -> one.gaveUp().ended());
        page.counter("weir_memory_starved_total", "Connections closed because others waited for their memory.")
                .count(Labels.NONE, () -> weir.connections().starved());
    }

    private void gaveUp(String reason, ToLongFunction<Usage> count) {
        count("gave_up", "Waits for memory that were given up, by reason.", Labels.of("reason", reason), count);
    }

    private void waits(String urgency, ToLongFunction<Usage> count, ToLongFunction<Usage> oldestNanos) {
        Labels labels = Labels.of("urgency", urgency);
        page.gauge("weir_memory_waiters", "Waits for memory now.").count(labels, () -> count.applyAsLong(usage));
        page.gauge("weir_memory_oldest_wait_seconds", "How long the oldest wait for memory has lasted.")
                .seconds(labels, () -> oldestNanos.applyAsLong(usage));
    }

    private void count(String name, String help, Labels labels, ToLongFunction<Usage> count) {
        page.counter("weir_memory_" + name + "_total", help).count(labels, () -> count.applyAsLong(usage));
    }
}
