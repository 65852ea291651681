package dev.weir.bench.measure;

import java.util.List;
import java.util.regex.Pattern;

/// The environment of the programs that are measured. All JVMs get the collector that the bench names; with a second
/// one, such as `JAVA_TOOL_OPTIONS=-XX:+UseZGC`, they would refuse to start.
///
/// **Threads:** immutable.
public final class Environment {
    private static final Pattern COLLECTOR = Pattern.compile("-XX:\\+Use(?:Serial|Parallel|G1|Z|Shenandoah|Epsilon)GC");

    private Environment() {}

    /// Whether this option of a JVM names a collector.
    public static boolean isCollector(String option) {
        return COLLECTOR.matcher(option).matches();
    }

    /// Removes collectors from the variables that every JVM reads.
    ///
    /// @return the same builder
    public static ProcessBuilder withoutCollectors(ProcessBuilder builder) {
        for (String name : List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS")) {
            builder.environment().computeIfPresent(name, (same, options) -> {
                String rest = COLLECTOR.matcher(options).replaceAll("").strip();
                return rest.isEmpty() ? null : rest;
            });
        }
        return builder;
    }
}
