package dev.weir.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.cli.ExitStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Proves that docs/configuration.md lists the settings that the reader takes, with their defaults, and the
/// exit statuses that the program has, and no others. The reader is asked for its keys by an unknown one in
/// each mapping of the example.
final class DocumentedSettingsTest {
    private static final Path PAGE = Path.of("..", "docs", "configuration.md");
    private static final Pattern UNKNOWN =
            Pattern.compile("(?m)^[^\n]*?: ([\\w.\\[\\]-]*)zzz: expected ([^\n]*), found the unknown key zzz");
    private static final Pattern ENTRY =
            Pattern.compile("^(?:listeners\\[\\d+]|upstreams\\.[\\w-]+)\\.(?:routes\\[\\d+]\\.)?");
    private static final Pattern LINE =
            Pattern.compile("^( *(?:- )?)([a-z-]+):(?:.*#.*\\bdefault ([^\\s;]+)(?:;.*)?$)?");
    private static final Pattern QUOTED = Pattern.compile("`([a-z-]+(?:\\.[a-z-]+)*)`");
    private static final Pattern STATUS = Pattern.compile("(?<![\\w.])(\\d)(?=: | \\| |` \\| )");

    /// Keys whose mapping has a table of its own, or that a sentence beside the tables explains.
    private static final List<String> IN_TEXT =
            List.of("listeners", "upstreams", "admin.bind", "admin.hosts", "host", "path", "upstream");

    /// Keys that take a single value, or a mapping.
    private static final List<String> SHORT_FORMS = List.of("admin", "memory");

    private final String page = read();

    @Test
    void tablesListTheSettingsOfTheReader() {
        var settings = settings();
        settings.removeAll(IN_TEXT);

        assertThat(documented()).hasSizeGreaterThan(40).isEqualTo(settings);
    }

    @Test
    void defaultsAreThoseOfTheExample() {
        var defaults = defaults();

        assertThat(defaults).hasSizeGreaterThan(40);
        assertThat(defaults)
                .allSatisfy(setting -> assertThat(page.lines()
                                .filter(line -> line.startsWith("| `" + setting.key() + "`"))
                                .map(line -> line.split("\\|", -1)[2].replaceAll("[ `]", "")))
                        .as(setting.key())
                        .isNotEmpty()
                        .allSatisfy(cell -> assertThat(cell)
                                .containsPattern("(^|[^\\w.])" + Pattern.quote(setting.value()) + "($|[^\\w.])")));
    }

    @Test
    void textExplainsTheOtherSettings() {
        assertThat(settings()).containsAll(List.of("listeners", "upstreams", "host", "path", "upstream"));
        assertThat(IN_TEXT)
                .allSatisfy(key -> assertThat(page)
                        .containsPattern("\\b" + key.substring(key.lastIndexOf('.') + 1) + "\\b(?:`|:)"));
    }

    @Test
    void exitStatusesAreThoseOfTheProgram() throws IllegalAccessException {
        var statuses = new TreeSet<String>();
        for (var field : ExitStatus.class.getDeclaredFields()) {
            if (field.getType() == int.class) statuses.add(String.valueOf(field.getInt(null)));
        }
        String section = Stream.of(page.split("(?m)^## ", -1))
                .filter(one -> one.lines().findFirst().orElse("").matches("(?i).*\\bstatus(es)?\\b.*"))
                .collect(Collectors.joining());

        var documented = new TreeSet<String>();
        STATUS.matcher(section).results().forEach(found -> documented.add(found.group(1)));

        assertThat(documented).isEqualTo(statuses);
    }

    /// The first cells of the tables of keys.
    private Set<String> documented() {
        var keys = new TreeSet<String>();
        boolean isListing = false;
        for (String line : page.lines().toList()) {
            if (line.startsWith("| Key ")) isListing = true;
            else if (!line.startsWith("|")) isListing = false;
            else if (isListing) {
                QUOTED.matcher(line.split("\\|", -1)[1]).results().forEach(found -> keys.add(found.group(1)));
            }
        }
        return keys;
    }

    private record Default(String key, String value) {}

    /// What the comments of the example name as defaults, which ExampleTest compares with the reader.
    private static List<Default> defaults() {
        var defaults = new ArrayList<Default>();
        var above = new ArrayDeque<String>(); // the keys of the mappings around a line, innermost first
        var indents = new ArrayDeque<Integer>();
        for (String line : ExampleConfig.text().lines().toList()) {
            var key = LINE.matcher(line);
            if (!key.find()) continue;
            int indent = key.end(1);
            while (!indents.isEmpty() && indents.peek() >= indent) {
                indents.pop();
                above.pop();
            }
            indents.push(indent);
            above.push(key.group(2));
            if (key.group(3) == null) continue;
            var path = new ArrayList<>(above).reversed();
            if (path.getFirst().equals("listeners")) path.removeFirst();
            if (path.getFirst().equals("upstreams")) path.subList(0, 2).clear();
            defaults.add(new Default(String.join(".", path), key.group(3)));
        }
        return defaults;
    }

    /// What the reader takes, without the names of mappings that are no settings themselves.
    private static Set<String> settings() {
        var lines = ExampleConfig.text().lines().toList();
        var keys = new TreeSet<>(List.of("admin.bind", "admin.hosts")); // Why: the example has the short form.
        for (int at = 0; at < lines.size(); at++) {
            String line = lines.get(at);
            if (line.matches(" *(- )?[a-z-]+:.*")) {
                addKeys(lines, at, line.replaceAll("[a-z-]+:.*", "zzz: 1"), keys);
            } else if (line.matches(" *- \\{ .*")) {
                addKeys(lines, at, line.replace("- { ", "- { zzz: 1, "), keys);
            }
        }
        keys.removeIf(key ->
                !SHORT_FORMS.contains(key) && !keys.subSet(key + ".", key + "/").isEmpty());
        return keys;
    }

    private static void addKeys(List<String> lines, int at, String wrong, Set<String> keys) {
        var changed = new ArrayList<>(lines);
        changed.set(at, wrong);
        UNKNOWN.matcher(ConfigErrorTextTest.printed(String.join("\n", changed)))
                .results()
                .forEach(found -> {
                    String mapping = ENTRY.matcher(found.group(1)).replaceAll("");
                    for (String key : found.group(2).split(", | or ", -1)) keys.add(mapping + key);
                });
    }

    private static String read() {
        try {
            return Files.readString(PAGE);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
