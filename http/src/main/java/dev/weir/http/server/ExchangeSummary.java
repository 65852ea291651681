package dev.weir.http.server;

/// What became of an exchange, for logs and metrics.
///
/// **Threads:** confined to the loop of the exchange.
public interface ExchangeSummary {
    /// When its first byte was seen, on the loop's clock.
    long startedNanos();

    /// The status answered; 0 before.
    int status();

    /// Bytes of the request read until now.
    long bytesIn();

    /// Bytes of the answer handed to the client's path until now.
    long bytesOut();

    /// How long the request waited for memory to be read into, in nanoseconds.
    long memoryWaitNanos();

    /// Whether the answer was handed to the client's path whole; what a log asks when the exchange has ended.
    boolean isAnswered();

    /// How it ended, or will be said to have.
    Ending ending();
}
