package dev.weir.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Proves that the pages say what the kept results say: each number of a
/// paragraph, an item or a row of a table that names a result in bench/results, or the command that makes it,
/// stands in that result, in as many digits as the page gives, or a thousand times as large (milliseconds told
/// as seconds).
final class FiguresTest {
    private static final Pattern RESULT = Pattern.compile("\\]\\(([^)\\s]*bench/results/[\\w-]+\\.md)\\)");
    private static final Pattern COMMAND = Pattern.compile("`\\./weir bench (\\w+)");
    private static final Pattern NUMBER =
            Pattern.compile("(?<![\\w.#-])(?:\\d{1,3}(?:[ ,]\\d{3})+|\\d+)(?:\\.\\d+)?(?![\\w]*\\.md)");
    private static final Pattern CODE_OR_TARGET = Pattern.compile("`[^`]*`|\\]\\([^)]*\\)");
    private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);

    private static final List<Path> PAGES = pages();

    /// All pages but the results themselves, and the changelog: what it tells of an older version stays as it was.
    private static List<Path> pages() {
        return House.documents().stream()
                .filter(page -> !page.startsWith(House.ROOT.resolve("bench")))
                .filter(page -> !page.endsWith("CHANGELOG.md"))
                .toList();
    }

    @Test
    void numbersOfThePagesStandInTheResultsTheyName() {
        var complaints = new ArrayList<String>();
        int compared = 0;
        for (Path page : PAGES) {
            for (String block : blocks(House.read(page))) compared += compare(page, block, complaints);
        }

        assertThat(complaints).isEmpty();
        // Why: a pattern that finds nothing would prove nothing.
        assertThat(compared).isGreaterThan(60);
    }

    @Test
    void aNumberThatIsNotInTheResultIsFound() {
        List<BigDecimal> kept = numbers("1.01 (0.99 to 1.87), 411 ms, 1,056 of 9 500");

        assertThat(missing("1.01 and 1.0, 0.41 s, 0.4 s, 1 056, 9,500", kept)).isEmpty();
        assertThat(missing("1.02", kept)).containsExactly("1.02");
        assertThat(missing("0.42 s of 9 501", kept)).containsExactly("0.42", "9501");
        // Why: code and targets of links are no figures.
        assertThat(missing("`--rounds 7`, [ADR 26](docs/26.md)", kept)).containsExactly("26");
    }

    private static int compare(Path page, String block, List<String> complaints) {
        List<BigDecimal> kept = new ArrayList<>();
        RESULT.matcher(block).results().forEach(found -> {
            Path result = page.resolveSibling(found.group(1)).normalize();
            if (Files.exists(result)) kept.addAll(numbers(House.read(result)));
        });
        COMMAND.matcher(block).results().forEach(found -> {
            Path result = House.ROOT.resolve("bench/results").resolve(found.group(1) + ".md");
            if (Files.exists(result)) kept.addAll(numbers(House.read(result)));
        });
        if (kept.isEmpty()) return 0;
        for (String number : missing(block, kept)) {
            complaints.add(House.ROOT.relativize(page) + ": " + number + " is not in the result that is named in: "
                    + block.strip().lines().findFirst().orElse(""));
        }
        return numbers(plain(block)).size();
    }

    /// Paragraphs, items of lists and rows of tables.
    private static List<String> blocks(String text) {
        var blocks = new ArrayList<String>();
        var block = new StringBuilder();
        boolean isFenced = false;
        for (String line : text.lines().toList()) {
            if (line.strip().startsWith("```")) isFenced = !isFenced;
            boolean begins = line.isBlank() || line.startsWith("|") || line.startsWith("- ") || line.startsWith("#");
            if (begins && !block.isEmpty()) {
                blocks.add(block.toString());
                block.setLength(0);
            }
            if (!isFenced) block.append(line).append('\n');
        }
        blocks.add(block.toString());
        return blocks;
    }

    private static List<String> missing(String block, List<BigDecimal> kept) {
        return numbers(plain(block)).stream()
                .filter(number -> kept.stream().noneMatch(one -> says(number, one)))
                .map(BigDecimal::toPlainString)
                .toList();
    }

    private static boolean says(BigDecimal number, BigDecimal kept) {
        return rounded(kept, number).compareTo(number) == 0
                || rounded(kept.divide(THOUSAND, 9, RoundingMode.HALF_UP), number)
                                .compareTo(number)
                        == 0;
    }

    private static BigDecimal rounded(BigDecimal kept, BigDecimal like) {
        return kept.setScale(like.scale(), RoundingMode.HALF_UP);
    }

    private static String plain(String block) {
        return CODE_OR_TARGET.matcher(block).replaceAll(" ");
    }

    private static List<BigDecimal> numbers(String text) {
        return NUMBER.matcher(text)
                .results()
                .map(found -> new BigDecimal(found.group().replaceAll("[ ,]", "")))
                .toList();
    }
}
