package dev.weir.gateway.config;

import java.nio.file.Path;

/// Where the access log goes.
///
/// **Threads:** immutable.
public sealed interface AccessLogSetting {

    /// `access-log: off`: none is written.
    record Off() implements AccessLogSetting {}

    /// `access-log: stdout`.
    record Stdout() implements AccessLogSetting {}

    /// Lines are appended to a file.
    ///
    /// @param path relative to the working directory unless it begins with `/`
    record ToFile(Path path) implements AccessLogSetting {}
}
