package dev.weir.laws.hunt;

import dev.weir.laws.Collectors;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A JVM of its own, so that nothing a bug leaves behind reaches who looks for the next one.
///
/// **Waits:** [#answer] until the program has ended or its time is over; then it is killed.
///
/// @param classes put in front of the class path
/// @param log where its output goes
/// @param home where it runs
record Child(Path classes, Path log, Path home) {
    private static final List<String> OPTIONS =
            List.of("-ea", "-Xmx768m", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED");

    /// Runs the `main` of a class.
    ///
    /// @return the words of the last line it printed; nothing when it was killed or died
    List<String> answer(Class<?> program, List<String> options, List<String> arguments, Duration limit)
            throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(OPTIONS);
        command.addAll(options);
        command.add("-cp");
        command.add(classes + File.pathSeparator + System.getProperty("java.class.path"));
        command.add(program.getName());
        command.addAll(arguments);
        var builder = new ProcessBuilder(command)
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        Collectors.remove(builder.environment());
        Process process = builder.start();
        // Why: who is stopped must not leave it behind.
        Thread hook = Thread.ofPlatform().unstarted(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) return List.of();
        } finally {
            process.destroyForcibly().waitFor();
            Runtime.getRuntime().removeShutdownHook(hook);
        }
        List<String> lines = Files.readAllLines(log);
        return lines.isEmpty() ? List.of() : List.of(lines.getLast().split("\t", -1));
    }
}
