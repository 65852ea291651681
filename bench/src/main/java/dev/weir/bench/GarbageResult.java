package dev.weir.bench;

import com.google.errorprone.annotations.FormatMethod;
import java.util.Locale;
import java.util.stream.Collectors;

/// What was measured, in words.
///
/// @param nanos how long it took, in nanoseconds
/// @param told what the gateway's metrics say of that time
record GarbageResult(long nanos, GatewayMetricsReader told, Counters before, Counters after) {
    /// Bytes a second that a thread of ours may allocate whatever the load, as documented with the results.
    static final long CONSTANT_BYTES_PER_SECOND = 1024;

    private static final double SECOND = 1e9;

    private boolean isClean(Counters.Row row) {
        return !row.isOurs() || row.bytes() <= allowedBytes();
    }

    /// What a thread may allocate that no request caused.
    private double allowedBytes() {
        return CONSTANT_BYTES_PER_SECOND * (nanos / SECOND);
    }

    private long requests() {
        return told.requests();
    }

    /// Whether no thread of ours allocated for requests.
    boolean isClean() {
        return after.since(before).stream().allMatch(this::isClean);
    }

    String describe() {
        var text = new StringBuilder();
        line(
                text,
                "%,d requests in %.1f s, %,.0f a second%n",
                requests(),
                nanos / SECOND,
                requests() / (nanos / SECOND));
        line(text, "%-8s %-28s %14s %12s %14s%n", "whose", "thread", "bytes", "bytes/s", "bytes/request");
        for (var row : after.since(before)) row(text, row.isOurs() ? "ours" : "JVM", row.thread(), row.bytes());
        row(text, "JVM", "(not listed: compiler, ended)", after.unlistedSince(before));
        long ours = after.since(before).stream()
                .filter(Counters.Row::isOurs)
                .mapToLong(Counters.Row::bytes)
                .sum();
        row(text, "", "all of ours", ours);
        row(text, "", "all of the JVM", after.totalBytes() - before.totalBytes());
        line(
                text,
                "collections: %s%n",
                after.collectionsSince(before).entrySet().stream()
                        .map(entry -> entry.getValue() + " " + entry.getKey())
                        .collect(Collectors.joining(", ")));
        return text + told.describe();
    }

    private void row(StringBuilder text, String whose, String thread, long bytes) {
        line(
                text,
                "%-8s %-28s %,14d %,12.0f %14.3f%n",
                whose,
                thread,
                bytes,
                bytes / (nanos / SECOND),
                (double) bytes / requests());
    }

    String verdict() {
        if (isClean()) {
            return "PASS: no thread of ours allocated more than the constant of " + CONSTANT_BYTES_PER_SECOND
                    + " bytes a second";
        }
        return "FAIL: "
                + after.since(before).stream()
                        .filter(row -> !isClean(row))
                        .map(row -> String.format(
                                Locale.ROOT,
                                "%s allocated %,d bytes, %.3f a request",
                                row.thread(),
                                row.bytes(),
                                (double) row.bytes() / requests()))
                        .collect(Collectors.joining("; "));
    }

    @FormatMethod
    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values));
    }
}
