package dev.weir.gateway;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;

/// The last line on the standard error when the program may be out of memory. It is put together in bytes that
/// were allocated at the start.
///
/// **Threads:** thread-safe.
/// **Waits:** for the reader of the standard error.
/// **Limits:** 512 bytes; characters beyond ASCII become question marks.
final class FatalMessage {
    private static final int BYTES = 512;

    private final byte[] bytes = new byte[BYTES];
    private final FileOutputStream err = new FileOutputStream(FileDescriptor.err);
    private int length;

    FatalMessage() {
        // Why: texts and class names are created at their first use, when there may be no memory left.
        putLoopFailed("", new OutOfMemoryError());
        putStuck();
    }

    /// Writes which loop failed, and why.
    synchronized void loopFailed(String loop, Throwable why) {
        putLoopFailed(loop, why);
        write();
    }

    private void putLoopFailed(String loop, Throwable why) {
        length = 0;
        put("weir: loop ");
        put(loop);
        put(" cannot go on: ");
        put(why.getClass().getName());
        String message = why.getMessage();
        if (message != null) {
            put(": ");
            put(message);
        }
        put("; the process ends");
    }

    /// Writes that stopping has taken too long.
    synchronized void stuck() {
        putStuck();
        write();
    }

    private void putStuck() {
        length = 0;
        put("weir: stopping made no progress and is given up; the process ends");
    }

    private void put(String text) {
        for (int i = 0; i < text.length() && length < BYTES - 1; i++) {
            char one = text.charAt(i);
            bytes[length++] = one >= ' ' && one < 127 ? (byte) one : (byte) '?';
        }
    }

    private void write() {
        bytes[length++] = '\n';
        try {
            err.write(bytes, 0, length);
        } catch (IOException _) {
            // Why: nobody reads the standard error; the exit status says enough.
        }
    }
}
