package dev.weir.gateway.log;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Optional;

/// A file to which lines are appended, or the standard output.
///
/// **Owns:** the descriptor of its file, until [#close]; that of the standard output belongs to the process.
/// **Threads:** confined to the log's thread.
final class LogFile implements LogTarget {
    private final Optional<Path> path;
    private FileChannel file;

    private LogFile(Optional<Path> path, FileChannel file) {
        this.path = path;
        this.file = file;
    }

    static LogFile append(Path path) throws IOException {
        return new LogFile(Optional.of(path), open(path));
    }

    // Why: the stream is not closed, because the descriptor belongs to the process.
    @SuppressWarnings("resource")
    static LogFile stdout() {
        return new LogFile(Optional.empty(), new FileOutputStream(FileDescriptor.out).getChannel());
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
        int written = file.write(bytes);
        assert written > 0 : "a file takes at least one byte or fails";
    }

    @Override
    public void reopen() throws IOException {
        if (path.isEmpty()) return;
        FileChannel next = open(path.get());
        FileChannel before = file;
        file = next;
        before.close();
    }

    @Override
    public void close() throws IOException {
        if (path.isPresent()) file.close();
    }

    private static FileChannel open(Path path) throws IOException {
        return FileChannel.open(path, CREATE, WRITE, APPEND);
    }
}
