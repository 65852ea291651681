package dev.weir.http.server;

/// How the path to a client ends.
///
/// **Threads:** immutable.
public enum PathEnd {
    /// When all output has left, for a client that may still send and is not waited for.
    WHEN_WRITTEN,
    /// With the last answer, to a client that has sent all of its request.
    ANSWERED,
    /// With the last answer, to a client that has not sent all of its request: it is given time to read.
    ANSWERED_EARLY,
    /// Now; what is queued is lost.
    NOW,
    /// Now, so that the client does not take a cut answer for a whole one.
    CUT
}
