package dev.weir.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/// Pages of several parts, and pictures.
final class PageTest {
    @Test
    void aPartTakesThePlaceOfTheOneOfTheSameTitleAndTheOthersStay() {
        String page = "# Head\n\nwords\n\n## One\n\nold\n\n### Inner\n\nold\n\n## Two\n\nstays\n";

        assertThat(Parts.replaced(page, "## One\n\nnew\n"))
                .isEqualTo("# Head\n\nwords\n\n## One\n\nnew\n\n## Two\n\nstays\n");
    }

    @Test
    void aPartThatIsNotThereComesLast() {
        assertThat(Parts.replaced("# Head\n", "## One\n\nnew\n")).isEqualTo("# Head\n\n## One\n\nnew\n");
    }

    @Test
    void anAxisEndsAtTheNextRoundNumber() {
        assertThat(Chart.round(339)).isEqualTo(400);
        assertThat(Chart.round(1)).isEqualTo(1);
        assertThat(Chart.round(0)).isEqualTo(1);
        assertThat(Chart.round(99)).isEqualTo(100);
    }

    @Test
    void aPictureHasEveryLineOnceInTheLegendAndOnceInTheField() {
        var chart = new Chart("a < b", "s");
        chart.line("one", List.of(new Chart.Point(0, 0), new Chart.Point(10, 100)));
        chart.line("none", List.of());

        assertThat(chart.svg())
                .contains("a &lt; b", "class=\"line line0\" d=\"M64.0 312.0L744.0 64.0\"", ">none</text>")
                .doesNotContain("<title>a < b");
    }
}
