package dev.weir.gateway.cli;

/// The exit statuses of the program.
public final class ExitStatus {
    /// Success; nothing is left open.
    public static final int OK = 0;
    /// Something failed while running, or something was left open.
    public static final int FAILED = 1;
    /// The command line or the configuration is wrong.
    public static final int REFUSED = 2;

    /// The process failed: a loop failed, or there was no memory; the JVM itself exits with this number for
    /// `-XX:+ExitOnOutOfMemoryError`.
    public static final int BROKEN = 3;
    /// Stopping did not finish in time.
    public static final int STUCK = 4;

    private ExitStatus() {}
}
