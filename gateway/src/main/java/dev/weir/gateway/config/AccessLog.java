package dev.weir.gateway.config;

import java.nio.file.Path;

/// Where the access log goes.
///
/// **Threads:** immutable.
public sealed interface AccessLog {

    /// `access-log: off`: none is written.
    record Off() implements AccessLog {}

    /// `access-log: stdout`.
    record Stdout() implements AccessLog {}

    /// Lines are appended to a file.
    ///
    /// @param path relative to the working directory unless it begins with `/`
    record ToFile(Path path) implements AccessLog {}
}
