package dev.weir.laws.hunt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.laws.hunt.Finding.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Proves that the table of planted bugs keeps what earlier hunts found, and forgets what no longer counts.
final class PageTest {
    private static final PlantedBug FIRST = bug("b-first", "kind a");
    private static final PlantedBug SECOND = bug("a-second", "kind b");

    private static PlantedBug bug(String name, String kind) {
        return new PlantedBug(name, kind, "H-01", "what it does", Path.of("p"), "a", "b");
    }

    private static Finding found(PlantedBug bug, String oracle) {
        return new Finding(bug, Verdict.CAUGHT, oracle, "7 seeds");
    }

    @Test
    void rowsOfEarlierHuntsStayUntilTheBugIsHuntedAgain(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("page.md");
        List<PlantedBug> bugs = List.of(FIRST, SECOND);
        Page.open(file, 100, bugs).add(found(SECOND, "pool: I-1"));
        Page page = Page.open(file, 100, bugs);
        assertThat(page.has(SECOND)).isTrue();
        assertThat(page.has(FIRST)).isFalse();
        page.add(found(FIRST, "pool: I-2"));
        Page.open(file, 100, bugs).add(found(SECOND, "pool: I-3"));

        assertThat(Files.readString(file).lines().filter(line -> line.contains("7 seeds")))
                .containsExactly(
                        found(FIRST, "pool: I-2").pageRow(),
                        found(SECOND, "pool: I-3").pageRow());
        assertThat(Files.readString(file)).endsWith("Seeds played at most: 100. Bugs in the table: 2 of 2.\n");
    }

    @Test
    void aTableOfFewerSeedsOrOfBugsThatAreGoneIsForgotten(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("page.md");
        Page.open(file, 100, List.of(FIRST, SECOND)).add(found(FIRST, "pool: I-1"));

        assertThat(Page.open(file, 1000, List.of(FIRST, SECOND)).has(FIRST)).isFalse();
        assertThat(Page.open(file, 100, List.of(SECOND)).has(FIRST)).isFalse();
    }
}
