package dev.weir.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.house.House.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Writes down what is larger than one should aim at, for the last lines of `./weir test`, and proves that it
/// is found. Sizes are a report; only what is far beyond the aim fails, here for nesting and in [SourcesTest]
/// for the rest.
final class SizesTest {
    private static final int NAMED = 5;
    private static final int NESTING_MAX = 5;

    @Test
    void largestAreWrittenDown() throws IOException {
        var report = Sizes.report(Sizes.of(House.mainSources(House.PRODUCT)), NAMED);

        Path target = Files.createDirectories(House.ROOT.resolve("house/target"));
        Files.write(target.resolve("sizes.txt"), report);
        assertThat(report).hasSizeBetween(4, 4 * (NAMED + 1));
    }

    @Test
    void whatIsLargeIsFoundLargestFirst() {
        String body = "f();\n".repeat(40);
        var found = Sizes.of(List.of(
                source("void f() {\n" + body + "}\nvoid g() {\n" + body + body + "}"),
                source("void wide(int a, int b, int c, int d, int e, int f) {}"),
                source("void deep() { while (a) { if (b) { for (;;) { try { f(); } finally { } } } } }"),
                source("int a;\n".repeat(400))));

        assertThat(Sizes.report(found, 1))
                .containsExactly(
                        "1 with file lines over 400",
                        "  402 X.java",
                        "2 with method lines over 40",
                        "  82 X.java: g",
                        "1 with parameters over 5",
                        "  6 X.java: wide",
                        "1 with nesting over 3",
                        "  4 X.java: deep");
    }

    @Test
    void nothingIsNestedTooDeeply() {
        assertThat(Sizes.of(House.mainSources(House.ALL)).stream()
                        .filter(one -> one.measure() == Sizes.Measure.NESTING && one.size() > NESTING_MAX))
                .isEmpty();
    }

    @Test
    void chainOfElsesIsNotDeep() {
        assertThat(Sizes.of(List.of(source("void f() { " + "if (a) f(); else ".repeat(6) + "f(); }"))))
                .isEmpty();
    }

    private static Source source(String members) {
        return new Source("X.java", "class X {\n" + members + "\n}");
    }
}
