package dev.weir.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What one process holds at a moment, from `/proc`.
///
/// @param minutes since the start of the soak
/// @param residentKib in all
/// @param anonymousKib not backed by files
/// @param heapKib resident pages of the Java heap
/// @param mallocKib resident pages of mappings where glibc places its heaps; the JVM places its metaspace so, too
/// @param sharedKib resident pages of files
/// @param descriptors open
/// @param threads alive
record SoakSample(
        double minutes,
        double residentKib,
        double anonymousKib,
        double heapKib,
        double mallocKib,
        double sharedKib,
        double descriptors,
        double threads) {
    private static final Pattern MAPPING = Pattern.compile("^([0-9a-f]+)-([0-9a-f]+) \\S+ \\S+ \\S+ \\S+ *(.*)$");
    private static final long ARENA_BYTES = 64L << 20; // where glibc places its arenas: at multiples of this

    /// @param heapFrom lowest address of the Java heap
    /// @param heapTo the address behind it
    static SoakSample of(long pid, double minutes, long heapFrom, long heapTo) throws IOException {
        Path folder = Path.of("/proc", Long.toString(pid));
        double resident = 0;
        double anonymous = 0;
        double heap = 0;
        double malloc = 0;
        boolean inHeap = false;
        boolean inMalloc = false;
        for (String line : Files.readAllLines(folder.resolve("smaps"), StandardCharsets.ISO_8859_1)) {
            Matcher mapping = MAPPING.matcher(line);
            if (mapping.matches()) {
                long from = Long.parseUnsignedLong(mapping.group(1), 16);
                String file = mapping.group(3);
                inHeap = from >= heapFrom && from < heapTo;
                inMalloc = file.equals("[heap]") || (!inHeap && file.isEmpty() && from % ARENA_BYTES == 0);
            } else if (line.startsWith("Rss:")) {
                double kib = number(line);
                resident += kib;
                if (inHeap) heap += kib;
                if (inMalloc) malloc += kib;
            } else if (line.startsWith("Anonymous:")) {
                anonymous += number(line);
            }
        }
        double threads = Files.readAllLines(folder.resolve("status")).stream()
                .filter(line -> line.startsWith("Threads:"))
                .mapToDouble(SoakSample::number)
                .sum();
        double descriptors;
        try (var open = Files.list(folder.resolve("fd"))) {
            descriptors = open.count();
        }
        return new SoakSample(minutes, resident, anonymous, heap, malloc, resident - anonymous, descriptors, threads);
    }

    private static double number(String line) {
        return Double.parseDouble(line.replaceAll("\\D", ""));
    }

    /// The slope of the least-squares line through these points, per minute; not a number without two moments.
    static <T> double slope(List<T> points, ToDoubleFunction<T> minutes, ToDoubleFunction<T> value) {
        double meanX = points.stream().mapToDouble(minutes).average().orElse(Double.NaN);
        double meanY = points.stream().mapToDouble(value).average().orElse(Double.NaN);
        double above = 0;
        double below = 0;
        for (T point : points) {
            double x = minutes.applyAsDouble(point) - meanX;
            above += x * (value.applyAsDouble(point) - meanY);
            below += x * x;
        }
        return above / below;
    }
}
