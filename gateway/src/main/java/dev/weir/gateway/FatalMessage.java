package dev.weir.gateway;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;

/// What the program says when it may have no memory left to say anything: one line on the standard error, put
/// together in bytes that were allocated at the start.
///
/// **Threads:** thread-safe.
/// **Waits:** for whoever reads the standard error.
/// **Limits:** 512 bytes; letters beyond ASCII become question marks.
final class FatalMessage {
    private static final int BYTES = 512;

    private final byte[] bytes = new byte[BYTES];
    private final FileOutputStream err = new FileOutputStream(FileDescriptor.err);
    private int length;

    FatalMessage() {
        // Why: texts, and names of classes, are made when they are first used, for which there may be no memory later.
        putLoopFailed("", new OutOfMemoryError());
        putStuck();
    }

    /// Says which loop failed, and of what.
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

    /// Says that the program should have ended.
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
            // Why: nobody reads it; the status says enough.
        }
    }
}
