package dev.weir.gateway.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;

/// The histograms of how long requests took, made from the loops' buckets when somebody asks.
///
/// Why: a meter that is fed from outside may be a counter or a gauge there, but not a histogram.
///
/// **Threads:** thread-safe.
final class RequestTimes implements MultiCollector {
    private static final double NANOS_PER_SECOND = 1e9;

    private final List<UpstreamMetrics> upstreams;

    RequestTimes(List<UpstreamMetrics> upstreams) {
        this.upstreams = List.copyOf(upstreams);
    }

    @Override
    public MetricSnapshots collect() {
        return MetricSnapshots.of(
                histogram("http_server_requests_seconds"), histogram("http_server_request_duration_seconds"));
    }

    private HistogramSnapshot histogram(String name) {
        var histogram = HistogramSnapshot.builder()
                .name(name)
                .help("from the first byte of a request to the end of its exchange");
        for (UpstreamMetrics upstream : upstreams) histogram.dataPoint(point(upstream));
        return histogram.build();
    }

    private static HistogramDataPointSnapshot point(UpstreamMetrics upstream) {
        return HistogramDataPointSnapshot.builder()
                .labels(Labels.of("upstream", upstream.name()))
                .classicHistogramBuckets(
                        ClassicHistogramBuckets.of(UpstreamMetrics.boundsSeconds(), upstream.buckets()))
                .sum(upstream.nanos() / NANOS_PER_SECOND)
                .build();
    }
}
