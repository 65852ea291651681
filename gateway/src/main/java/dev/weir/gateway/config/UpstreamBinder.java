package dev.weir.gateway.config;

import dev.weir.transport.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.MappingNode;

/// Reads the mapping of upstreams.
///
/// **Threads:** confined to the reader's thread.
/// **Limits:** 1000 upstreams, 1000 origins each.
final class UpstreamBinder {
    static final int COUNT_LIMIT = 1000;
    private static final List<String> KEYS = List.of(
            "origins",
            "balance",
            "pool",
            "timeouts",
            "retry",
            "reuse",
            "abandon",
            "when-all-down",
            "resolve",
            "trailers");
    private static final Memory.FairBy[] FAIR_BY = {Memory.FairBy.ADDRESS, Memory.FairBy.ARRIVAL};
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Duration SHORTEST = Duration.ofMillis(10);
    private static final Duration MINUTES = Duration.ofMinutes(10);
    private static final Duration DAY = Duration.ofHours(24);

    private UpstreamBinder() {}

    /// Reads the keys of the mapping, so that the names are known before listeners refer to them.
    static Section section(Value value) {
        var expected = "a mapping such as web: { origins: [127.0.0.1:9001] }";
        var section = Section.named(value, expected);
        if (value.node() instanceof MappingNode mapping && mapping.getValue().isEmpty()) {
            value.refuse("expected " + expected);
        }
        return section;
    }

    static List<Upstream> upstreams(Section section) {
        var upstreams = new ArrayList<Upstream>();
        for (var name : section.names().stream().limit(COUNT_LIMIT + 1).toList()) {
            if (upstreams.size() == COUNT_LIMIT) {
                section.refuseKey(name, "expected at most " + COUNT_LIMIT + " upstreams, found more", "");
            } else if (!NAME.matcher(name).matches()) {
                var expected = "expected a name of 1 to 64 letters, digits, dots, underscores and hyphens, found ";
                section.refuseKey(name, expected + FoundText.text(name), "");
            }
            section.value(name).ifPresent(value -> upstreams.add(upstream(name, value)));
        }
        return upstreams;
    }

    private static Upstream upstream(String name, Value value) {
        var section = Section.of(value, KEYS);
        var pool = section.section("pool", List.of("connections", "waiting", "acquire", "idle", "fair-by"));
        var timeouts = section.section("timeouts", List.of("connect", "response", "continue"));
        var resolve = section.section("resolve", List.of("every", "addresses"));
        var names = Upstream.Resolve.DEFAULT;
        var size = Upstream.Pool.DEFAULT;
        var time = Upstream.Timeouts.DEFAULT;
        return new Upstream(
                name,
                section.required("origins", "a list such as [127.0.0.1:9001]")
                        .map(UpstreamBinder::origins)
                        .orElse(List.of()),
                section.choice("balance", Upstream.Balance.values()),
                new Upstream.Pool(
                        pool.count("connections", size.connections(), 1, 65535),
                        pool.count("waiting", size.waiting(), 0, 1_000_000),
                        pool.duration("acquire", size.acquire(), SHORTEST, MINUTES),
                        pool.duration("idle", size.idle(), SHORTEST, DAY),
                        pool.choice("fair-by", FAIR_BY)),
                new Upstream.Timeouts(
                        timeouts.duration("connect", time.connect(), SHORTEST, MINUTES),
                        timeouts.duration("response", time.response(), SHORTEST, DAY),
                        continues(timeouts, time.continues())),
                section.choice("retry", Upstream.Retry.values()),
                section.choice("reuse", Upstream.Reuse.values()),
                section.choice("abandon", Upstream.Abandon.values()),
                section.choice("when-all-down", Upstream.WhenAllDown.values()),
                new Upstream.Resolve(
                        resolve.duration("every", names.every(), Duration.ofSeconds(1), DAY),
                        resolve.count("addresses", names.addresses(), 1, names.addresses())),
                section.choice("trailers", Upstream.Trailers.values()));
    }

    private static Duration continues(Section timeouts, Duration fallback) {
        return timeouts.value("continue")
                .map(value -> value.isText("off")
                        ? Duration.ZERO
                        : Duration.ofMillis(Quantity.DURATION.read(
                                value,
                                fallback.toMillis(),
                                SHORTEST.toMillis(),
                                MINUTES.toMillis(),
                                ", or off for never")))
                .orElse(fallback);
    }

    private static List<Endpoint> origins(Value value) {
        var origins = new LinkedHashSet<Endpoint>();
        var items = value.items("a list such as [127.0.0.1:9001]");
        if (items.size() > COUNT_LIMIT) {
            value.refuse("expected at most " + COUNT_LIMIT + " origins");
            return List.of();
        }
        for (var item : items) {
            AddressReader.address(item, 1)
                    .filter(origin -> !origins.add(origin))
                    .ifPresent(_ -> {
                        item.refuse("expected each origin once");
                    });
        }
        return List.copyOf(origins);
    }
}
