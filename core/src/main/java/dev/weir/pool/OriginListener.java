package dev.weir.pool;

/// Notified when an origin goes down and when it is up again, for logs.
///
/// **Threads:** thread-safe: called on the loop of the attempt; it must not block.
/// **Limits:** called at most once in 10 s for each origin and direction.
public interface OriginListener {
    /// The origin accepted connections until now, and an attempt failed.
    ///
    /// @param why the message of the system
    /// @param untold the number of failures since it was last up that were not reported, because they came too soon
    void originDown(Origin origin, String why, long untold);

    /// The origin accepts connections again.
    ///
    /// @param goneNanos how long ago [#originDown] was called
    void originUp(Origin origin, long goneNanos);
}
