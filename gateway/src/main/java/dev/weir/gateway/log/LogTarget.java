package dev.weir.gateway.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// The destination of the lines.
///
/// **Threads:** confined to the log's thread.
/// **Waits:** [#write] waits for as long as the disk or the reader of a pipe takes; an interrupt ends it.
public interface LogTarget {

    /// The standard output of the process.
    static LogTarget stdout() {
        return LogFile.stdout();
    }

    /// Appends to a file, which is created when it does not exist.
    ///
    /// @throws IOException when it cannot be opened
    static LogTarget file(Path path) throws IOException {
        return LogFile.append(path);
    }

    /// Writes at least one of the bytes and advances their position.
    void write(ByteBuffer bytes) throws IOException;

    /// Closes the renamed file and opens a new one of the configured name; on failure the old one stays open.
    void reopen() throws IOException;

    /// Closes what was opened.
    void close() throws IOException;
}
