package dev.weir.house;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What the rules look at: the modules, their classes, their sources and the documents.
final class House {
    /// Modules that users do not get. What is not named here is a product, and all rules hold for it.
    static final List<String> WORKSHOP = List.of("testing", "laws", "bench", "examples", "examples/protocol", "house");

    static final Path ROOT = findRoot();

    /// All modules, in the order of the parent's `pom.xml`.
    static final List<String> ALL = modules(read(ROOT.resolve("pom.xml")));

    /// The modules that users get.
    static final List<String> PRODUCT =
            ALL.stream().filter(module -> !WORKSHOP.contains(module)).toList();

    /// The modules whose behaviour must follow from a seed.
    static final List<String> DETERMINISTIC =
            Stream.concat(PRODUCT.stream(), Stream.of("testing")).toList();

    private House() {}

    /// The modules that a `pom.xml` names.
    static List<String> modules(String pom) {
        return Pattern.compile("<module>\\s*([^<]+?)\\s*</module>")
                .matcher(pom)
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    /// The compiled main classes of these modules.
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
