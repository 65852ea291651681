package dev.weir.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A program that is measured: what it is called and how it is started.
///
/// **Threads:** immutable.
///
/// @param name as tables call it
/// @param isJvm whether it has a heap to ask about
/// @param command how it is started; the process it starts is the one that is measured, with its children
/// @param version what tables say of its version
record Contender(String name, boolean isJvm, Command command, Version version) {

    /// How a program is started.
    interface Command {
        /// Writes what the program needs to be told below [Place#folder], and answers the command line.
        ///
        /// @throws IOException when the program is not installed, with what installs it
        List<String> line(Place place) throws IOException;
    }

    /// Which version is installed.
    interface Version {
        /// Such as `nginx 1.22.1`.
        ///
        /// @throws IOException when the program is not installed, with what installs it
        String told() throws IOException;
    }

    /// Where a program runs.
    ///
    /// @param port where it accepts, on 127.0.0.1
    /// @param origin the port behind a proxy; 0 for a server
    /// @param folder of its own, for what it writes
    record Place(int port, int origin, Path folder) {}
}
