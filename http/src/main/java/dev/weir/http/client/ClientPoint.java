package dev.weir.http.client;

import dev.weir.time.RarePoint;

/// Rare paths of the client.
///
/// **Threads:** immutable.
public enum ClientPoint implements RarePoint {
    /// An answer is not read although it has arrived.
    ANSWER_WATCHED_AGAIN,
    /// A repeatable request is not repeated, as if the retry budget were used up.
    REQUEST_NOT_REPEATED
}
