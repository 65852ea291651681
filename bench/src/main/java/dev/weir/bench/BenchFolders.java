package dev.weir.bench;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where the bench finds what belongs to it: its classes, the peers' jars, the configurations, the C code.
///
/// **Threads:** immutable.
final class BenchFolders {
    private static final Path CLASSES = classes();
    private static final Path TARGET = above(CLASSES);
    private static final Path BENCH = above(TARGET);

    private BenchFolders() {}

    /// The bench's own classes, the small main programs of the peers among them.
    static Path ownClasses() {
        return CLASSES;
    }

    /// Configurations of peers, with `${...}` where a run fills in.
    static Path peers() {
        return BENCH.resolve("peers");
    }

    /// Scripts of load generators.
    static Path load(String file) {
        return BENCH.resolve("load").resolve(file);
    }

    /// Where a result is kept: in the repository when it was measured as the bench does by default, else with
    /// what is built.
    static Path result(String bench, boolean byDefault) {
        return (byDefault ? BENCH.resolve("results") : TARGET).resolve(bench + ".md");
    }

    static Path cSources() {
        return BENCH.resolve("src/main/c");
    }

    /// What is compiled at run time.
    static Path cPrograms() {
        return TARGET.resolve("c");
    }

    /// The jars of the peers.
    static Path lib() {
        return TARGET.resolve("lib");
    }

    /// The version of a peer's jar, such as `4.2.17.Final` of `netty-common`.
    static String versionOf(String jar) throws IOException {
        return versionIn(lib(), jar);
    }

    /// Weir's own version: that of the gateway's jar, which ./weir put on the module path.
    static String ownVersion() throws IOException {
        Path gateway = Path.of(modulePath().split(":", -1)[0]);
        return versionIn(above(gateway), "weir-gateway");
    }

    /// The jars of Weir's library, as a class path.
    static String ownLibrary() throws IOException {
        Path lib = Path.of(modulePath().split(":", -1)[1]);
        return lib.resolve("weir-core-" + ownVersion() + ".jar") + ":"
                + lib.resolve("weir-http-" + ownVersion() + ".jar");
    }

    /// The gateway with all it needs, as ./weir put them together.
    static String modulePath() {
        return System.getProperty("jdk.module.path", "");
    }

    private static String versionIn(Path folder, String jar) throws IOException {
        var pattern = Pattern.compile(Pattern.quote(jar) + "-(\\d.*)\\.jar");
        try (var files = Files.list(folder)) {
            List<String> versions = files.map(file -> pattern.matcher(String.valueOf(file.getFileName())))
                    .filter(Matcher::matches)
                    .map(found -> found.group(1))
                    .toList();
            if (versions.size() != 1) {
                throw new IOException("not one version of %s in %s but %s".formatted(jar, folder, versions));
            }
            return versions.getFirst();
        }
    }

    private static Path classes() {
        try {
            return Path.of(BenchFolders.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private static Path above(Path path) {
        Path parent = path.toAbsolutePath().getParent();
        if (parent == null) throw new IllegalStateException("nothing above " + path);
        return parent;
    }
}
