package dev.weir.bench;

import dev.weir.bench.measure.Output;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// A program of the machine that the bench starts, such as nginx.
///
/// **Threads:** immutable.
///
/// @param name as it is typed
record Program(String name) {
    /// Debian keeps servers where only root looks.
    private static final List<String> SERVERS = List.of("/usr/local/sbin", "/usr/sbin", "/sbin");

    /// Where it is.
    ///
    /// @throws IOException when it is not installed, with what installs it
    Path path() throws IOException {
        var folders =
                new ArrayList<>(List.of(System.getenv().getOrDefault("PATH", "").split(":", -1)));
        folders.addAll(SERVERS);
        for (String folder : folders) {
            Path file = Path.of(folder, name);
            if (!folder.isEmpty() && Files.isExecutable(file) && !Files.isDirectory(file)) return file;
        }
        throw new IOException(name + " is not installed: './weir bench --install' does it on Debian");
    }

    /// The first group of `pattern` in what the program says when it is started with `option`.
    String told(String option, String pattern) throws IOException {
        String said = Output.of(List.of(path().toString(), option)).text();
        var found = Pattern.compile(pattern).matcher(said);
        if (!found.find()) throw new IOException(name + " " + option + " does not tell its version: " + said);
        return found.group(1);
    }
}
