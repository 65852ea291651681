package dev.weir.laws;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Proves that a JVM which is started with a collector of ours starts whatever the environment says.
final class CollectorsTest {
    @Test
    void aCollectorThatTheEnvironmentNamesIsLeftOutAndOtherOptionsStay() {
        var environment = new HashMap<>(Map.of(
                "JAVA_TOOL_OPTIONS", "-Dx=y -XX:+UseSerialGC -XX:+UseStringDeduplication",
                "JDK_JAVA_OPTIONS", "-XX:+UseZGC",
                "PATH", "/bin:-XX:+UseZGC"));

        Collectors.remove(environment);

        assertThat(environment).containsOnlyKeys("JAVA_TOOL_OPTIONS", "PATH");
        assertThat(environment.get("JAVA_TOOL_OPTIONS"))
                .contains("-Dx=y", "-XX:+UseStringDeduplication")
                .doesNotContain("SerialGC");
    }
}
