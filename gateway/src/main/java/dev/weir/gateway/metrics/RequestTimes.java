package dev.weir.gateway.metrics;

import java.io.IOException;
import java.math.BigDecimal;

/// The histogram of request durations, added up from the loops' buckets when the page is written.
///
/// **Threads:** thread-safe.
final class RequestTimes {
    private static final String HELP = "From the first byte of a request to the end of its exchange.";

    /// Micrometer's name, and OpenTelemetry's.
    private static final String[] NAMES = {"http_server_requests_seconds", "http_server_request_duration_seconds"};

    private RequestTimes() {}

    static void register(MetricPage page, UpstreamMetrics upstream) {
        for (String name : NAMES) {
            MetricFamily family = page.histogram(name, HELP);
            Labels labels = Labels.of("upstream", upstream.name());
            byte[][] buckets = buckets(family, labels);
            byte[] count = family.start("_count", labels);
            byte[] sum = family.start("_sum", labels);
            family.rows(text -> write(text, upstream, buckets, count, sum));
        }
    }

    private static byte[][] buckets(MetricFamily family, Labels labels) {
        double[] bounds = UpstreamMetrics.boundsSeconds();
        var starts = new byte[bounds.length][];
        for (int i = 0; i < bounds.length; i++) {
            String bound = Double.isInfinite(bounds[i])
                    ? "+Inf"
                    : BigDecimal.valueOf(bounds[i]).toPlainString();
            starts[i] = family.start("_bucket", labels.and("le", bound));
        }
        return starts;
    }

    /// Buckets are cumulative. The count is the last bucket, so that both agree while requests end.
    private static void write(MetricText text, UpstreamMetrics upstream, byte[][] buckets, byte[] count, byte[] sum)
            throws IOException {
        long below = 0;
        for (int i = 0; i < buckets.length; i++) {
            below += upstream.bucket(i);
            text.put(buckets[i]).count(below);
        }
        text.put(count).count(below);
        text.put(sum).seconds(upstream.nanos());
    }
}
