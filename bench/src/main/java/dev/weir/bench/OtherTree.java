package dev.weir.bench;

import dev.weir.bench.measure.Contender;
import dev.weir.bench.measure.Output;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/// Another checkout of Weir, built by its own script: its server and its gateway, to be measured beside ours.
///
/// **Threads:** immutable.
final class OtherTree {
    private final Path root;

    private OtherTree(Path root) {
        this.root = root;
    }

    /// Builds what is stale there.
    ///
    /// @throws IOException when it is no checkout, or does not build
    static OtherTree build(Path root) throws IOException {
        Path script = root.resolve("weir");
        if (!Files.isExecutable(script)) throw new IOException(root + " is no checkout of Weir: it has no ./weir");
        // Why: without the name of a bench it only lists them, after all has been built.
        var built = Output.of(List.of(script.toString(), "bench"));
        if (built.exit() != 0) throw new IOException(script + " bench does not build it:\n" + built.text());
        return new OtherTree(root.toAbsolutePath());
    }

    /// Its loop handler, as ours is measured.
    Contender server() {
        return new Contender(
                "weir-loop there",
                true,
                place -> Jvm.weirOf(
                        root.resolve("bench/target/classes") + ":" + jar(lib(), "weir-core") + ":"
                                + jar(lib(), "weir-http"),
                        "dev.weir.bench.peer.WeirLoop",
                        place.port()),
                () -> "Weir in " + root);
    }

    /// Its gateway, with the configuration that ours is measured with there.
    Contender gateway() {
        return new Contender(
                "weir there",
                true,
                place -> Jvm.gatewayOf(
                        jar(root.resolve("gateway/target"), "weir-gateway") + ":" + lib(),
                        Template.fill(root.resolve("bench/peers/weir-proxy.yaml"), place)),
                () -> "Weir in " + root);
    }

    private Path lib() {
        return root.resolve("gateway/target/lib");
    }

    private static Path jar(Path folder, String name) throws IOException {
        var pattern = Pattern.compile(Pattern.quote(name) + "-\\d[^-]*(?:-SNAPSHOT)?\\.jar");
        try (var files = Files.list(folder)) {
            return files.filter(file ->
                            pattern.matcher(String.valueOf(file.getFileName())).matches())
                    .findFirst()
                    .orElseThrow(() -> new IOException("no jar of " + name + " in " + folder));
        }
    }
}
