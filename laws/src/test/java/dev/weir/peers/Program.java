package dev.weir.peers;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A foreign program: found on this machine, or the test is skipped by its name; with WEIR_PEERS=required it
/// fails.
public final class Program {
    private static final List<String> FOLDERS = List.of("/usr/bin", "/usr/sbin", "/bin", "/sbin", "/usr/local/bin");

    private Program() {}

    /// Where it is on this machine.
    public static String find(String name) {
        for (String folder : FOLDERS) {
            Path path = Path.of(folder, name);
            if (Files.isExecutable(path)) return path.toString();
        }
        if ("required".equals(System.getenv("WEIR_PEERS"))) throw new AssertionError(name + " is not installed");
        return abort(name + " is not installed");
    }

    /// Runs to its end and returns what it printed on both streams.
    static String run(Duration limit, List<String> command) throws IOException, InterruptedException {
        return run(limit, Path.of("/dev/null"), command).output();
    }

    /// How a program ended.
    ///
    /// @param output what it printed on both streams
    public record Ended(int status, String output) {}

    /// Runs to its end with `input` as its standard input.
    public static Ended run(Duration limit, Path input, List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("weir-peer", ".txt");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(input.toFile())
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError(command + " did not end within " + limit + ":\n" + Files.readString(output));
            }
            return new Ended(process.exitValue(), Files.readString(output));
        } finally {
            Files.deleteIfExists(output);
        }
    }
}
