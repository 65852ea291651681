package dev.weir.gateway.metrics;

import java.util.ArrayList;
import java.util.List;

/// The totals of a gateway's requests since its start.
///
/// **Threads:** immutable.
///
/// @param requests the number of ended requests
/// @param nanos the sum of their durations, in nanoseconds
/// @param bytesIn of requests
/// @param bytesOut of answers
/// @param buckets the histogram of durations, shortest first
/// @param outcomes the counts by outcome
/// @param statuses the counts by status class
public record RequestTotals(
        long requests,
        long nanos,
        long bytesIn,
        long bytesOut,
        List<Bucket> buckets,
        List<Named> outcomes,
        List<Named> statuses) {

    /// One bucket of the histogram.
    ///
    /// @param seconds the inclusive upper bound; infinite in the last bucket
    /// @param requests how many, none counted in two buckets
    public record Bucket(double seconds, long requests) {}

    /// The count of one outcome or status class.
    ///
    /// @param name as the label of the metric `weir_requests_outcome_total` has it
    /// @param requests how many
    public record Named(String name, long requests) {}

    /// Copies the lists.
    public RequestTotals {
        buckets = List.copyOf(buckets);
        outcomes = List.copyOf(outcomes);
        statuses = List.copyOf(statuses);
    }

    static List<Bucket> buckets(double[] bounds, long[] counts) {
        var buckets = new ArrayList<Bucket>();
        for (int i = 0; i < counts.length; i++) buckets.add(new Bucket(bounds[i], counts[i]));
        return buckets;
    }
}
