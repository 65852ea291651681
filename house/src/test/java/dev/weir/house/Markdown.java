package dev.weir.house;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// A document as the rules see it: its titles, its links and its fences.
///
/// @param path where it lies, from the root
/// @param prose the lines outside of fences
record Markdown(String path, List<String> prose, List<Fence> fences) {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(?:#[^)]*)?\\)");

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

    List<String> deadLinks(Path root) {
        Path here = root.resolve(path);
        return prose.stream()
                .flatMap(line -> LINK.matcher(line).results())
                .map(found -> found.group(1))
                .filter(link -> !link.contains(":") && !Files.exists(here.resolveSibling(link)))
                .toList();
    }

    List<Fence> fencesOf(String info) {
        return fences.stream().filter(fence -> fence.info().equals(info)).toList();
    }
}
