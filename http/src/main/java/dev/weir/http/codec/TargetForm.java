package dev.weir.http.codec;

/// The four forms of a request target.
///
/// **Threads:** immutable.
/// **Source:** RFC 9112 section 3.2.
public enum TargetForm {
    /// `/path?query`.
    ORIGIN,
    /// `http://host/path?query`, as sent to a proxy.
    ABSOLUTE,
    /// `host:port`, of CONNECT only.
    AUTHORITY,
    /// `*`, of OPTIONS only.
    ASTERISK
}
