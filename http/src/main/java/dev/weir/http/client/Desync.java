package dev.weir.http.client;

/// Answers that suggest that the origin could not read the request. It may have lost its place in our bytes, and
/// may then take the rest of this request for the next one on this connection.
///
/// **Threads:** immutable.
/// **Source:** RFC 9110 section 15.5.1, and an origin that answers 400 to the trailers of a request and keeps the
/// connection: it answered 400 to five of the next six requests of other clients, too.
final class Desync {
    private Desync() {}

    /// Whether the connection on which an answer of this status arrived must not be used again.
    static boolean isPossibleAfter(int status) {
        return switch (status) {
            case 400, 408, 411, 413, 414, 417, 431, 501, 505 -> true;
            default -> false;
        };
    }
}
