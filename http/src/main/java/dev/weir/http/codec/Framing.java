package dev.weir.http.codec;

/// How the end of a message's body is known.
///
/// **Threads:** immutable.
/// **Source:** RFC 9112 section 6.3.
public enum Framing {
    /// There is no body.
    NONE,
    /// `Content-Length` says how many bytes follow.
    LENGTH,
    /// The chunked transfer coding marks the end.
    CHUNKED,
    /// The end of the stream is the end of the body; answers only.
    CLOSE
}
