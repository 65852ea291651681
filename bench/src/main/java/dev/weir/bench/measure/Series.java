package dev.weir.bench.measure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/// All rounds of one contender under one workload.
///
/// **Threads:** confined to the bench.
public final class Series {
    private final Contender contender;
    private final Workload workload;
    private final List<Round> rounds = new ArrayList<>();
    private int disturbed;

    Series(Contender contender, Workload workload) {
        this.contender = contender;
        this.workload = workload;
    }

    /// The middle of many rounds, and how far they lie apart.
    ///
    /// @param median of all rounds
    /// @param least of all rounds
    /// @param most of all rounds
    public record Spread(double median, double least, double most) {
        /// Of these, at least one.
        public static Spread of(List<Double> values) {
            return of(values.stream().mapToDouble(Double::doubleValue).toArray());
        }

        static Spread of(double... values) {
            double[] sorted = values.clone();
            Arrays.sort(sorted);
            return new Spread(median(sorted), sorted[0], sorted[sorted.length - 1]);
        }

        private static double median(double... sorted) {
            int middle = sorted.length / 2;
            return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        }
    }

    /// Who was measured.
    public Contender contender() {
        return contender;
    }

    Workload workload() {
        return workload;
    }

    void add(Round round) {
        rounds.add(round);
    }

    void threwAway() {
        disturbed++;
    }

    int disturbed() {
        return disturbed;
    }

    /// Answers that were errors, and connections that broke. A number with errors is void.
    public long errors() {
        return rounds.stream().mapToLong(round -> round.load().errors()).sum();
    }

    /// Whether it can be compared.
    public boolean isValid() {
        return !rounds.isEmpty() && errors() == 0;
    }

    /// The median of what each round gives.
    double median(ToDoubleFunction<Round> figure) {
        return Spread.of(rounds.stream().mapToDouble(figure).toArray()).median();
    }

    /// CPU microseconds a request, the median.
    public double cpu() {
        return median(Round::cpu);
    }

    /// Requests a second, the median.
    public double rate() {
        return median(Round::rate);
    }

    /// The ratio of CPU a request to another's, round by round, so that what disturbs both cancels out.
    public Spread ratioTo(Series other) {
        int both = Math.min(rounds.size(), other.rounds.size());
        double[] ratios = new double[both];
        for (int i = 0; i < both; i++) {
            ratios[i] = rounds.get(i).cpu() / other.rounds.get(i).cpu();
        }
        return Spread.of(ratios);
    }

    /// The highest load wrk took of its core: near 1 it was the limit, and requests a second say little.
    OptionalDouble loadShare() {
        return rounds.stream().mapToDouble(Round::loadShare).max();
    }
}
