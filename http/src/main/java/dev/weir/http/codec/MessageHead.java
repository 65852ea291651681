package dev.weir.http.codec;

import java.nio.ByteBuffer;

/// What the heads of requests and answers have in common, as positions relative to the head's first byte; reused
/// from message to message.
///
/// **Owns:** nothing; the bytes belong to the block the head was read into.
/// **Threads:** confined to the loop of its connection.
/// **Limits:** as many fields as its limits say.
// Why: a class that is inherited and no part of both, because every connection and every exchange holds heads, and a
// part would weigh something in each.
public abstract sealed class MessageHead permits RequestHead, ResponseHead {
    private final Fields fields;
    private HttpVersion version = HttpVersion.HTTP_1_1;
    private Framing framing = Framing.NONE;
    private long contentLength = FramingRules.NO_LENGTH;
    private int headBytes;
    private boolean keepAlive;

    MessageHead(HeadLimits limits) {
        fields = new Fields(limits.fieldsMax());
    }

    /// Forgets the message, so that nothing of it shows in the next.
    public void reset() {
        fields.reset();
        version = HttpVersion.HTTP_1_1;
        framing = Framing.NONE;
        contentLength = FramingRules.NO_LENGTH;
        keepAlive = false;
        headBytes = 0;
    }

    /// The fields in the order in which they were received.
    ///
    /// @return lent; the same object for the life of this head
    public final Fields fields() {
        return fields;
    }

    /// The version of the first line.
    ///
    /// @return 1.0 or 1.1
    public final HttpVersion version() {
        return version;
    }

    /// How the end of the body is known.
    ///
    /// @return of a request NONE, LENGTH or CHUNKED; NONE for an answer to HEAD, 1xx, 204 and 304, whatever its
    ///     fields say
    public final Framing framing() {
        return framing;
    }

    /// The value of Content-Length, which an answer to HEAD or a 304 may have without a body.
    ///
    /// @return bytes, or -1 if there is none
    public final long contentLength() {
        return contentLength;
    }

    /// Tells whether the peer means to use the connection again.
    ///
    /// @return true by default for HTTP/1.1 and on request for HTTP/1.0; false with `close`, and if the body
    ///     ends with the connection
    public final boolean keepAlive() {
        return keepAlive;
    }

    /// The size of the head, its empty line and those skipped before it included.
    ///
    /// @return bytes
    public final int headBytes() {
        return headBytes;
    }

    /// Makes a string of a range of the head, for cold paths: allocates.
    ///
    /// @param bytes     the block that holds the head
    /// @param headStart index of the head's first byte in the block
    /// @param from      start of the range, relative to the head
    /// @param to        end of the range, relative to the head, exclusive
    /// @return the bytes as ISO-8859-1 text
    public final String text(ByteBuffer bytes, int headStart, int from, int to) {
        return Fields.text(bytes, headStart, from, to);
    }

    final void setVersion(HttpVersion spoken) {
        version = spoken;
    }

    final void finish(Framing end, long length, boolean persistent, int bytes) {
        framing = end;
        contentLength = length;
        keepAlive = persistent && end != Framing.CLOSE;
        headBytes = bytes;
    }
}
