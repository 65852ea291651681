package dev.weir.laws.hunt;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A bug that is put into a copy of one class, so that it is seen who finds it.
///
/// Its file has lines `class:`, `situation:`, `what:` and `path:`, then whole lines of the source behind
/// `--- old`, and what stands in their place behind `--- new`.
///
/// @param name of its file, without the ending
/// @param kind the class of bugs it belongs to
/// @param situation what it imitates, by its id
/// @param what is done wrong, in a line
/// @param path of the source, from the root of the tree
record PlantedBug(String name, String kind, String situation, String what, Path path, String before, String after) {
    static final String FOLDER = "laws/src/planted";

    private static final String ENDING = ".bug";
    private static final String OLD = "--- old\n";
    private static final String NEW = "--- new\n";
    private static final Path SOURCES = Path.of("src/main/java");

    /// Those of the tree at `root`, by name.
    static List<PlantedBug> all(Path root) throws IOException {
        try (Stream<Path> files = Files.list(root.resolve(FOLDER))) {
            return files.filter(file -> file.toString().endsWith(ENDING))
                    .sorted()
                    .map(PlantedBug::read)
                    .toList();
        }
    }

    private static PlantedBug read(Path file) {
        try {
            return of(file.getFileName().toString().replace(ENDING, ""), Files.readString(file));
        } catch (IOException failure) {
            throw new IllegalStateException(file + " cannot be read", failure);
        }
    }

    /// @throws IllegalArgumentException when a part is missing
    static PlantedBug of(String name, String text) {
        int old = text.indexOf(OLD);
        int fresh = text.indexOf(NEW);
        if (old < 0 || fresh < old) throw new IllegalArgumentException(name + " has no old or no new lines");
        String head = text.substring(0, old);
        return new PlantedBug(
                name,
                line(name, head, "class"),
                line(name, head, "situation"),
                line(name, head, "what"),
                Path.of(line(name, head, "path")),
                text.substring(old + OLD.length(), fresh),
                text.substring(fresh + NEW.length()));
    }

    private static String line(String name, String head, String key) {
        var found = Pattern.compile("(?m)^" + key + ": +(\\S.*)$").matcher(head);
        if (!found.find()) throw new IllegalArgumentException(name + " has no line " + key + ":");
        return found.group(1);
    }

    /// The source with the bug in it.
    ///
    /// @throws IllegalStateException when the old lines are not there exactly once, or nothing would change
    String plantedIn(String source) {
        int at = source.indexOf(before);
        if (before.isBlank() || at < 0) throw new IllegalStateException(name + ": its old lines are not in " + path);
        if (source.indexOf(before, at + 1) >= 0) {
            throw new IllegalStateException(name + ": its old lines are more than once in " + path);
        }
        if (before.equals(after)) throw new IllegalStateException(name + " changes nothing");
        return source.substring(0, at) + after + source.substring(at + before.length());
    }

    /// Where the source lies below its folder of sources: `dev/weir/pool/Origin.java`.
    Path place() {
        Path module = path.getName(0);
        return module.resolve(SOURCES).relativize(path);
    }

    /// The package of the class that is changed.
    String packageName() {
        String place = place().toString();
        return place.substring(0, place.lastIndexOf('/')).replace('/', '.');
    }
}
