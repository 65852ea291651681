package dev.weir.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Proves that what pages for library users and contributors name in a code span exists: `Weir.close(Deadline)`
/// needs a type `Weir` and a method or component `close` of the sources, or a type of the JDK. The events of
/// flight recordings are listed in docs/metrics.md.
final class PageNamesTest {
    private static final List<String> PAGES = List.of(
            "docs/ARCHITECTURE.md",
            "docs/testing.md",
            "docs/concepts/threads.md",
            "docs/contributing/",
            "docs/library/",
            "docs/performance/server.md");

    private static final Pattern SPAN = Pattern.compile("`([^`\n]+)`");
    private static final Pattern NAME = Pattern.compile("([A-Z][a-z]\\w*)(?:\\.([a-z]\\w*))?(?:\\(.*\\))?");
    private static final Pattern DECLARED = Pattern.compile("\\b(?:class|interface|record|enum) ([A-Z]\\w*)");
    private static final List<String> OF_THE_JDK =
            List.of("java.io.", "java.lang.", "java.nio.channels.", "java.util.", "java.util.concurrent.");

    private static final List<String> MODULES = List.of("core", "http", "gateway", "testing", "laws");

    private final String sources = Stream.of(
                    House.mainSources(MODULES).stream().map(House.Source::text),
                    House.testSources(MODULES).stream().map(House.Source::text),
                    House.files(House.ROOT.resolve("examples"), ".java").stream()
                            .map(House::read))
            .flatMap(texts -> texts)
            .collect(Collectors.joining("\n"));
    private final TreeSet<String> types = DECLARED.matcher(sources)
            .results()
            .map(found -> found.group(1))
            .collect(Collectors.toCollection(TreeSet::new));

    @Test
    void namesOfThePagesExist() {
        var complaints = new ArrayList<String>();
        int compared = 0;
        for (Path page : House.documents()) {
            String path = House.ROOT.relativize(page).toString();
            if (PAGES.stream().noneMatch(path::startsWith)) continue;
            List<String> names = names(House.read(page));
            compared += names.size();
            names.stream()
                    .filter(name -> !exists(name))
                    .forEach(name -> complaints.add(path + ": there is no " + name));
        }

        assertThat(complaints).isEmpty();
        // Why: a pattern that finds nothing would prove nothing.
        assertThat(compared).isGreaterThan(60);
    }

    @Test
    void eventsOfFlightRecordingsAreListed() {
        Pattern event = Pattern.compile("\\bdev\\.weir\\.(?=[A-Z])\\w+");
        var named = new TreeSet<String>();
        for (String line : sources.lines().toList()) {
            if (line.contains("@Name(")) event.matcher(line).results().forEach(found -> named.add(found.group()));
        }
        var listed = new TreeSet<String>();
        event.matcher(House.read(House.ROOT.resolve("docs/metrics.md")))
                .results()
                .forEach(found -> listed.add(found.group()));

        assertThat(listed).isEqualTo(named).isNotEmpty();
    }

    @Test
    void namesThatDoNotExistAreFound() {
        assertThat(names("`Weir.close(Deadline)`, `HashMap`, `close()`, `Wier`\n`GET /`"))
                .containsExactly("Weir.close(Deadline)", "HashMap", "Wier");
        assertThat(exists("Weir.close(Deadline)")).isTrue();
        assertThat(exists("HashMap")).isTrue();
        assertThat(exists("Wier")).isFalse();
        assertThat(exists("Weir.shutDown()")).isFalse();
    }

    private static List<String> names(String page) {
        return SPAN.matcher(page)
                .results()
                .map((MatchResult found) -> found.group(1))
                .filter(span -> NAME.matcher(span).matches())
                .toList();
    }

    private boolean exists(String name) {
        var parts = NAME.matcher(name);
        if (!parts.matches()) return false;
        String member = parts.group(2);
        if (isOfTheJdk(parts.group(1))) return true;
        return types.contains(parts.group(1))
                && (member == null
                        || Pattern.compile("\\b" + member + "\\b[(,)]")
                                .matcher(sources)
                                .find());
    }

    private static boolean isOfTheJdk(String type) {
        return OF_THE_JDK.stream().anyMatch(prefix -> {
            try {
                Class.forName(prefix + type, false, null);
                return true;
            } catch (ClassNotFoundException none) {
                return false;
            }
        });
    }
}
