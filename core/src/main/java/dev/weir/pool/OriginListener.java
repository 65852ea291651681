package dev.weir.pool;

/// Who is told when an origin goes and when it comes back, for people.
///
/// **Threads:** thread-safe: called on the loop it happens on; it must not block.
/// **Limits:** told of an origin once in ten seconds each way, at most.
public interface OriginListener {
    /// It accepted connections, and the last attempt failed.
    ///
    /// @param why what the system said
    /// @param untold attempts that failed since it last came back and were not told, because that was too soon
    void originDown(Origin origin, String why, long untold);

    /// It accepts connections again.
    ///
    /// @param goneNanos how long ago [#originDown] was told
    void originUp(Origin origin, long goneNanos);
}
