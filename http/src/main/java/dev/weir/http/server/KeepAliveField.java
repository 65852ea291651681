package dev.weir.http.server;

/// Which clients get a `Keep-Alive` field that says how long their connection is kept.
///
/// **Threads:** immutable.
/// **Source:** RFC 9112 section 9.3 and appendix C.2.2; the field is of RFC 2068, and some clients obey it.
public enum KeepAliveField {
    /// None.
    OFF,
    /// HTTP/1.0 clients that asked for a persistent connection; the default.
    HTTP10,
    /// All.
    ALL
}
