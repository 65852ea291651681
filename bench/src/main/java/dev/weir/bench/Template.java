package dev.weir.bench;

import dev.weir.bench.measure.Contender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/// A configuration of the folder `peers` in which a run fills in `${PORT}`, `${ORIGIN}`, `${DIR}` and `${USER}`.
final class Template {
    private Template() {}

    /// Writes the configuration into the folder of the place.
    static Path fill(String name, Contender.Place place) throws IOException {
        return fill(name, place, text -> text);
    }

    /// The same, and `more` fills in what only this configuration has.
    static Path fill(String name, Contender.Place place, UnaryOperator<String> more) throws IOException {
        return fill(BenchFolders.peers().resolve(name), place, more);
    }

    /// The same of a file that lies elsewhere.
    static Path fill(Path file, Contender.Place place) throws IOException {
        return fill(file, place, text -> text);
    }

    private static Path fill(Path file, Contender.Place place, UnaryOperator<String> more) throws IOException {
        String text = more.apply(Files.readString(file))
                .replace("${PORT}", String.valueOf(place.port()))
                .replace("${ORIGIN}", String.valueOf(place.origin()))
                .replace("${DIR}", place.folder().toString())
                .replace("${USER}", user());
        return Files.writeString(place.folder().resolve(file.getFileName()), text);
    }

    // root's h2o would become nobody, who may not look into the folder; others have no choice and may not name one
    private static String user() {
        return System.getProperty("user.name").equals("root") ? "user: root" : "";
    }
}
