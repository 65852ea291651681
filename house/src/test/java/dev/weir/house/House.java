package dev.weir.house;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// What the rules look at: the modules, their classes, their sources and the documents.
final class House {
    /// The modules that users get.
    static final List<String> PRODUCT = List.of("core", "http", "httpserver", "iiop", "gateway");
    /// The modules whose behaviour must follow from a seed.
    static final List<String> DETERMINISTIC = List.of("core", "http", "httpserver", "iiop", "gateway", "testing");

    static final List<String> ALL = List.of(
            "core",
            "http",
            "httpserver",
            "iiop",
            "gateway",
            "testing",
            "laws",
            "bench",
            "examples",
            "examples/protocol",
            "house");

    static final Path ROOT = findRoot();

    private House() {}

    /// The compiled main classes of these modules; a module that does not exist has none.
    static JavaClasses classes(List<String> modules) {
        var folders = modules.stream()
                .map(module -> ROOT.resolve(module).resolve("target/classes"))
                .filter(Files::isDirectory)
                .toList();
        return new ClassFileImporter().importPaths(folders);
    }

    /// The planted classes, which break every rule on purpose.
    static JavaClasses planted(Class<?>... classes) {
        return new ClassFileImporter().importClasses(classes);
    }

    static List<Source> mainSources(List<String> modules) {
        return modules.stream()
                .flatMap(module -> sources(ROOT.resolve(module).resolve("src/main/java")).stream())
                .toList();
    }

    static List<Source> testSources(List<String> modules) {
        return modules.stream()
                .flatMap(module -> sources(ROOT.resolve(module).resolve("src/test/java")).stream())
                .toList();
    }

    private static List<Source> sources(Path folder) {
        return files(folder, ".java").stream()
                .map(file -> new Source(ROOT.relativize(file).toString(), read(file)))
                .toList();
    }

    /// Every Markdown file that belongs to Weir.
    static List<Path> documents() {
        return files(ROOT, ".md").stream()
                .filter(file -> Stream.of(ROOT.relativize(file).toString().split("/"))
                        .noneMatch(part -> part.equals("target") || part.startsWith(".")))
                .toList();
    }

    static List<Path> files(Path folder, String suffix) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(file -> file.toString().endsWith(suffix))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// The outermost class, by which exceptions are listed.
    static String outermost(JavaClass type) {
        String name = type.getName();
        int nested = name.indexOf('$');
        return nested < 0 ? name : name.substring(0, nested);
    }

    private static Path findRoot() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isExecutable(folder.resolve("weir"))) {
            folder = folder.getParent();
            if (folder == null) {
                throw new IllegalStateException("no ./weir above " + Path.of("").toAbsolutePath());
            }
        }
        return folder;
    }

    /// One Java file: its path from the root, and its text.
    record Source(String path, String text) {}
}
