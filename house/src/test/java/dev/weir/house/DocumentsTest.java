package dev.weir.house;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.house.House.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Proves that what the documents show works: Java is compiled in `examples`, configurations pass the gateway's own
/// check.
///
/// A fence marked `java` must equal a region of a file in `examples`, or of one in `examples/protocol`, whose
/// tests are run; from a line `// snippet: NAME` to a line `// end`. A fence marked `yaml` must be a whole
/// configuration; a part of one is marked `yaml part`.
final class DocumentsTest {
    private static final Pattern REGION = Pattern.compile("(?s)[ \\t]*// snippet: [\\w-]+\\n(.*?)\\n[ \\t]*// end");
    private static final Path GATEWAY = House.ROOT.resolve("gateway/target");

    private final List<Markdown> documents = House.documents().stream()
            .map(file -> Markdown.of(House.ROOT.relativize(file).toString(), House.read(file)))
            .toList();

    @Test
    void everyDocumentHasOneTitle() {
        assertThat(documents)
                .isNotEmpty()
                .allSatisfy(document ->
                        assertThat(document.titles()).as(document.path()).hasSize(1));
    }

    @Test
    void linksLeadSomewhere() {
        assertThat(documents)
                .allSatisfy(document -> assertThat(document.deadLinks(House.ROOT))
                        .as(document.path())
                        .isEmpty());
    }

    @Test
    void javaInDocumentsIsCompiled() {
        assertThat(notCompiled(documents, regions(snippets()))).isEmpty();
    }

    @Test
    void everyDecisionIsListed() {
        var list = House.read(House.ROOT.resolve("docs/adr/README.md"));

        assertThat(House.files(House.ROOT.resolve("docs/adr"), ".md"))
                .allSatisfy(
                        page -> assertThat(page.endsWith("README.md") || list.contains("(" + page.getFileName() + ")"))
                                .as(page + " is listed in docs/adr/README.md")
                                .isTrue());
    }

    @Test
    void theGlossaryHasThirtyRowsAtMost() {
        long rows = House.read(House.ROOT.resolve("docs/VOCABULARY.md"))
                .lines()
                .filter(line -> line.startsWith("| "))
                .count();

        assertThat(rows - 1).as("rows without the head of the table").isBetween(20L, 30L);
    }

    @Test
    void pagesThatOncePiledUpStayShort() {
        var wordsMax = Map.of("CHANGELOG.md", 800, "docs/concepts/budget.md", 1_200);

        assertThat(documents.stream().filter(document -> wordsMax.containsKey(document.path())))
                .hasSize(wordsMax.size())
                .allSatisfy(document -> assertThat(document.words())
                        .as(document.path())
                        .isLessThanOrEqualTo(wordsMax.get(document.path())));
    }

    @Test
    void configurationsInDocumentsPassTheCheck(@TempDir Path folder) throws IOException, InterruptedException {
        assumeTrue(Files.exists(GATEWAY.resolve("classes/dev/weir/gateway/Main.class")), "the gateway has no Main yet");
        for (var document : documents) {
            for (var fence : document.fencesOf("yaml")) {
                Path file = Files.writeString(folder.resolve("shown.yaml"), fence.text() + "\n");

                var checked = Run.of(
                        folder,
                        List.of(
                                System.getProperty("java.home") + "/bin/java",
                                "-p",
                                GATEWAY.resolve("classes") + ":" + GATEWAY.resolve("lib"),
                                "-m",
                                "dev.weir.gateway/dev.weir.gateway.Main",
                                "check",
                                file.toString()));

                assertThat(checked.exit())
                        .as("%s:%d: %s", document.path(), fence.line(), checked.err())
                        .isZero();
            }
        }
    }

    @Test
    void brokenDocumentsAreFound() {
        var document = Markdown.of("docs/x.md", """
                # One
                # Two
                [gone](no/such/file.md) and [here](../README.md) and [out](https://example.com)
                [here](#one), [not here](#three), [there](../README.md#try-it), [not there](../README.md#try-that)
                ```java
                int a = 1;
                ```
                ```yaml part
                # a comment, not a title
                ```
                """);
        var same = new Source("X.java", "class X {\n    // snippet: a\n    int a = 1;\n    // end\n}");
        var other = new Source("X.java", "class X {\n    // snippet: a\n    int a = 2;\n    // end\n}");

        assertThat(document.titles()).hasSize(2);
        assertThat(document.deadLinks(House.ROOT))
                .containsExactly("no/such/file.md", "#three", "../README.md#try-that");
        assertThat(notCompiled(List.of(document), regions(List.of(same)))).isEmpty();
        assertThat(notCompiled(List.of(document), regions(List.of(other)))).containsExactly("docs/x.md:5");
        assertThat(document.fencesOf("yaml")).isEmpty();
    }

    /// What is quoted: programs, and tests that are run.
    private static List<Source> snippets() {
        var sources = new ArrayList<>(House.mainSources(List.of("examples", "examples/protocol")));
        sources.addAll(House.testSources(List.of("examples", "examples/protocol")));
        return sources;
    }

    private static List<String> notCompiled(List<Markdown> documents, List<String> regions) {
        var complaints = new ArrayList<String>();
        for (var document : documents) {
            document.fences().stream()
                    .filter(fence -> fence.info().toLowerCase(Locale.ROOT).startsWith("java"))
                    .filter(fence -> !regions.contains(fence.text()))
                    .forEach(fence -> complaints.add(document.path() + ":" + fence.line()));
        }
        return complaints;
    }

    private static List<String> regions(List<Source> sources) {
        return sources.stream()
                .flatMap(source -> REGION.matcher(source.text()).results())
                .map(found -> found.group(1).stripIndent().strip())
                .toList();
    }
}
