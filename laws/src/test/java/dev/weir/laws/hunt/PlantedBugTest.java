package dev.weir.laws.hunt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// Proves that every planted bug still fits the source it changes. Whether it is found, `./weir planted` tells.
final class PlantedBugTest {
    /// Of each class there has to be one.
    private static final List<String> KINDS = List.of(
            "double release",
            "lost wake-up",
            "forgotten timer",
            "stale reply",
            "id or descriptor reuse",
            "unfair queue",
            "close/accept race",
            "missing give-back",
            "wrong order at close",
            "off-by-one limit",
            "deadlock rule inverted",
            "missing fence in a cache put",
            "post to a closed mailbox",
            "lingering close absent",
            "slot freed too early",
            "urgency without ageing",
            "broken list",
            "state of the last one kept",
            "scarce memory not spared",
            "hand-off to a cancelled waiter");

    private static final String TEXT = """
            class: lost wake-up
            situation: H-06
            what: nothing
            path: core/src/main/java/dev/weir/time/Clock.java
            --- old
            a
            --- new
            b
            """;

    @Test
    void eachFitsTheSourceItChanges() throws IOException {
        Path root = root();

        for (PlantedBug bug : PlantedBug.all(root)) {
            String source = Files.readString(root.resolve(bug.path()));

            assertThat(bug.plantedIn(source)).as(bug.name()).isNotEqualTo(source);
        }
    }

    @Test
    void eachBugNamesADocumentedSituation() throws IOException {
        String told = Files.readString(root().resolve("docs/situations.md"));

        for (PlantedBug bug : PlantedBug.all(root())) {
            assertThat(told).as(bug.name()).contains("\n| " + bug.situation() + " | ");
        }
    }

    @Test
    void thereIsOneOfEachClass() throws IOException {
        assertThat(PlantedBug.all(root()))
                .extracting(PlantedBug::kind)
                .containsAll(KINDS)
                .hasSizeGreaterThanOrEqualTo(85);
    }

    @Test
    void aBugThatDoesNotFitItsSourceIsRefused() {
        PlantedBug bug = PlantedBug.of("x", TEXT);

        assertThat(bug.plantedIn("c\na\nd\n")).isEqualTo("c\nb\nd\n");
        assertThat(bug.packageName()).isEqualTo("dev.weir.time");
        assertThatThrownBy(() -> bug.plantedIn("c\n")).hasMessageContaining("not in");
        assertThatThrownBy(() -> bug.plantedIn("a\na\n")).hasMessageContaining("more than once");
        assertThatThrownBy(() -> PlantedBug.of("x", TEXT.replace("situation", "place")))
                .hasMessageContaining("situation:");
        assertThatThrownBy(() -> PlantedBug.of("x", TEXT.replace("b\n", "a\n")).plantedIn("a\n"))
                .hasMessageContaining("nothing");
    }

    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isExecutable(folder.resolve("weir"))) folder = Objects.requireNonNull(folder.getParent());
        return folder;
    }
}
