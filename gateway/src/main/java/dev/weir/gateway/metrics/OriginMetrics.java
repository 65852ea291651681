package dev.weir.gateway.metrics;

import dev.weir.pool.ConnectionCache;
import dev.weir.pool.Origin;
import dev.weir.time.Clock;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What is counted of each origin of one upstream, as long as it is one.
///
/// **Threads:** thread-safe.
/// **Limits:** two series for each origin there is.
final class OriginMetrics {
    private final Map<Origin, List<Meter>> meters = new LinkedHashMap<>(); // guarded by this
    private final String upstream;
    private final ConnectionCache cache;
    private final Clock clock;
    private final MeterRegistry registry;

    OriginMetrics(String upstream, ConnectionCache cache, Clock clock, MeterRegistry registry) {
        this.upstream = upstream;
        this.cache = cache;
        this.clock = clock;
        this.registry = registry;
        look();
    }

    /// Looks which origins there are now.
    final synchronized void look() {
        List<Origin> now = cache.origins();
        for (Origin gone : List.copyOf(meters.keySet())) {
            if (now.contains(gone)) continue;
            List<Meter> of = meters.remove(gone);
            if (of != null) of.forEach(registry::remove);
        }
        for (Origin origin : now) {
            if (!meters.containsKey(origin)) meters.put(origin, register(origin));
        }
    }

    private List<Meter> register(Origin origin) {
        Tags tags = Tags.of("upstream", upstream, "origin", origin.text());
        var made = new ArrayList<Meter>();
        made.add(FunctionCounter.builder("weir.origin.failed", origin, Origin::failed)
                .description("attempts to connect that failed")
                .tags(tags)
                .register(registry));
        made.add(Gauge.builder(
                        "weir.origin.passed_over", origin, one -> one.isPassedOver(clock.nanoTime()) ? 1 : 0)
                .description("1 while an origin that refused is passed over")
                .tags(tags)
                .register(registry));
        return made;
    }
}
