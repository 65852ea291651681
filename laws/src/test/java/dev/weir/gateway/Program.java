package dev.weir.gateway;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The real program in a process of its own, started as `./weir` starts it.
///
/// **Owns:** the process; killed by [#close] if it still runs.
final class Program implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 30;

    private final Process process;
    private final Path out;
    private final BufferedReader errors;
    private final List<String> told = new ArrayList<>();

    private Program(Process process, Path out) {
        this.process = process;
        this.out = out;
        this.errors = process.errorReader(StandardCharsets.UTF_8);
    }

    static Program start(Path folder, String... arguments) {
        return startMain(folder, "dev.weir.gateway.Main", arguments);
    }

    /// Another program over the same classes.
    static Program startMain(Path folder, String main, String... arguments) {
        return startMain(folder, List.of(), main, arguments);
    }

    /// The same with more options for its JVM.
    static Program startMain(Path folder, List<String> options, String main, String... arguments) {
        try {
            var out = Files.createTempFile(folder, "out", ".txt");
            var builder = new ProcessBuilder(command(options, main, arguments));
            return new Program(builder.redirectOutput(out.toFile()).start(), out);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static List<String> command(List<String> options, String main, String... arguments) {
        var command = new ArrayList<String>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-ea",
                "-Xmx64m",
                "--sun-misc-unsafe-memory-access=deny",
                "--illegal-native-access=deny",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                main));
        command.addAll(1, options);
        command.addAll(List.of(arguments));
        return command;
    }

    /// `run` with a configuration, and a standard output that is a pipe nobody reads.
    static Program runUnread(Path folder, String config) {
        try {
            var file = Files.createTempFile(folder, "weir", ".yaml");
            Files.writeString(file, config);
            var command = command(List.of(), "dev.weir.gateway.Main", "run", file.toString());
            return new Program(new ProcessBuilder(command).start(), file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// `run` with a configuration.
    static Program run(Path folder, String config) {
        try {
            var file = Files.createTempFile(folder, "weir", ".yaml");
            Files.writeString(file, config);
            return start(folder, "run", file.toString());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// Reads what it says until a line begins with `beginning`.
    String awaitLine(String beginning) {
        try {
            for (String line = errors.readLine(); line != null; line = errors.readLine()) {
                told.add(line);
                if (line.startsWith(beginning)) return line;
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        throw new AssertionError("it never said '" + beginning + "', but: " + told);
    }

    /// The port of the listener of this number, or of the admin pages when it is past the last.
    int port(int number) {
        String line = told.stream()
                .filter(one -> one.startsWith("ready: "))
                .findFirst()
                .orElseGet(() -> awaitLine("ready: "));
        String address = line.substring("ready: ".length()).split(", ", -1)[number];
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    void signal(String name) {
        try {
            int status = new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid())
                    .inheritIO()
                    .start()
                    .waitFor();
            if (status != 0) throw new AssertionError("no signal could be sent");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /// Waits for its end.
    int status() {
        try {
            for (String line = errors.readLine(); line != null; line = errors.readLine()) told.add(line);
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) throw new AssertionError("it does not end");
            return process.exitValue();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /// What it said on its standard error, as far as it was read.
    List<String> told() {
        return told;
    }

    String printed() {
        try {
            return Files.readString(out);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
