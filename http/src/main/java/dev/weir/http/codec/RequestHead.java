package dev.weir.http.codec;

import java.nio.ByteBuffer;

/// A request's head, as positions relative to its first byte; reused from message to message.
///
/// The bytes stay where they were read, and may be copied to another block: no position changes. Empty
/// lines that a client sent before its request count as the head's first bytes.
///
/// **Owns:** nothing; the bytes belong to the block the head was read into.
/// **Threads:** confined to the loop of its connection.
/// **Limits:** as many fields as its limits say.
public final class RequestHead {
    private final Fields fields;
    private final Target target = new Target();
    private Method method = Method.OTHER;
    private HttpVersion version = HttpVersion.HTTP_1_1;
    private int methodFrom;
    private int methodTo;
    private Framing framing = Framing.NONE;
    private long contentLength = FramingRules.NO_LENGTH;
    private boolean keepAlive;
    private boolean expectsContinue;
    private int headBytes;

    /// Makes an empty head.
    ///
    /// @param limits how many fields it can hold
    public RequestHead(HeadLimits limits) {
        fields = new Fields(limits.fieldsMax());
    }

    /// Forgets the message, so that nothing of it shows in the next.
    public void reset() {
        fields.reset();
        target.reset();
        method = Method.OTHER;
        version = HttpVersion.HTTP_1_1;
        methodFrom = 0;
        methodTo = 0;
        framing = Framing.NONE;
        contentLength = FramingRules.NO_LENGTH;
        keepAlive = false;
        expectsContinue = false;
        headBytes = 0;
    }

    /// The fields in the order they came.
    ///
    /// @return lent; the same object for the life of this head
    public Fields fields() {
        return fields;
    }

    /// The method.
    ///
    /// @return [Method#OTHER] for a name that is not known
    public Method method() {
        return method;
    }

    /// Where the method's name begins.
    ///
    /// @return a position relative to the head
    public int methodFrom() {
        return methodFrom;
    }

    /// Where the method's name ends.
    ///
    /// @return a position relative to the head, exclusive
    public int methodTo() {
        return methodTo;
    }

    /// The version of the request line.
    ///
    /// @return 1.0 or 1.1
    public HttpVersion version() {
        return version;
    }

    /// The form of the target.
    ///
    /// @return one of four
    public TargetForm form() {
        return target.form();
    }

    /// Where the target begins.
    ///
    /// @return a position relative to the head
    public int targetFrom() {
        return target.from();
    }

    /// Where the target ends.
    ///
    /// @return a position relative to the head, exclusive
    public int targetTo() {
        return target.to();
    }

    /// Where the path begins, also inside an absolute target.
    ///
    /// @return a position relative to the head; an empty path means `/`
    public int pathFrom() {
        return target.pathFrom();
    }

    /// Where the path ends: before the query.
    ///
    /// @return a position relative to the head, exclusive
    public int pathTo() {
        return target.pathTo();
    }

    /// Where path and query end. The range from [#pathTo] begins with `?` unless it is empty.
    ///
    /// @return a position relative to the head, exclusive
    public int queryTo() {
        return target.form() == TargetForm.AUTHORITY ? target.pathTo() : target.to();
    }

    /// Where the host begins: that of the target if it has one, else that of the Host field.
    ///
    /// @return a position relative to the head; the range is empty for an HTTP/1.0 request that names none
    public int hostFrom() {
        return target.authorityFrom();
    }

    /// Where the host ends: before the port.
    ///
    /// @return a position relative to the head, exclusive
    public int hostTo() {
        return target.hostTo();
    }

    /// Where host and port begin.
    ///
    /// @return a position relative to the head
    public int authorityFrom() {
        return target.authorityFrom();
    }

    /// Where host and port end.
    ///
    /// @return a position relative to the head, exclusive
    public int authorityTo() {
        return target.authorityTo();
    }

    /// How the end of the body is known.
    ///
    /// @return NONE, LENGTH or CHUNKED
    public Framing framing() {
        return framing;
    }

    /// The value of Content-Length.
    ///
    /// @return bytes, or -1 if there is none
    public long contentLength() {
        return contentLength;
    }

    /// Tells whether the client means to use the connection again.
    ///
    /// @return true by default for HTTP/1.1 and on request for HTTP/1.0, false with `close`
    public boolean keepAlive() {
        return keepAlive;
    }

    /// Tells whether the client waits for `100 Continue`.
    ///
    /// @return true for `Expect: 100-continue` in HTTP/1.1
    public boolean expectsContinue() {
        return expectsContinue;
    }

    /// The size of the head, its empty line and those skipped before it included.
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

    Target target() {
        return target;
    }

    void setMethod(Method known, int from, int to) {
        method = known;
        methodFrom = from;
        methodTo = to;
    }

    void setVersion(HttpVersion spoken) {
        version = spoken;
    }

    void expectContinue() {
        expectsContinue = version == HttpVersion.HTTP_1_1;
    }

    void finish(FramingRules body, boolean persistent, int bytes) {
        contentLength = body.length();
        framing = body.isChunked()
                ? Framing.CHUNKED
                : contentLength == FramingRules.NO_LENGTH ? Framing.NONE : Framing.LENGTH;
        keepAlive = persistent;
        headBytes = bytes;
    }
}
