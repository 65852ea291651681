package dev.weir.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Proves that intervals of a median hold it as often as they say.
final class RatiosTest {
    private static Ratios upTo(int count) {
        return Ratios.of(
                IntStream.rangeClosed(1, count).mapToObj(one -> (double) one).toList());
    }

    @Test
    void ofFifteenRoundsTheThirdLeastAndGreatestHoldTheMedianWithNinetyNinePercent() {
        assertThat(upTo(15).median()).isEqualTo(8);
        assertThat(upTo(15).interval(0.99)).isEqualTo(new Ratios.Interval(3, 13));
        assertThat(upTo(15).interval(0.90)).isEqualTo(new Ratios.Interval(4, 12));
    }

    @Test
    void ofAFewRoundsNothingNarrowerIsKnownThanAllOfThem() {
        assertThat(upTo(1).interval(0.99)).isEqualTo(new Ratios.Interval(1, 1));
        assertThat(upTo(4).interval(0.99)).isEqualTo(new Ratios.Interval(1, 4));
        assertThat(upTo(7).suffice(0.99)).isFalse();
        assertThat(upTo(8).suffice(0.99)).isTrue();
        assertThatIllegalArgumentException().isThrownBy(() -> Ratios.of(List.of()));
    }

    @Test
    void theOrderOfTheRoundsSaysNothing() {
        var shuffled = new ArrayList<>(DoubleStream.of(5, 1, 4, 2, 3).boxed().toList());
        Collections.reverse(shuffled);
        assertThat(Ratios.of(shuffled).median()).isEqualTo(3);
        assertThat(Ratios.of(shuffled).interval(0.9)).isEqualTo(new Ratios.Interval(1, 5));
    }

    @Test
    void anIntervalMissesTheTrueMedianNoMoreOftenThanItSays() {
        var random = new SplittableRandom(1);
        int missed = 0;
        for (int i = 0; i < 20_000; i++) {
            // Why: a spread as benches have it, with a long tail; its median is 1.
            var rounds = random.doubles(15)
                    .map(one -> 1 + Math.tan(one - 0.5))
                    .boxed()
                    .toList();
            var interval = Ratios.of(rounds).interval(0.99);
            if (interval.from() > 1 || interval.to() < 1) missed++;
        }
        assertThat(missed).as("of 20 000").isBetween(50, 200);
    }
}
