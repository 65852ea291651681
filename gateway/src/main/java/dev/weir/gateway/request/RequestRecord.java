package dev.weir.gateway.request;

import dev.weir.http.codec.RequestReader;
import dev.weir.http.codec.TargetForm;
import dev.weir.http.server.AttachmentKey;
import java.nio.ByteBuffer;

/// Facts about a request for log and metrics: copied from its head, which does not live as long, and added
/// while it is forwarded. Created once and reused for one request after another.
///
/// Attached to its exchange, it is found again by whoever observes the end of it, in [#KEY].
///
/// **Threads:** confined to the loop of its exchange.
/// **Limits:** 128 bytes of id, 1024 of method, host and path together; what is longer is cut and marked by
/// `...`.
public final class RequestRecord {
    /// The slot of the exchange that holds it.
    public static final AttachmentKey<RequestRecord> KEY = AttachmentKey.of(RequestRecord.class);

    /// Heap bytes of one, as measured.
    public static final long BYTES = 1280;

    private static final int ID_BYTES_MAX = 128;
    private static final int TEXT_BYTES_MAX = 1024;
    private static final int METHOD_BYTES_MAX = 32;
    private static final int HOST_BYTES_MAX = 255;
    private static final byte[] NONE = {};
    private static final byte[] CUT = {'.', '.', '.'};

    private final byte[] text = new byte[ID_BYTES_MAX + TEXT_BYTES_MAX];
    private int idTo;
    private int methodTo;
    private int hostTo;
    private int pathTo;
    private byte[] upstream = NONE;
    private byte[] origin = NONE;
    private int attempts;
    private boolean reused;
    private boolean sent;
    private long poolWaitNanos;
    private long connectNanos;
    private long requestSentNanos;
    private long answerHeadNanos;
    private boolean headArrived;

    /// An empty record.
    public RequestRecord() {
        clear();
    }

    /// Clears the record and copies the head of a new request.
    public void begin(RequestReader head) {
        clear();
        ByteBuffer block = head.bytes();
        methodTo = copy(block, head.methodFrom(), head.methodTo(), ID_BYTES_MAX, METHOD_BYTES_MAX);
        hostTo = copy(block, head.authorityFrom(), head.hostTo(), methodTo, HOST_BYTES_MAX);
        boolean hasPath = head.form() == TargetForm.ORIGIN || head.form() == TargetForm.ABSOLUTE;
        int from = hasPath ? head.pathFrom() : head.targetFrom();
        int to = hasPath ? head.queryTo() : head.targetTo();
        pathTo = hostTo;
        if (hasPath && head.pathTo() == head.pathFrom()) text[pathTo++] = '/';
        pathTo = copy(block, from, to, pathTo, text.length - pathTo);
    }

    /// Sets the request's id.
    ///
    /// @param bytes an array that begins with the id; copied
    /// @param length how many bytes; at most 128 are kept
    public void setRequestId(byte[] bytes, int length) {
        idTo = Math.min(length, ID_BYTES_MAX);
        System.arraycopy(bytes, 0, text, 0, idTo);
    }

    /// An array that begins with the request's id; lent, not to be changed.
    public byte[] idBytes() {
        return text;
    }

    /// How many bytes of [#idBytes] are the id.
    public int idLength() {
        return idTo;
    }

    /// Sets the chosen upstream.
    ///
    /// @param name kept as it is: one array for each upstream, not one for each request
    public void setUpstream(byte[] name) {
        upstream = name;
    }

    /// Sets the origin that was tried last.
    ///
    /// @param hostAndPort kept as it is: one array for each origin, not one for each request
    public void setOrigin(byte[] hostAndPort) {
        origin = hostAndPort;
    }

    /// Counts one more attempt to get a connection to an origin.
    public void countAttempt() {
        attempts++;
    }

    /// Whether the connection of the last attempt had served before.
    public void setReused(boolean hadServed) {
        reused = hadServed;
    }

    /// Notes that a byte of the request was sent to an origin, which may have acted on it from now on.
    public void markSent() {
        sent = true;
    }

    /// Adds a wait for a connection of the pool.
    public void addPoolWait(long nanos) {
        poolWaitNanos += nanos;
    }

    /// Adds the time that connecting took.
    public void addConnectTime(long nanos) {
        connectNanos += nanos;
    }

    /// Sets when the last byte of the request was sent.
    ///
    /// @param atNanos on the loop's clock
    public void setRequestSent(long atNanos) {
        sent = true;
        requestSentNanos = atNanos;
    }

    /// Sets when the head of the final answer was complete.
    ///
    /// @param atNanos on the loop's clock
    public void setAnswerHead(long atNanos) {
        sent = true;
        answerHeadNanos = atNanos;
        headArrived = true;
    }

    /// The name given to [#setUpstream(byte[])]; empty when none was chosen. Lent.
    public byte[] upstream() {
        return upstream;
    }

    /// The origin given to [#setOrigin(byte[])]; empty when none was tried. Lent.
    public byte[] origin() {
        return origin;
    }

    /// The texts of the request, one after another; lent, not to be changed.
    public byte[] text() {
        return text;
    }

    /// Where the method begins in [#text].
    public int methodFrom() {
        return ID_BYTES_MAX;
    }

    /// Where the method ends in [#text], and the host begins.
    public int methodTo() {
        return methodTo;
    }

    /// Where the host ends in [#text], and the path begins.
    public int hostTo() {
        return hostTo;
    }

    /// Where the path ends in [#text], its query included.
    public int pathTo() {
        return pathTo;
    }

    /// Whether the connection of the last attempt had served before.
    public boolean isReused() {
        return reused;
    }

    /// How many attempts were made.
    public int attempts() {
        return attempts;
    }

    /// Whether a byte of the request reached an origin.
    public boolean isSent() {
        return sent;
    }

    /// How long it waited for connections of the pool, in nanoseconds.
    public long poolWaitNanos() {
        return poolWaitNanos;
    }

    /// How long connecting took, in nanoseconds.
    public long connectNanos() {
        return connectNanos;
    }

    /// From the last byte of the request to the head of the answer, in nanoseconds; 0 when the head did not
    /// come, or came before the request was whole.
    public long responseNanos() {
        return headArrived && requestSentNanos != 0 ? Math.max(0, answerHeadNanos - requestSentNanos) : 0;
    }

    private void clear() {
        idTo = 0;
        methodTo = ID_BYTES_MAX;
        hostTo = ID_BYTES_MAX;
        pathTo = ID_BYTES_MAX;
        upstream = NONE;
        origin = NONE;
        attempts = 0;
        reused = false;
        sent = false;
        poolWaitNanos = 0;
        connectNanos = 0;
        requestSentNanos = 0;
        answerHeadNanos = 0;
        headArrived = false;
    }

    private int copy(ByteBuffer block, int from, int to, int at, int bytesMax) {
        int bytes = to - from;
        if (bytes <= bytesMax) {
            block.get(from, text, at, bytes);
            return at + bytes;
        }
        int kept = bytesMax - CUT.length;
        block.get(from, text, at, kept);
        System.arraycopy(CUT, 0, text, at + kept, CUT.length);
        return at + bytesMax;
    }
}
