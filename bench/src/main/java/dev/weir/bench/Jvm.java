package dev.weir.bench;

import dev.weir.bench.measure.Environment;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Command lines of JVMs. All of them collect with one thread, since all of them have one core.
final class Jvm {
    private static final String COLLECTOR = "-XX:+UseSerialGC";
    /// What ./weir says to this JVM about the bench only.
    private static final List<String> OF_THE_BENCH =
            List.of("--add-modules", "--add-exports", "--module-path", "-Djdk.", "-XX:-UseTLAB");

    private Jvm() {}

    /// A peer's main class with every peer's jars.
    static List<String> peer(Class<?> main, List<String> options, Object... arguments) {
        var line = common();
        line.addAll(options);
        line.addAll(List.of("-cp", BenchFolders.ownClasses() + ":" + BenchFolders.lib() + "/*"));
        return with(line, main.getName(), arguments);
    }

    /// A main class of the peers' jars that looks into Weir's library too.
    static List<String> both(Class<?> main, Object... arguments) throws IOException {
        var line = common();
        line.addAll(List.of(
                "-cp", BenchFolders.ownClasses() + ":" + BenchFolders.lib() + "/*:" + BenchFolders.ownLibrary()));
        return with(line, main.getName(), arguments);
    }

    /// A main class that stands on the JDK alone.
    static List<String> bare(Class<?> main, List<String> options, Object... arguments) {
        var line = common();
        line.addAll(options);
        line.addAll(List.of("-cp", BenchFolders.ownClasses().toString()));
        return with(line, main.getName(), arguments);
    }

    /// A program that stands on Weir's library, on the class path as the peers are, with the option that its
    /// documents advise.
    static List<String> weir(Class<?> main, Object... arguments) throws IOException {
        return weirOf(BenchFolders.ownClasses() + ":" + BenchFolders.ownLibrary(), main.getName(), arguments);
    }

    /// The same with the classes of another tree.
    static List<String> weirOf(String classPath, String main, Object... arguments) {
        var line = common();
        line.addAll(List.of("-XX:AutoBoxCacheMax=20000", "-cp", classPath));
        return with(line, main, arguments);
    }

    /// The gateway as ./weir starts it: this JVM was started by the same lines of that script.
    static List<String> gateway(Path config) {
        return gateway(List.of(), "run", config);
    }

    /// The gateway as ./weir run starts it, with the collector that the JVM chooses.
    static List<String> gatewayAsRun(List<String> options, Path config) {
        var line = gateway(options, "run", config);
        line.remove(COLLECTOR);
        return line;
    }

    /// The gateway of another tree, started as ours is.
    static List<String> gatewayOf(String modulePath, Path config) {
        return gateway(List.of(), modulePath, "run", config);
    }

    /// Any command of the gateway, with options for its JVM.
    static List<String> gateway(List<String> options, String command, Path config) {
        return gateway(options, BenchFolders.modulePath(), command, config);
    }

    private static List<String> gateway(List<String> options, String modulePath, String command, Path config) {
        var line = new ArrayList<>(List.of(java(), COLLECTOR));
        line.addAll(options);
        for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            boolean isOurs = OF_THE_BENCH.stream().anyMatch(option::startsWith);
            if (!isOurs && !Environment.isCollector(option)) line.add(option);
        }
        line.addAll(List.of("-p", modulePath, "-m"));
        return with(line, "dev.weir.gateway/dev.weir.gateway.Main", command, config);
    }

    private static List<String> common() {
        return new ArrayList<>(List.of(
                java(),
                COLLECTOR,
                "--sun-misc-unsafe-memory-access=allow",
                "-Djava.util.logging.config.file=" + BenchFolders.peers().resolve("quiet.properties")));
    }

    private static List<String> with(List<String> line, String main, Object... arguments) {
        line.add(main);
        for (Object argument : arguments) line.add(argument.toString());
        return line;
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
