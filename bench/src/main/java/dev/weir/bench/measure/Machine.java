package dev.weir.bench.measure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// What it was measured on.
final class Machine {
    private static final long KIB_A_GIB = 1 << 20;

    private Machine() {}

    /// Processor, memory, kernel and JDK in one line.
    static String describe() throws IOException {
        return "%d cores of %s, %d GiB; Linux %s; JDK %s (%s)"
                .formatted(
                        Runtime.getRuntime().availableProcessors(),
                        field("/proc/cpuinfo", "model name"),
                        Long.parseLong(field("/proc/meminfo", "MemTotal").replaceAll("\\D", "")) / KIB_A_GIB,
                        System.getProperty("os.version"),
                        System.getProperty("java.runtime.version"),
                        System.getProperty("java.vendor"));
    }

    private static String field(String file, String name) throws IOException {
        return Files.readString(Path.of(file), StandardCharsets.ISO_8859_1)
                .lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown");
    }
}
