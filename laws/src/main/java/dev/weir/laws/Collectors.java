package dev.weir.laws;

import java.util.Map;
import java.util.regex.Pattern;

/// Collectors that the environment names, such as `JAVA_TOOL_OPTIONS=-XX:+UseZGC`. A JVM that is started with another
/// one would refuse to start.
public final class Collectors {
    private static final Pattern NAMED = Pattern.compile("-XX:\\+Use(?:Serial|Parallel|G1|Z|Shenandoah|Epsilon)GC");

    private Collectors() {}

    /// Removes them from all variables that a JVM reads; other options stay.
    ///
    /// @param environment of a program that is about to be started; changed
    public static void remove(Map<String, String> environment) {
        for (String name : new String[] {"JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"}) {
            environment.computeIfPresent(name, (same, options) -> {
                String rest = NAMED.matcher(options).replaceAll("").strip();
                return rest.isEmpty() ? null : rest;
            });
        }
    }
}
