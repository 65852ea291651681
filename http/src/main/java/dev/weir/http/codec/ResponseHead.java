package dev.weir.http.codec;

/// An answer's head, as positions relative to its first byte; reused from message to message. An empty line
/// before it counts as its first two bytes.
///
/// **Owns:** nothing; the bytes belong to the block the head was read into.
/// **Threads:** confined to the loop of its connection.
/// **Limits:** as many fields as its limits say.
public final class ResponseHead extends MessageHead {
    private int status;
    private int reasonFrom;
    private int reasonTo;

    /// Makes an empty head.
    ///
    /// @param limits how many fields it can hold
    public ResponseHead(HeadLimits limits) {
        super(limits);
    }

    @Override
    public void reset() {
        super.reset();
        status = 0;
        reasonFrom = 0;
        reasonTo = 0;
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

    void setLine(HttpVersion spoken, int code, int phraseFrom, int phraseTo) {
        setVersion(spoken);
        status = code;
        reasonFrom = phraseFrom;
        reasonTo = phraseTo;
    }
}
