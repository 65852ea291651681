package dev.weir.http.server;

/// Which clients are told by a `Keep-Alive` field how long their connection is kept.
///
/// **Threads:** immutable.
/// **Source:** RFC 9112 section 9.3 and appendix C.2.2; the field is of RFC 2068, and some clients obey it.
public enum KeepAliveField {
    /// None.
    OFF,
    /// Those of HTTP/1.0 that asked for a connection that is kept; the default.
    HTTP10,
    /// All.
    ALL
}
