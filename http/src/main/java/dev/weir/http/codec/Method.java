package dev.weir.http.codec;

import java.nio.ByteBuffer;

/// A request method; one that Weir gives no meaning to is [#OTHER], its name stays in the head.
///
/// **Threads:** immutable.
/// **Source:** RFC 9110 section 9, RFC 5789 (PATCH), RFC 4918 (PROPFIND), RFC 3253 (REPORT).
public enum Method {
    /// Transfers a representation of the target.
    GET,
    /// GET without the body of the answer.
    HEAD,
    /// Processes the content as the target sees fit.
    POST,
    /// Replaces the target.
    PUT,
    /// Removes the target.
    DELETE,
    /// Opens a tunnel.
    CONNECT,
    /// Asks what is possible.
    OPTIONS,
    /// Echoes the request.
    TRACE,
    /// Changes the target in part.
    PATCH,
    /// Asks for properties of resources.
    PROPFIND,
    /// Asks for a report.
    REPORT,
    /// Asks a question whose text is the content.
    QUERY,
    /// Any other token.
    OTHER;

    private static final Method[] NAMED = {
        GET, HEAD, POST, PUT, DELETE, CONNECT, OPTIONS, TRACE, PATCH, PROPFIND, REPORT, QUERY
    };

    private final long word = Octets.word(name()); // the whole name: none is longer

    /// Tells whether the method only reads.
    ///
    /// @return true for GET, HEAD, OPTIONS, TRACE, PROPFIND, REPORT and QUERY
    public boolean isSafe() {
        return this == GET || this == HEAD || this == OPTIONS || this == TRACE || asksWithContent();
    }

    /// Whether the method is safe and its content says what it asks for.
    ///
    /// @return true for PROPFIND, REPORT and QUERY
    public boolean asksWithContent() {
        return this == PROPFIND || this == REPORT || this == QUERY;
    }

    /// Recognises a method by its bytes; methods are case-sensitive.
    static Method of(ByteBuffer bytes, int from, int to) {
        if (to - from > Octets.WORD) {
            return OTHER;
        }
        long word = Octets.word(bytes, from, to);
        for (Method method : NAMED) {
            if (method.word == word) {
                return method;
            }
        }
        return OTHER;
    }
}
