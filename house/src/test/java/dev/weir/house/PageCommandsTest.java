package dev.weir.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Proves that every `./weir` command in a document exists: its name is a case of the script `weir`, its
/// options and the names it is given stand in the sources that read them.
///
/// A command is what follows `./weir` in a code span or in a line of a fence that begins with it. Two spaces or
/// a `#` end it; words in capitals stand for something. `weir help` is compared with the cases of the script.
final class PageCommandsTest {
    private static final Pattern IN_SPAN = Pattern.compile("`(?:[A-Z_]+=(?:\"[^\"]*\"|\\S+) )*\\./weir((?: [^`]*)?)`");
    private static final Pattern IN_FENCE = Pattern.compile("^\\s*(?:\\$ )?\\./weir(.*)$");
    private static final Pattern COMMENT = Pattern.compile(" {2,}.*| #.*");
    private static final Pattern CASE = Pattern.compile("(?m)^    ([a-z|\\- ]+)\\) ");
    private static final Pattern HELP = Pattern.compile("(?m)^  ([a-z-]+)(?: |$)");
    private static final Pattern PLACEHOLDER = Pattern.compile("[A-Z]+|\\[.*|\\.\\.\\.|'[^']*'?|\"[^\"]*\"?");

    private static final String SCRIPT = House.read(House.ROOT.resolve("weir"));

    /// Commands that are told a name first, and where these names are listed as strings.
    private static final List<String> NAMED = List.of("sim", "bench", "planted");

    @Test
    void commandsOfTheDocumentsExist() {
        var complaints = new ArrayList<String>();
        int parsed = 0;
        for (Path page : House.documents()) {
            String path = House.ROOT.relativize(page).toString();
            for (String command : commands(Markdown.of(path, House.read(page)))) {
                parsed++;
                String wrong = wrong(command);
                if (!wrong.isEmpty()) complaints.add(path + ": ./weir" + command + ": " + wrong);
            }
        }

        assertThat(complaints).isEmpty();
        // Why: a pattern that finds nothing would prove nothing.
        assertThat(parsed).isGreaterThan(60);
    }

    @Test
    void theHelpListsEveryCommand() {
        String usage = SCRIPT.substring(SCRIPT.indexOf("usage: ./weir"), SCRIPT.indexOf("\nenvironment:"));
        var listed = HELP.matcher(usage)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(cases()).containsAll(listed);
        assertThat(listed)
                .containsAll(cases().stream()
                        .filter(one -> !one.equals("-h") && !one.equals("--help"))
                        .toList());
    }

    @Test
    void commandsThatDoNotExistAreFound() {
        var page = Markdown.of("x.md", """
                # X
                `./weir fly`, `WEIR_JAVA_OPTS="-Xmx64m" ./weir run FILE`
                ```console
                $ ./weir sim pool --sed 4    # plays it
                $ ./weir sim nothing
                ./weir sim NAME --seed N --starts M
                ./weir planted no-such-bug
                ```
                """);

        assertThat(commands(page))
                .containsExactly(
                        " fly",
                        " run FILE",
                        " sim pool --sed 4",
                        " sim nothing",
                        " sim NAME --seed N --starts M",
                        " planted no-such-bug");
        assertThat(wrong(" fly")).isEqualTo("there is no such command");
        assertThat(wrong(" run FILE")).isEmpty();
        assertThat(wrong(" sim pool --sed 4")).isEqualTo("there is no option --sed");
        assertThat(wrong(" sim nothing")).isEqualTo("there is no nothing");
        assertThat(wrong(" sim NAME --seed N --starts M")).isEmpty();
        assertThat(wrong(" planted no-such-bug")).isEqualTo("there is no no-such-bug");
    }

    private static List<String> commands(Markdown page) {
        Stream<String> spans = IN_SPAN.matcher(String.join("\n", page.prose()))
                .results()
                .map(found -> found.group(1).replace('\n', ' '));
        Stream<String> lines = page.fences().stream()
                .flatMap(fence -> fence.text().lines())
                .map(IN_FENCE::matcher)
                .filter(line -> line.matches())
                .map(line -> line.group(1));
        return Stream.concat(spans, lines)
                .map(command -> COMMENT.matcher(command).replaceFirst("").stripTrailing())
                .filter(command -> !command.isEmpty())
                .toList();
    }

    /// What is wrong with a command; empty when nothing is.
    private static String wrong(String command) {
        String[] words = command.strip().split(" +", -1);
        if (!cases().contains(words[0])) return "there is no such command";
        String sources = sources(words[0]);
        for (int i = 1; i < words.length; i++) {
            String word = words[i].replaceFirst("=.*", "").replaceAll("[\\[\\].]", "");
            if (word.startsWith("--") && !sources.contains(option(words[0], word))) return "there is no option " + word;
        }
        boolean isNamed = words.length > 1 && NAMED.contains(words[0]) && !words[1].startsWith("-");
        if (!isNamed || PLACEHOLDER.matcher(words[1]).matches() || words[1].equals("all")) return "";
        boolean exists = words[0].equals("planted")
                ? Files.exists(House.ROOT.resolve("laws/src/planted/" + words[1] + ".bug"))
                : sources.contains('"' + words[1] + '"');
        return exists ? "" : "there is no " + words[1];
    }

    /// An option as the sources write it: those of `faultproxy` have a direction in front.
    private static String option(String command, String word) {
        return command.equals("faultproxy") ? word.replaceFirst("^--(?:up|down)-", "--") : word;
    }

    /// The text that says which options and names a command takes.
    private static String sources(String command) {
        return switch (command) {
            case "sim" -> SCRIPT + text("laws/src/main/java");
            case "planted" -> SCRIPT + text("laws/src/test/java/dev/weir/laws/hunt");
            case "bench" -> SCRIPT + text("bench/src/main/java");
            case "faultproxy" -> text("testing/src/main/java/dev/weir/testing/proxy");
            case "demo", "run", "check", "init" -> text("gateway/src/main/java");
            default -> SCRIPT;
        };
    }

    private static String text(String folder) {
        return House.files(House.ROOT.resolve(folder), ".java").stream()
                .map(House::read)
                .collect(Collectors.joining("\n"));
    }

    private static List<String> cases() {
        String choice = SCRIPT.substring(SCRIPT.indexOf("case $command in"));
        return CASE.matcher(choice)
                .results()
                .flatMap(found -> Stream.of(found.group(1).split(" *\\| *", -1)))
                .map(String::strip)
                .toList();
    }
}
