package dev.weir.gateway.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// Where the lines go.
///
/// **Threads:** confined to the log's thread.
/// **Waits:** [#write] waits for as long as the disk or the reader of a pipe takes; an interrupt ends it.
public interface LogTarget {

    /// The standard output of the process.
    static LogTarget stdout() {
        return LogFile.stdout();
    }

    /// Appends to a file, which is made when it does not exist.
    ///
    /// @throws IOException when it cannot be opened
    static LogTarget file(Path path) throws IOException {
        return LogFile.append(path);
    }

    /// Writes some of the bytes, at least one; their position moves.
    void write(ByteBuffer bytes) throws IOException;

    /// Lets go of the file that was renamed and begins a new one of the old name; on failure the old one stays.
    void reopen() throws IOException;

    /// Closes what was opened.
    void close() throws IOException;
}
