package dev.weir.gateway.cli;

/// What the program says to whoever started it.
public final class ExitStatus {
    /// All went well; nothing is left open.
    public static final int OK = 0;
    /// Something failed while running, or something was left open.
    public static final int FAILED = 1;
    /// The command line or the configuration is wrong.
    public static final int REFUSED = 2;

    /// The process could not go on: a loop failed, or there was no memory; the JVM itself ends with this number for
    /// `-XX:+ExitOnOutOfMemoryError`.
    public static final int BROKEN = 3;
    /// Stopping did not come to its end in time.
    public static final int STUCK = 4;

    private ExitStatus() {}
}
