package dev.weir.laws.hunt;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// The test classes on the class path, those that know the changed class best first.
final class Tests {
    /// Each package knows only those before it; tests of those before it hardly ever see a change in it. What lies
    /// below one of them, such as `pool.exclusive`, is part of it.
    private static final List<String> LAYERS = List.of(
            "time",
            "ledger",
            "memory",
            "loop",
            "transport",
            "protocol",
            "connection",
            "flow",
            "message",
            "pool",
            "runtime",
            "server",
            "http.codec",
            "http.flow",
            "http.server",
            "http.blocking",
            "http.client",
            "gateway.config",
            "gateway.route",
            "gateway.forward",
            "gateway.tcp",
            "gateway.log",
            "gateway.admin",
            "gateway.metrics",
            "gateway");

    /// Packages whose tests find no bug in the product: the simulator, the test kit, the hunt itself,
    /// measuring, rules and foreign programs.
    private static final List<String> OUTSIDE =
            List.of("laws", "testing", "explorer", "peers", "bench", "house", "walk");

    /// Those that measure, or run foreign programs: they find no bug that others do not, and take long.
    private static final List<String> LEFT_OUT = List.of("GarbageTest", "FootprintTest", "ProgramTest", "MainTest");

    private static final String ROOT = "dev.weir.";
    private static final String LINCHECK = "LincheckTest";
    private static final String CLASS = ".class";

    private final List<String> all;

    private Tests(List<String> all) {
        this.all = all;
    }

    /// Those in the folders of the class path.
    static Tests onClassPath() throws IOException {
        var all = new ArrayList<String>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path folder = Path.of(entry);
            if (entry.isEmpty() || !Files.isDirectory(folder)) continue;
            try (Stream<Path> files = Files.walk(folder)) {
                files.map(file -> folder.relativize(file).toString())
                        .filter(name -> name.endsWith("Test" + CLASS) && !name.contains("$"))
                        .map(name -> name.substring(0, name.length() - CLASS.length())
                                .replace('/', '.'))
                        .filter(name -> LEFT_OUT.stream().noneMatch(name::endsWith))
                        .forEach(all::add);
            }
        }
        return new Tests(all.stream().sorted().distinct().toList());
    }

    /// Those of the package itself.
    List<String> of(String packageName) {
        int layer = layer(packageName);
        return of(LAYERS.subList(layer, layer + 1), false);
    }

    /// Those of the package that walk through interleavings. Each rewrites the classes it meets and has to be
    /// alone in its JVM.
    List<String> interleaving(String packageName) {
        int layer = layer(packageName);
        return of(LAYERS.subList(layer, layer + 1), true);
    }

    /// Those of the packages above it, which are the first to see a change in it.
    List<String> above(String packageName) {
        return of(LAYERS.subList(layer(packageName) + 1, LAYERS.size()), false);
    }

    /// Those of the packages below it: in this module they may use what is above them.
    List<String> below(String packageName) {
        return of(LAYERS.subList(0, layer(packageName)), false);
    }

    private List<String> of(List<String> layers, boolean lincheck) {
        var chosen = new ArrayList<String>();
        for (String layer : layers) {
            all.stream()
                    .filter(name -> isIn(packageOf(name), layer) && name.endsWith(LINCHECK) == lincheck)
                    .forEach(chosen::add);
        }
        return chosen;
    }

    private static boolean isIn(String packageName, String layer) {
        return !isOutside(packageName) && LAYERS.get(layer(packageName)).equals(layer);
    }

    private static boolean isOutside(String packageName) {
        return OUTSIDE.stream().anyMatch(one -> (packageName + ".").startsWith(ROOT + one + "."));
    }

    /// A package of its own below one of the layers, such as `transport.tcp`, is part of it.
    ///
    /// @throws IllegalStateException when it is part of none: its tests would never be asked
    private static int layer(String packageName) {
        for (String name = packageName; name.length() > ROOT.length(); name = packageOf(name)) {
            int at = LAYERS.indexOf(name.substring(ROOT.length()));
            if (at >= 0) return at;
        }
        throw new IllegalStateException(packageName + " belongs to no layer: add it to LAYERS, or to OUTSIDE");
    }

    private static String packageOf(String name) {
        return name.substring(0, Math.max(0, name.lastIndexOf('.')));
    }
}
