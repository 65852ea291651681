package dev.weir.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Proves that docs/access-log.md is the index of all ends: its rows and the constants are compared, both ways.
final class EndReasonTest {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (`[^|]*`) \\| (\\d*) ?\\| ([^|]*?) ?\\|$");
    private static final Pattern EXPLAINED =
            Pattern.compile("(?m)^\\| ((?:`..`(?:, )?)+)(?: with [^|]*)? \\| [^|]+ \\| [^|]+ \\|$");
    private static final Pattern LETTERS = Pattern.compile("`(..)`");

    private static String page() throws IOException {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve("docs/access-log.md"))) {
            root = Objects.requireNonNull(root.getParent(), "no page above");
        }
        return Files.readString(root.resolve("docs/access-log.md"));
    }

    private static List<String> letters(End end) {
        return end.phases().stream()
                .map(phase -> "" + end.who().letter() + phase.letter())
                .toList();
    }

    private static String row(End end) {
        String letters = letters(end).stream().map(two -> "`" + two + "`").collect(Collectors.joining(", "));
        return letters + " " + (end.status() == 0 ? "" : end.status()) + " " + end.words();
    }

    @Test
    void pageListsEveryEndReasonOfTheCode() throws IOException {
        List<String> listed = ROW.matcher(page().substring(page().indexOf("## All reasons")))
                .results()
                .map(row -> row.group(1) + " " + row.group(2) + " " + row.group(3))
                .toList();

        assertThat(listed)
                .containsExactlyElementsOf(
                        Arrays.stream(End.values()).map(EndReasonTest::row).toList());
    }

    @Test
    void everyPairOfLogLettersIsExplained() throws IOException {
        String page = page();
        var explained = new TreeSet<String>();
        EXPLAINED
                .matcher(page.substring(page.indexOf("## How it ended"), page.indexOf("## All reasons")))
                .results()
                .flatMap(row -> LETTERS.matcher(row.group(1)).results())
                .forEach(two -> explained.add(two.group(1)));
        var used = new TreeSet<String>();
        for (End end : End.values()) used.addAll(letters(end));

        assertThat(explained).isEqualTo(used);
    }

    @Test
    void firstNotedEndIsKept() {
        var ending = new Ending();

        ending.note(End.NO_ROUTE);
        ending.note(End.CLIENT_LEFT, End.Phase.DATA);

        assertThat(ending.end()).isEqualTo(End.NO_ROUTE);
        assertThat(ending.phase()).isEqualTo(End.Phase.REQUEST);
        assertThat(ending.reason()).isEqualTo("no route");
    }

    @Test
    void endReasonWithSeveralPhasesIsNotedWithOnePhase() {
        var ending = new Ending();

        assertThatIllegalStateException().isThrownBy(() -> ending.note(End.CLIENT_LEFT));
        assertThat(ending.end()).isEqualTo(End.WELL);
    }
}
