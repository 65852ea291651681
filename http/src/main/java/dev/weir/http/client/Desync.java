package dev.weir.http.client;

/// Answers by which an origin says that it could not read the request: it may have lost its place in our bytes, and
/// what it
/// takes for the next request on this connection may be the rest of this one.
///
/// **Threads:** immutable.
/// **Source:** RFC 9110 section 15.5.1 and what an origin does that answers 400 to the trailers of a request
/// and keeps the connection: five of six next requests of other clients were answered 400 as well.
final class Desync {
    private Desync() {}

    /// Whether the connection that such an answer came on is not to be used again.
    static boolean isPossibleAfter(int status) {
        return switch (status) {
            case 400, 408, 411, 413, 414, 417, 431, 501, 505 -> true;
            default -> false;
        };
    }
}
