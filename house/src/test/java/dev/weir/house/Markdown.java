package dev.weir.house;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A document as the rules see it: its titles, its links and its fences.
///
/// @param path where it lies, from the root
/// @param prose the lines outside of fences
record Markdown(String path, List<String> prose, List<Fence> fences) {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]*)(?:#([^)\\s]*))?\\)");
    private static final Pattern HEADING = Pattern.compile("#+ +(.*)");

    /// @param info what stands behind the opening backticks, such as `java` or `yaml part`
    /// @param line of the opening backticks
    record Fence(String info, String text, int line) {}

    static Markdown of(String path, String text) {
        var prose = new ArrayList<String>();
        var fences = new ArrayList<Fence>();
        var lines = text.lines().toList();
        int at = 0;
        while (at < lines.size()) {
            String line = lines.get(at);
            if (!line.strip().startsWith("```")) {
                prose.add(line);
                at++;
                continue;
            }
            int opened = at;
            at++;
            while (at < lines.size() && !lines.get(at).strip().startsWith("```")) {
                at++;
            }
            String inside = String.join("\n", lines.subList(opened + 1, Math.min(at, lines.size())));
            fences.add(new Fence(
                    line.strip().substring(3).strip(), inside.stripIndent().strip(), opened + 1));
            at++;
        }
        return new Markdown(path, prose, fences);
    }

    List<String> titles() {
        return prose.stream().filter(line -> line.startsWith("# ")).toList();
    }

    /// The links to files, or to headings of documents, that do not exist.
    List<String> deadLinks(Path root) {
        return prose.stream()
                .flatMap(line -> LINK.matcher(line).results())
                .filter(found -> !found.group(1).contains(":") && !leadsSomewhere(root, found.group(1), found.group(2)))
                .map(found -> found.group(1) + (found.group(2) == null ? "" : "#" + found.group(2)))
                .toList();
    }

    /// Words outside of fences.
    int words() {
        return String.join(" ", prose).strip().split("\\s+").length;
    }

    private boolean leadsSomewhere(Path root, String link, @Nullable String anchor) {
        Path file = root.resolve(path).resolveSibling(link);
        if (link.isEmpty()) return anchors().contains(anchor);
        if (!Files.exists(file)) return false;
        return anchor == null
                || !link.endsWith(".md")
                || of(link, House.read(file)).anchors().contains(anchor);
    }

    /// What headings are called in links: in small letters, with hyphens for spaces, without other signs.
    private List<String> anchors() {
        return prose.stream()
                .map(HEADING::matcher)
                .filter(Matcher::matches)
                .map(found -> found.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\w -]", "")
                        .replace(' ', '-'))
                .toList();
    }

    List<Fence> fencesOf(String info) {
        return fences.stream().filter(fence -> fence.info().equals(info)).toList();
    }
}
