package dev.weir.http.server;

/// What became of an exchange, for logs and metrics.
///
/// **Threads:** confined to the loop of the exchange.
public interface ExchangeSummary {
    /// When its first byte was read, on the loop's clock.
    long startedNanos();

    /// The status of the answer; 0 before it has begun.
    int status();

    /// Bytes of the request that were read so far.
    long bytesIn();

    /// Bytes of the answer that were given to the client's path so far.
    long bytesOut();

    /// How long the request waited for memory into which it could be read, in nanoseconds.
    long memoryWaitNanos();

    /// Whether the whole answer was given to the client's path; for a log, after the exchange has ended.
    boolean isAnswered();

    /// How it ended, or will have ended, as noted so far.
    Ending ending();
}
