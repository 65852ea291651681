package dev.weir.bench.measure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// What programs print.
final class Output {
    private Output() {}

    /// What a program prints, on both of its outputs, until it ends.
    ///
    /// @throws IOException when it cannot be started
    static String of(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();
            return said;
        } finally {
            process.destroyForcibly();
        }
    }
}
