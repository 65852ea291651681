package dev.weir.http.codec;

import java.nio.ByteBuffer;

/// An answer's head, as positions relative to its first byte; reused from message to message. An empty line before it
/// counts as its first two bytes.
///
/// **Owns:** nothing; the bytes belong to the block the head was read into.
/// **Threads:** confined to the loop of its connection.
/// **Limits:** as many fields as its limits say.
public final class ResponseHead {
    private final Fields fields;
    private HttpVersion version = HttpVersion.HTTP_1_1;
    private int status;
    private int reasonFrom;
    private int reasonTo;
    private Framing framing = Framing.NONE;
    private long contentLength = FramingRules.NO_LENGTH;
    private boolean keepAlive;
    private int headBytes;

    /// Makes an empty head.
    ///
    /// @param limits how many fields it can hold
    public ResponseHead(HeadLimits limits) {
        fields = new Fields(limits.fieldsMax());
    }

    /// Forgets the message, so that nothing of it shows in the next.
    public void reset() {
        fields.reset();
        version = HttpVersion.HTTP_1_1;
        status = 0;
        reasonFrom = 0;
        reasonTo = 0;
        framing = Framing.NONE;
        contentLength = FramingRules.NO_LENGTH;
        keepAlive = false;
        headBytes = 0;
    }

    /// The fields in the order they came.
    ///
    /// @return lent; the same object for the life of this head
    public Fields fields() {
        return fields;
    }

    /// The version of the status line.
    ///
    /// @return 1.0 or 1.1
    public HttpVersion version() {
        return version;
    }

    /// The status code.
    ///
    /// @return a number from 100 to 999
    public int status() {
        return status;
    }

    /// Tells whether the final answer is still to come.
    ///
    /// @return true for 1xx
    public boolean isInformational() {
        return status < 200;
    }

    /// Where the reason phrase begins.
    ///
    /// @return a position relative to the head
    public int reasonFrom() {
        return reasonFrom;
    }

    /// Where the reason phrase ends.
    ///
    /// @return a position relative to the head, exclusive
    public int reasonTo() {
        return reasonTo;
    }

    /// How the end of the body is known.
    ///
    /// @return NONE for an answer to HEAD, 1xx, 204 and 304, whatever its fields say
    public Framing framing() {
        return framing;
    }

    /// The value of Content-Length, which an answer to HEAD or a 304 may have without a body.
    ///
    /// @return bytes, or -1 if there is none
    public long contentLength() {
        return contentLength;
    }

    /// Tells whether the origin means to use the connection again.
    ///
    /// @return false if the body ends with the connection
    public boolean keepAlive() {
        return keepAlive;
    }

    /// The size of the head, its empty line included.
    ///
    /// @return bytes
    public int headBytes() {
        return headBytes;
    }

    /// Makes a string of a range of the head, for cold paths: allocates.
    ///
    /// @param bytes     the block that holds the head
    /// @param headStart index of the head's first byte in the block
    /// @param from      start of the range, relative to the head
    /// @param to        end of the range, relative to the head, exclusive
    /// @return the bytes as ISO-8859-1 text
    public String text(ByteBuffer bytes, int headStart, int from, int to) {
        return Fields.text(bytes, headStart, from, to);
    }

    void setLine(HttpVersion spoken, int code, int phraseFrom, int phraseTo) {
        version = spoken;
        status = code;
        reasonFrom = phraseFrom;
        reasonTo = phraseTo;
    }

    void finish(Framing end, long length, boolean persistent, int bytes) {
        framing = end;
        contentLength = length;
        keepAlive = persistent && end != Framing.CLOSE;
        headBytes = bytes;
    }
}
