package dev.weir.gateway.metrics;

import dev.weir.memory.MemoryPlan;
import dev.weir.memory.Usage;
import dev.weir.server.Weir;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/// What is told of the memory budget: one look at it for all meters of a scrape.
///
/// **Threads:** thread-safe.
/// **Limits:** series for the lines of the plan, the purposes of blocks, which are constants, and the urgencies.
final class MemoryMetrics {
    private final Weir weir;
    private final MeterRegistry registry;
    private final MultiGauge held;
    private volatile Usage usage;

    private MemoryMetrics(Weir weir, MeterRegistry registry) {
        this.weir = weir;
        this.registry = registry;
        this.usage = weir.group().budget().usage();
        this.held = MultiGauge.builder("weir.memory.held")
                .description("memory of the budget: what is held, by what it is for")
                .baseUnit("bytes")
                .register(registry);
    }

    /// Registers every meter of the memory of `weir`.
    static MemoryMetrics register(Weir weir, MeterRegistry registry) {
        var metrics = new MemoryMetrics(weir, registry);
        metrics.registerPlan();
        metrics.registerUse();
        metrics.registerWaits();
        return metrics;
    }

    /// Looks at the budget; what is told until the next look is from this moment.
    void look() {
        Usage now = weir.group().budget().usage();
        usage = now;
        held.register(
                now.owners().stream()
                        .map(one -> MultiGauge.Row.of(Tags.of("purpose", one.owner()), one.bytes()))
                        .toList(),
                true);
    }

    private void registerPlan() {
        MemoryPlan plan = weir.group().budget().plan();
        plan.fixed().forEach(line -> planned("fixed", line.purpose(), line.bytes()));
        plan.charges().forEach(line -> planned("charge", line.purpose(), line.bytes()));
        planned("slabs", "blocks of all sizes", plan.slabsBytes());
    }

    private void planned(String part, String purpose, long bytes) {
        Gauge.builder("weir.memory.plan", this, _ -> bytes)
                .description("memory of the budget: how it is split")
                .baseUnit("bytes")
                .tags("part", part, "purpose", purpose)
                .register(registry);
    }

    private void registerUse() {
        bytes("weir.memory.budget", "the hard limit", Usage::budgetBytes);
        bytes("weir.memory.used", "held by somebody", Usage::usedBytes);
        bytes("weir.memory.peak", "the most that was in use at once", Usage::peakBytes);
        bytes("weir.memory.reserve", "kept for work that finishes", Usage::reserveBytes);
        bytes("weir.memory.reserve.used", "what of the reserve is in use", Usage::reserveOutBytes);
    }

    private void registerWaits() {
        waits("drain", one -> one.waiters().drain(), one -> one.oldest().drain());
        waits("response", one -> one.waiters().response(), one -> one.oldest().response());
        waits("handle", one -> one.waiters().handle(), one -> one.oldest().handle());
        waits("intake", one -> one.waiters().intake(), one -> one.oldest().intake());
        count("weir.memory.grants", "waits for memory that ended well", Tags.empty(), Usage::grants);
        count("weir.memory.passed_on", "grants that nobody took", Tags.empty(), Usage::passedOn);
        gaveUp("timed_out", one -> one.gaveUp().timedOut());
        gaveUp("ended", one -> one.gaveUp().ended());
        FunctionCounter.builder(
                        "weir.memory.starved",
                        this,
                        self -> self.weir.connections().starved())
                .description("connections closed because others waited for their memory")
                .register(registry);
    }

    private void gaveUp(String reason, ToLongFunction<Usage> count) {
        count("weir.memory.gave_up", "waits for memory given up", Tags.of("reason", reason), count);
    }

    private void waits(String urgency, ToLongFunction<Usage> count, ToLongFunction<Usage> oldestNanos) {
        Gauge.builder("weir.memory.waiters", this, self -> count.applyAsLong(self.usage))
                .description("who waits for memory")
                .tags("urgency", urgency)
                .register(registry);
        TimeGauge.builder(
                        "weir.memory.oldest_wait",
                        this,
                        TimeUnit.NANOSECONDS,
                        self -> oldestNanos.applyAsLong(self.usage))
                .description("how long the oldest wait for memory has lasted")
                .tags("urgency", urgency)
                .register(registry);
    }

    private void bytes(String name, String description, ToLongFunction<Usage> bytes) {
        Gauge.builder(name, this, self -> bytes.applyAsLong(self.usage))
                .description("memory of the budget: " + description)
                .baseUnit("bytes")
                .register(registry);
    }

    private void count(String name, String description, Tags tags, ToLongFunction<Usage> count) {
        FunctionCounter.builder(name, this, self -> count.applyAsLong(self.usage))
                .description(description)
                .tags(tags)
                .register(registry);
    }
}
