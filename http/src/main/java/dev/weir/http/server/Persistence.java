package dev.weir.http.server;

/// How the connection goes on after an answer, as the answer's head says it.
///
/// **Threads:** immutable.
public enum Persistence {
    /// HTTP/1.1 stays open without a word.
    UNSAID,
    /// HTTP/1.0 stays open because it was asked for.
    KEEP_ALIVE,
    /// This was the last answer.
    CLOSE
}
