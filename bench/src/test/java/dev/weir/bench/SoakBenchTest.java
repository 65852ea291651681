package dev.weir.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/// Proves what a soak says of a growth that it cannot know.
final class SoakBenchTest {
    @Test
    void aSlopeOfOneMomentSaysThatItIsNotKnown() {
        double one = SoakSample.slope(List.of(1.0), at -> at, at -> 6206.0);
        double two = SoakSample.slope(List.of(1.0, 2.0), at -> at, at -> 10 * at);

        assertThat(SoakBench.slopeText(one)).isEqualTo("too few samples");
        assertThat(SoakBench.slopeText(two)).isEqualTo("+10.00");
    }
}
