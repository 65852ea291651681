package dev.weir.http.codec;

/// A request's head, as positions relative to its first byte; reused from message to message.
///
/// The bytes stay where they were read, and may be copied to another block: no position changes. Empty
/// lines that a client sent before its request count as the head's first bytes.
///
/// **Owns:** nothing; the bytes belong to the block the head was read into.
/// **Threads:** confined to the loop of its connection.
/// **Limits:** as many fields as its limits say.
public final class RequestHead extends MessageHead {
    private final Target target = new Target();
    private Method method = Method.OTHER;
    private int methodFrom;
    private int methodTo;
    private boolean expectsContinue;

    /// Makes an empty head.
    ///
    /// @param limits how many fields it can hold
    public RequestHead(HeadLimits limits) {
        super(limits);
    }

    @Override
    public void reset() {
        super.reset();
        target.reset();
        method = Method.OTHER;
        methodFrom = 0;
        methodTo = 0;
        expectsContinue = false;
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

    /// Tells whether the client waits for `100 Continue`.
    ///
    /// @return true for `Expect: 100-continue` in HTTP/1.1
    public boolean expectsContinue() {
        return expectsContinue;
    }

    Target target() {
        return target;
    }

    void setMethod(Method known, int from, int to) {
        method = known;
        methodFrom = from;
        methodTo = to;
    }

    void expectContinue() {
        expectsContinue = version() == HttpVersion.HTTP_1_1;
    }
}
