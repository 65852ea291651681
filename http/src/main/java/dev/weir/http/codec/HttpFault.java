package dev.weir.http.codec;

/// A rule of the protocol that a peer broke. The status is the server's answer to a client. If an origin's
/// answer is at fault, the client gets 502, and the text explains it to the operator.
///
/// **Threads:** immutable.
/// **Source:** RFC 9112 sections 2.2, 3, 5, 6, 7; RFC 9110 section 15; RFC 6585 section 5.
public enum HttpFault {
    /// CR without LF, LF without CR.
    BAD_LINE_END(400, "A line does not end with CR LF."),
    /// The method is empty or not a token, or no space follows it.
    BAD_METHOD(400, "The request does not begin with a method and a space."),
    /// The method is longer than any known one.
    METHOD_TOO_LONG(501, "The method is longer than any that is implemented."),
    /// The target has a byte that is not allowed, or a form that its method does not allow.
    BAD_TARGET(400, "The request target is not valid for its method."),
    /// The request line does not fit the limit.
    TARGET_TOO_LONG(414, "The request line is too long."),
    /// Not `HTTP/` digit `.` digit.
    BAD_VERSION(400, "The HTTP version is malformed."),
    /// A version other than 1.0 and 1.1.
    UNSUPPORTED_VERSION(505, "Only HTTP/1.0 and HTTP/1.1 are supported."),
    /// The status is not a number between 100 and 999, or its line is malformed.
    BAD_STATUS_LINE(400, "The status line is malformed."),
    /// A field name that is not a token, or a line without a colon.
    BAD_FIELD_NAME(400, "A header name holds a byte that is not allowed, or has no colon after it."),
    /// A line that begins with a colon.
    EMPTY_FIELD_NAME(400, "A header has no name."),
    /// White space between name and colon.
    SPACE_BEFORE_COLON(400, "There is white space between a header name and its colon."),
    /// A line that continues the one before.
    FOLDED_LINE(400, "A header line begins with white space."),
    /// A control byte in a value.
    BAD_FIELD_VALUE(400, "A header value holds a control character."),
    /// The head does not fit the limit.
    HEAD_TOO_LARGE(431, "The header section is too large."),
    /// More fields than the limit.
    TOO_MANY_FIELDS(431, "There are too many header fields."),
    /// HTTP/1.1 without Host.
    HOST_MISSING(400, "An HTTP/1.1 request needs a Host header."),
    /// Host twice.
    HOST_REPEATED(400, "There is more than one Host header."),
    /// Host is not a host with an optional port.
    BAD_HOST(400, "The Host header is not a host name or address with an optional port."),
    /// Content-Length is not one number below 2^63.
    BAD_CONTENT_LENGTH(400, "Content-Length is not one decimal number."),
    /// Content-Length twice, even when equal.
    CONTENT_LENGTH_REPEATED(400, "There is more than one Content-Length header."),
    /// Content-Length together with Transfer-Encoding.
    LENGTH_AND_CODING(400, "Content-Length and Transfer-Encoding must not come together."),
    /// Transfer-Encoding is malformed, repeated, in HTTP/1.0, or chunked is not last.
    BAD_TRANSFER_ENCODING(400, "Transfer-Encoding must be exactly 'chunked', once, in HTTP/1.1."),
    /// A transfer coding other than chunked.
    UNKNOWN_TRANSFER_CODING(501, "A transfer coding other than 'chunked' is not implemented."),
    /// Connection is not a list of tokens, or names a field every recipient needs.
    BAD_CONNECTION(400, "The Connection header is malformed or names a header that must not be removed."),
    /// More connection options than anyone needs.
    TOO_MANY_OPTIONS(431, "The Connection header has too many options."),
    /// An answer that can have no body announces one.
    /// The peer changed the protocol unasked.
    UNASKED_SWITCH(400, "The protocol was switched without being asked for."),
    /// A chunk size that is not a hexadecimal number below 2^63, or what follows it is not an extension.
    BAD_CHUNK_SIZE(400, "A chunk size is malformed."),
    /// A chunk-size line with its extension is above its limit.
    CHUNK_LINE_TOO_LONG(400, "A chunk size line is too long."),
    /// Far more chunk extensions than data.
    CHUNK_OVERHEAD(400, "The chunk extensions outweigh the data."),
    /// Chunk data is not followed by CR LF.
    BAD_CHUNK_END(400, "A chunk is longer or shorter than its size says."),
    /// The stream ended before the body did.
    BODY_CUT(400, "The connection ended before the body was complete.");

    private final int status;
    private final String text;

    HttpFault(int status, String text) {
        this.status = status;
        this.text = text;
    }

    /// The status a server answers with before it closes the connection.
    ///
    /// @return a status code between 400 and 505
    public int status() {
        return status;
    }

    /// The fault in words.
    ///
    /// @return one sentence in English
    public String text() {
        return text;
    }
}
