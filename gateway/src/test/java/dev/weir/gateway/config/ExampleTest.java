package dev.weir.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Proves that the printed example is right. It is read, and its comments are compared with its values and with
/// the defaults of the reader.
final class ExampleTest {
    private static final Pattern DEFAULT =
            Pattern.compile("^ *(?:- )?([a-z-]+): ([^ ]+) +#.*\\bdefault ([^\\s;]+)(?:;.*)?$", Pattern.MULTILINE);

    private static final Pattern UNKNOWN = Pattern.compile("expected ([^\n]*), found the unknown key zzz");

    private final String text = ExampleConfig.text();

    @Test
    void theExampleIsAValidConfiguration() {
        assertThat(ConfigErrorTextTest.printed(text)).startsWith("no fault");
    }

    @Test
    void valuesMarkedAsDefaultAreTheDefaults() {
        var said = DEFAULT.matcher(text).results().toList();

        assertThat(said)
                .hasSize(46)
                .allSatisfy(result ->
                        assertThat(result.group(2)).as(result.group(1)).isEqualTo(result.group(3)));
    }

    @Test
    void theExampleContainsEveryKeyOfTheReader() {
        var known = new TreeSet<String>();
        var lines = text.lines().toList();
        for (int at = 0; at < lines.size(); at++) {
            if (!lines.get(at).matches(" *[a-z-]+:.*")) continue;
            var wrong = new ArrayList<>(lines);
            wrong.add(at, lines.get(at).replaceAll("[a-z-].*", "zzz: 1"));
            var told = UNKNOWN.matcher(ConfigErrorTextTest.printed(String.join("\n", wrong)));
            if (told.find()) known.addAll(List.of(told.group(1).split(", | or "))); // else any name may stand here
        }

        assertThat(known)
                .hasSizeGreaterThan(30)
                .allSatisfy(key -> assertThat(text).containsPattern("(?m)^[^#]*\\b" + key + ":"));
    }

    @Test
    void removingLinesMarkedAsDefaultChangesNothing() {
        var kept = text.lines()
                .filter(line -> !DEFAULT.matcher(line).matches() || line.contains("protocol: tcp"))
                .filter(line -> !line.matches(" +(limits|timeouts|pool|debug|resolve):.*|stop:|limits:"))
                .toList();

        assertThat(ConfigReaderTest.read(String.join("\n", kept))).isEqualTo(ConfigReaderTest.read(text));
    }

    @Test
    void rangesInTheExampleAreThoseOfTheReader() {
        var ranges = Pattern.compile(
                        "^( *(?:- )?[a-z-]+: )([^ ]+)( +# ([^ ]+) to ([^ ,;]+), default.*)$", Pattern.MULTILINE)
                .matcher(text)
                .results()
                .toList();

        assertThat(ranges).hasSize(23).allSatisfy(range -> {
            for (int limit = 4; limit <= 5; limit++) {
                var edge = text.substring(0, range.start(2)) + range.group(limit) + text.substring(range.end(2));
                assertThat(ConfigErrorTextTest.printed(edge)).as(range.group()).startsWith("no fault");
            }
            var beyond = text.substring(0, range.start(2)) + "9" + range.group(5) + text.substring(range.end(2));
            assertThat(ConfigErrorTextTest.printed(beyond))
                    .as(range.group())
                    .contains(range.group(4) + " to " + range.group(5));
        });
    }
}
