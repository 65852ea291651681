package dev.weir.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

final class SeriesTest {
    private static final Offset<Double> NEARLY = within(1e-9);
    private static final Workload WORKLOAD = new Workload("some", 1, "/", null);

    @Test
    void theRatioIsTakenRoundByRoundSoThatWhatSlowsBothCancelsOut() {
        Series one = series(2.0, 4.0, 20.0);
        Series other = series(1.0, 2.0, 10.0);
        assertThat(one.ratioTo(other)).isEqualTo(new Series.Spread(2.0, 2.0, 2.0));
    }

    @Test
    void theMedianOfAnEvenNumberLiesBetweenTheMiddleTwo() {
        assertThat(Series.Spread.of(List.of(1.0, 9.0, 3.0, 5.0)).median()).isEqualTo(4.0, NEARLY);
    }

    @Test
    void oneErrorMakesTheSeriesVoid() {
        Series series = series(1.0);
        series.add(round(1.0, 1));
        assertThat(series.isValid()).isFalse();
    }

    @Test
    void aFigureWithoutItsContenderIsMissed() {
        var figures = new Figures();
        figures.atMost("a ratio", 1.0, Optional.of(series(1.0)), Optional.empty());
        assertThat(figures.areMet()).isFalse();
    }

    @Test
    void aFigureAtItsLimitIsMetAndOneAboveIsMissed() {
        var figures = new Figures();
        figures.atMost("a ratio", 1.5, Optional.of(series(3.0)), Optional.of(series(2.0)));
        assertThat(figures.areMet()).isTrue();
        figures.atMost("a ratio", 1.4, Optional.of(series(3.0)), Optional.of(series(2.0)));
        assertThat(figures.areMet()).isFalse();
    }

    @Test
    void aRoundIsDisturbedWhenOthersTakeMoreThanSixHundredthsOfACore() {
        assertThat(disturbedBy(0.06).isDisturbed()).isFalse();
        assertThat(disturbedBy(0.07).isDisturbed()).isTrue();
    }

    private static Round disturbedBy(double others) {
        return new Round(new Wrk.Outcome(1, 1, 0, 0, 0), new Usage(0, 0, 0), 0, others);
    }

    private static Series series(double... cpus) {
        var contender = new Contender("one", false, place -> List.of(), () -> "1");
        var series = new Series(contender, WORKLOAD);
        for (double cpu : cpus) series.add(round(cpu, 0));
        return series;
    }

    // A million requests: CPU seconds are microseconds a request.
    private static Round round(double cpu, long errors) {
        return new Round(new Wrk.Outcome(1_000_000, 1, errors, 0, 0), new Usage(cpu / 2, cpu / 2, 0), 0, 0);
    }
}
