package dev.weir.bench.measure;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A program that is measured.
///
/// @param name what tables call it
/// @param isJvm whether the JVM's own counters can be asked
/// @param command how it is started
/// @param version what it is, such as `nginx 1.22.1`
public record Contender(String name, boolean isJvm, Command command, Version version) {

    /// How a program is started.
    @FunctionalInterface
    public interface Command {
        /// The command line; may write its configuration into the place's folder.
        ///
        /// @throws IOException when the program is not there, with what to install
        List<String> line(Place place) throws IOException;
    }

    /// What a program says it is.
    @FunctionalInterface
    public interface Version {
        /// Its name and version.
        String told() throws IOException;
    }

    /// Where a program serves.
    ///
    /// @param port on 127.0.0.1
    /// @param origin the port of what a proxy forwards to, 0 without
    /// @param folder its own, for configuration and logs
    public record Place(int port, int origin, Path folder) {}
}
