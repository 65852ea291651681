package dev.weir.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Proves that a protocol with its server and its client can be written in one file, as a module that sees
/// nothing but what Weir's modules export.
final class OneFileTest {
    private static final Path PINGS = House.ROOT.resolve("examples/pings");

    @TempDir
    Path folder;

    @Test
    void oneFileOnExportedPackagesCompilesAndRuns() throws IOException, InterruptedException {
        assertThat(compiled(PINGS)).isEmpty();

        var told = Run.of(
                folder,
                List.of(
                        System.getProperty("java.home") + "/bin/java",
                        "-ea",
                        "-cp",
                        folder.resolve("out/pings") + ":" + System.getProperty("java.class.path"),
                        "pings.Pings"));
        assertThat(told.out()).as(told.err()).isEqualTo("ping 7 came back\n");
        assertThat(told.exit()).isZero();
    }

    @Test
    void typeThatIsNotPublicIsNotSeen() throws IOException {
        Path root = folder.resolve("sources");
        Path sources = Files.createDirectories(root.resolve("pings"));
        Files.copy(PINGS.resolve("module-info.java"), root.resolve("module-info.java"));
        Files.writeString(sources.resolve("Peeps.java"), """
                package pings;

                final class Peeps {
                    dev.weir.server.AcceptGate gate;
                }
                """);

        assertThat(compiled(root)).contains("AcceptGate is not public in dev.weir.server");
    }

    /// What the compiler says of a module `pings`.
    private String compiled(Path sources) throws IOException {
        var said = new StringWriter();
        var javac = ToolProvider.getSystemJavaCompiler();
        try (var files = javac.getStandardFileManager(null, null, StandardCharsets.UTF_8);
                Stream<Path> found = Files.walk(sources)) {
            List<Path> java = found.filter(one -> one.toString().endsWith(".java"))
                    .sorted()
                    .toList();
            var options = List.of(
                    "-proc:none",
                    "-implicit:none",
                    "-nowarn",
                    "--module-source-path",
                    "dev.weir.core=" + House.ROOT.resolve("core/src/main/java"),
                    "--module-source-path",
                    "dev.weir.http=" + House.ROOT.resolve("http/src/main/java"),
                    "--module-source-path",
                    "pings=" + sources,
                    "-p",
                    annotations(),
                    "-d",
                    folder.resolve("out").toString());
            boolean _ = javac.getTask(
                            said, files, null, options, null, files.getJavaFileObjects(java.toArray(Path[]::new)))
                    .call();
        }
        return said.toString();
    }

    /// Those that the modules are compiled with.
    private static String annotations() {
        return Stream.of(System.getProperty("java.class.path").split(":", -1))
                .filter(one -> one.matches(".*/(jspecify|error_prone_annotations)-[^/]*\\.jar"))
                .collect(Collectors.joining(":"));
    }
}
