package dev.weir.gateway;

import java.util.logging.Handler;
import java.util.logging.LogRecord;

/// A handler of `java.util.logging` that a user has configured and that is broken: it says once that it was asked, and
/// throws.
public final class BrokenLogHandler extends Handler {
    private boolean said;

    /// Made by the logging library.
    public BrokenLogHandler() {}

    @Override
    public synchronized void publish(LogRecord record) {
        if (!said) System.err.println("the log is broken");
        said = true;
        throw new IllegalStateException("the log is broken");
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
