package dev.weir.bench.measure;

import java.util.List;

/// Ratios of one program to another, one for each round, and what is known of their median: intervals that need no
/// assumption about how the ratios are spread.
///
/// **Threads:** immutable.
/// **Source:** the sign test. Each round lies below the true median with the chance of a coin toss. So the interval
/// from the k-th smallest to the k-th largest ratio misses the median with the chance of fewer than k heads, or
/// fewer than k tails, in as many tosses as there are rounds.
public final class Ratios {
    private final double[] sorted;

    private Ratios(double... sorted) {
        this.sorted = sorted;
    }

    /// From a number to another, both included.
    public record Interval(double from, double to) {}

    /// Of these, at least one.
    public static Ratios of(List<Double> rounds) {
        if (rounds.isEmpty()) throw new IllegalArgumentException("no rounds, no ratio");
        return new Ratios(
                rounds.stream().mapToDouble(Double::doubleValue).sorted().toArray());
    }

    /// The one in the middle.
    public double median() {
        return Series.Spread.of(sorted).median();
    }

    /// The narrowest interval between two rounds that holds the true median with this chance at least; with too few
    /// rounds for that, from the least to the greatest.
    ///
    /// @param chance such as 0.99
    public Interval interval(double chance) {
        int rank = 1;
        while (rank < (sorted.length + 1) / 2 && 1 - missed(rank + 1) >= chance) rank++;
        return new Interval(sorted[rank - 1], sorted[sorted.length - rank]);
    }

    /// Whether there are rounds enough for an interval that holds the true median with this chance.
    public boolean suffice(double chance) {
        return 1 - missed(1) >= chance;
    }

    /// The chance that the interval between the k-th least and the k-th greatest does not hold the median.
    private double missed(int rank) {
        double term = Math.pow(0.5, sorted.length);
        double sum = 0;
        for (int heads = 0; heads < rank; heads++) {
            sum += term;
            term = term * (sorted.length - heads) / (heads + 1);
        }
        return 2 * sum;
    }
}
