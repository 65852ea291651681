package dev.weir.gateway.metrics;

import java.util.ArrayList;
import java.util.List;

/// What the requests of a gateway were, since its start.
///
/// **Threads:** immutable.
///
/// @param requests how many had their outcome
/// @param nanos what they took together, in nanoseconds
/// @param bytesIn of requests
/// @param bytesOut of answers
/// @param buckets how many took how long, shortest first
/// @param outcomes how many became what
/// @param statuses how many were answered how
public record RequestTotals(
        long requests,
        long nanos,
        long bytesIn,
        long bytesOut,
        List<Bucket> buckets,
        List<Named> outcomes,
        List<Named> statuses) {

    /// Requests that took about the same time.
    ///
    /// @param seconds the upper bound, which belongs to it; infinite in the last
    /// @param requests how many, none counted in two buckets
    public record Bucket(double seconds, long requests) {}

    /// Requests that ended alike.
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
