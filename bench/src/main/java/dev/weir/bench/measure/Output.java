package dev.weir.bench.measure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// What a program printed on both of its outputs, until it ended.
///
/// @param text all of it
/// @param exit its status
public record Output(String text, int exit) {

    /// Runs a program to its end.
    ///
    /// @throws IOException when it cannot be started
    public static Output of(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var out = process.getInputStream()) {
            process.getOutputStream().close();
            String text = new String(out.readAllBytes(), StandardCharsets.UTF_8);
            return new Output(text, process.onExit().join().exitValue());
        } finally {
            process.destroyForcibly();
        }
    }
}
