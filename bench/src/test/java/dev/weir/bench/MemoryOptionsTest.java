package dev.weir.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.bench.measure.Contender;
import dev.weir.bench.measure.Options.UnfitOptionException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What `./weir bench memory` makes of its options.
final class MemoryOptionsTest {
    private static final Contender ONE = contender("one");
    private static final Contender TWO = contender("two");
    private static final List<MemoryPart> PARTS = List.of(new SlowPart(CrowdBehaviour.READERS), new GrantsPart());

    @Test
    void withoutOptionsEverythingIsMeasuredAsLongAsUsual() {
        var options = MemoryOptions.read(List.of());

        assertThat(options.parts(PARTS, List.of(ONE))).isEqualTo(PARTS);
        assertThat(options.contenders(List.of(ONE), List.of(ONE, TWO))).containsExactly(ONE);
        assertThat(options.secondsOr(7)).isEqualTo(7);
        assertThat(options.baseOr(8)).isEqualTo(8);
    }

    @Test
    void aContenderAloneChoosesNoPartAndAPartAloneNoContender() {
        var contender = MemoryOptions.read(List.of("--only", "two"));
        var part = MemoryOptions.read(List.of("--only", "grants", "--seconds", "3"));

        assertThat(contender.parts(PARTS, List.of(ONE, TWO))).isEqualTo(PARTS);
        assertThat(contender.contenders(List.of(ONE), List.of(ONE, TWO))).containsExactly(TWO);
        assertThat(part.parts(PARTS, List.of(ONE, TWO)))
                .singleElement()
                .extracting(MemoryPart::name)
                .isEqualTo("grants");
        assertThat(part.contenders(List.of(ONE), List.of(ONE, TWO))).containsExactly(ONE);
        assertThat(part.secondsOr(7)).isEqualTo(3);
    }

    @Test
    void theCommandOfAPartSaysForHowLongItWasMeasured() {
        assertThat(MemoryOptions.read(List.of("--seconds", "15", "--keep")).command("readers"))
                .isEqualTo("./weir bench memory --only readers --seconds 15");
        assertThat(MemoryOptions.read(List.of("--keep", "--base", "60")).command("readers"))
                .isEqualTo("./weir bench memory --only readers --base 60");
        assertThat(MemoryOptions.read(List.of("--only", "sweep,two,readers")).command("readers", List.of(ONE, TWO)))
                .isEqualTo("./weir bench memory --only readers,two");
        assertThat(MemoryOptions.read(List.of()).command("sweep")).isEqualTo("./weir bench memory --only sweep");
    }

    @Test
    void whatIsUnknownIsRefusedWithWhatThereIs() {
        assertThatThrownBy(() -> MemoryOptions.read(List.of("--only", "three")).parts(PARTS, List.of(ONE)))
                .isInstanceOf(UnfitOptionException.class)
                .hasMessage("no part or contender 'three'; there are readers, grants, one");
        assertThatThrownBy(() -> MemoryOptions.read(List.of("--rounds", "3")))
                .isInstanceOf(UnfitOptionException.class)
                .hasMessageContaining("--seconds N");
        assertThatThrownBy(() -> MemoryOptions.read(List.of("--seconds", "601")))
                .isInstanceOf(UnfitOptionException.class)
                .hasMessageContaining("--seconds needs a number from 1 to 600");
    }

    private static Contender contender(String name) {
        return new Contender(name, false, place -> List.of(), () -> "1");
    }
}
