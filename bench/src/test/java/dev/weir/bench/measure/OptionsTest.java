package dev.weir.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class OptionsTest {
    private static final Contender ONE = new Contender("one", false, place -> List.of(), () -> "1");
    private static final Contender TWO = new Contender("two", false, place -> List.of(), () -> "1");

    @Test
    void whatIsNotGivenIsAsUsual() {
        Options options = Options.read(List.of("--rounds", "9"), 3, 2);
        assertThat(options.rounds()).isEqualTo(9);
        assertThat(options.seconds()).isEqualTo(2);
        assertThat(options.isDefault(3, 2)).isFalse();
        assertThat(Options.read(List.of(), 3, 2).isDefault(3, 2)).isTrue();
    }

    @Test
    void onlyThoseNamedAreChosen() {
        Options options = Options.read(List.of("--only", "two"), 1, 1);
        assertThat(options.choose(List.of(ONE, TWO))).containsExactly(TWO);
    }

    @Test
    void anUnknownContenderIsRefusedWithTheNamesThereAre() {
        Options options = Options.read(List.of("--only", "three"), 1, 1);
        assertThatThrownBy(() -> options.choose(List.of(ONE, TWO)))
                .isInstanceOf(Options.UnfitOptionException.class)
                .hasMessage("no contender 'three'; there are one, two");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "101", "many", ""})
    void aCountThatIsNoneIsRefused(String count) {
        assertThatThrownBy(() -> Options.read(List.of("--rounds", count), 1, 1))
                .isInstanceOf(Options.UnfitOptionException.class)
                .hasMessageContaining("a number from 1 to 100");
    }

    @Test
    void anUnknownOptionIsRefusedWithThoseThereAre() {
        assertThatThrownBy(() -> Options.read(List.of("--round", "1"), 1, 1))
                .isInstanceOf(Options.UnfitOptionException.class)
                .hasMessageContaining("--round")
                .hasMessageContaining("--rounds N");
    }
}
