package dev.weir.http.client;

import dev.weir.time.RarePoint;

/// Rare paths of the client.
///
/// **Threads:** immutable.
public enum ClientPoint implements RarePoint {
    /// An answer is not read although it is there.
    ANSWER_WATCHED_AGAIN,
    /// A request that could be repeated is not, as if too many were.
    REQUEST_NOT_REPEATED
}
