package dev.weir.http.server;

/// How the path to a client ends.
///
/// **Threads:** immutable.
public enum PathEnd {
    /// When all output is written. The client may still send, and that is not waited for.
    WHEN_WRITTEN,
    /// After the last answer, to a client that has sent its whole request.
    ANSWERED,
    /// After the last answer, to a client that has not sent its whole request: it gets time to read.
    ANSWERED_EARLY,
    /// At once; queued output is lost.
    NOW,
    /// At once by a reset, so that the client does not take a cut answer for a whole one.
    CUT
}
