package dev.weir.loop;

/// Where failures are written that have no caller to be thrown to. Writing may fail too, for lack of memory or in a
/// logging library: that is ignored, because the caller has something more important to do next.
///
/// **Threads:** thread-safe.
/// **Waits:** as long as the logging library of the program does.
/// **Fails:** never.
/// **Source:** ADR 28.
public final class FailureLog {
    private final System.Logger log;

    private FailureLog(System.Logger log) {
        this.log = log;
    }

    /// The log of a class.
    public static FailureLog of(Class<?> type) {
        return new FailureLog(System.getLogger(type.getName()));
    }

    /// Writes an error.
    ///
    /// @param where what has failed; its text begins the line
    public void error(Object where, String what, Throwable failure) {
        try {
            log.log(System.Logger.Level.ERROR, where + ": " + what, failure);
        } catch (Throwable _) { // Why: a log that fails must not become a second failure.
        }
    }

    /// Writes a warning.
    ///
    /// @param where what it is about; its text begins the line
    public void warning(Object where, String what, Throwable cause) {
        try {
            log.log(System.Logger.Level.WARNING, where + ": " + what, cause);
        } catch (Throwable _) { // Why: as above.
        }
    }

    /// Writes a warning.
    public void warning(String what) {
        try {
            log.log(System.Logger.Level.WARNING, what);
        } catch (Throwable _) { // Why: as above.
        }
    }
}
