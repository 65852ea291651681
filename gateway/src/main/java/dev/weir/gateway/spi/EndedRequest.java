package dev.weir.gateway.spi;

import org.jspecify.annotations.Nullable;

/// A request whose exchange has ended: the fields of its line in the access log, with the same names and the
/// meaning given in docs/access-log.md. Texts are created at each call.
///
/// **Threads:** confined to the thread that calls [RequestObserver#ended], and to that call.
/// **Limits:** method, host and path are cut as they are in the access log.
/// **Fails:** methods called after that call throw [IllegalStateException].
public interface EndedRequest {
    /// The id the request came with or was given; null when its head could not be understood.
    @Nullable
    String id();

    /// The client's address and port.
    String peer();

    /// The method; null when the head could not be understood.
    @Nullable
    String method();

    /// The host that was asked for, without a port; null when the head could not be understood.
    @Nullable
    String host();

    /// Path and query; null when the head could not be understood.
    @Nullable
    String path();

    /// The status of the answer; 0 when none was begun.
    int status();

    /// The name of the upstream; null when none was chosen.
    @Nullable
    String upstream();

    /// The origin that was tried last; null when none was.
    @Nullable
    String origin();

    /// How many attempts to forward it were made.
    int attempts();

    /// Whether the connection of the last attempt had served before.
    boolean isReused();

    /// Bytes received of it.
    long bytesIn();

    /// Bytes of its answer that were sent.
    long bytesOut();

    /// How long it waited for memory, in nanoseconds.
    long memoryWaitNanos();

    /// How long it waited for a connection to an origin, in nanoseconds.
    long poolWaitNanos();

    /// How long connecting for it took, in nanoseconds.
    long connectNanos();

    /// From its last byte sent to the head of the origin's answer, in nanoseconds; 0 without such a head.
    long responseNanos();

    /// From its first byte to its end, in nanoseconds.
    long totalNanos();

    /// Who ended it and in which phase, in two letters; `--` after an orderly answer.
    String end();

    /// Why it did not end orderly; empty otherwise.
    String reason();
}
