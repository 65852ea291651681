package dev.weir.gateway.config;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.snakeyaml.engine.v2.nodes.MappingNode;

/// Reads `memory`: a size, or a mapping with a size and other keys.
///
/// **Threads:** confined to the reader's thread.
final class MemoryBinder {
    private static final long LEAST = 64L << 10;
    private static final long LIMIT = 1L << 40;
    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration MINUTES = Duration.ofMinutes(10);
    private static final List<String> KEYS = List.of("budget", "starve-after", "fair-by", "debug");
    private static final List<String> SWITCH = List.of("off", "on");
    private static final List<String> DEBUG = List.of("poison", "places", "cold-first", "refuse", "seed");

    private MemoryBinder() {}

    static Memory memory(Value value) {
        var usual = Memory.DEFAULT;
        if (!(value.node() instanceof MappingNode)) return usual.withBytes(size(value));
        var section = Section.of(value, KEYS);
        var bytes = section.value("budget").map(found -> OptionalLong.of(size(found)));
        return new Memory(
                bytes.orElse(usual.bytes()),
                section.duration("starve-after", usual.starveAfter(), SHORTEST, MINUTES),
                section.choice("fair-by", Memory.FairBy.values()),
                debug(section.section("debug", DEBUG)));
    }

    private static long size(Value value) {
        return Quantity.SIZE.read(value, LEAST, LEAST, LIMIT, "");
    }

    private static Debugging debug(Section section) {
        return new Debugging(
                isOn(section, "poison"),
                isOn(section, "places"),
                isOn(section, "cold-first"),
                section.count("refuse", Debugging.OFF.refusedPerMille(), 0, 1000),
                section.count("seed", Debugging.OFF.seed(), 0, 999_999_999));
    }

    private static boolean isOn(Section section, String key) {
        return section.choice(key, SWITCH).equals("on");
    }
}
