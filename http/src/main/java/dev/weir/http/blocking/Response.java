package dev.weir.http.blocking;

import dev.weir.http.codec.HttpVersion;
import dev.weir.http.codec.Method;
import dev.weir.http.server.AnswerHead;
import dev.weir.http.server.FieldText;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The answer of a [BlockingHandler]: status and fields first, then either [#send] or [#body].
///
/// **Threads:** confined to the handler's thread.
/// **Waits:** until the client's path has taken what is written; at most as long as the server's body timeout.
/// A whole answer of at most 16 KiB is copied and sent by the loop: the handler does not wait for it.
/// **Limits:** status and fields 8 KiB; a body of any size.
/// **Fails:** a name or value that could split the answer throws [IllegalArgumentException]; a client that is
/// gone makes writing throw [IOException]; used after the answer was sent it throws [IllegalStateException].
public final class Response {
    private static final byte[] NOTHING = new byte[0];
    private static final long UNKNOWN = -1;

    private final HandlerBridge exchange;
    private final BlockingOutput output;
    private final HeadCopy request;
    private final List<Request.Header> fields = new ArrayList<>();
    private int status = 200;
    private int fieldBytes;
    private boolean committed;
    private boolean withBody = true;
    private long declared = UNKNOWN;
    private @Nullable ResponseBody stream;

    Response(HandlerBridge exchange, BlockingOutput output, HeadCopy request) {
        this.exchange = exchange;
        this.output = output;
        this.request = request;
    }

    /// Sets the status; 200 without this.
    ///
    /// @param code from 200 to 599
    public Response status(int code) {
        requireUncommitted();
        FieldText.requireStatus(code);
        status = code;
        return this;
    }

    /// Sets a field; earlier ones of the same name, whatever its case, are replaced.
    ///
    /// @param name a token; not a field that the server writes itself, such as Content-Length or Connection
    /// @param value ISO-8859-1 without control characters except tab
    public Response header(String name, String value) {
        check(name, value);
        if (isSet(name)) remove(name);
        add(new Request.Header(name, value));
        return this;
    }

    /// Adds a field and keeps those of the same name.
    ///
    /// @param name as in [#header]
    /// @param value as in [#header]
    public Response addHeader(String name, String value) {
        check(name, value);
        add(new Request.Header(name, value));
        return this;
    }

    /// Sends the whole answer. The exchange is over after it.
    ///
    /// @param body lent for the call, of any size; empty with 204 and 304
    /// @throws IllegalStateException when the status allows no body and `body` is not empty
    /// @throws IOException when the client has left or does not take the answer in time
    public void send(byte[] body) throws IOException {
        requireUncommitted();
        if (stream != null) throw new IllegalStateException("the body is written as a stream already");
        write(body, 0, body.length, true);
    }

    /// Sends the whole answer as UTF-8 text, of type `text/plain` unless Content-Type was set.
    ///
    /// @throws IOException when the client has left or does not take the answer in time
    public void send(String body) throws IOException {
        if (!isSet("Content-Type")) header("Content-Type", "text/plain; charset=utf-8");
        send(body.getBytes(StandardCharsets.UTF_8));
    }

    /// The body as a stream of unknown length. A small body is sent as a whole when the stream is closed.
    public OutputStream body() {
        return open(UNKNOWN);
    }

    /// The body as a stream of known length. If nothing was written when it is closed, an answer that has no
    /// body (to HEAD, or with 304) still announces this length.
    ///
    /// @param length bytes; writing more, or closing with fewer, throws [IOException] and cuts the answer off
    public OutputStream body(long length) {
        if (length < 0) throw new IllegalArgumentException("a length is not negative, this is " + length);
        return open(length);
    }

    private OutputStream open(long length) {
        requireUncommitted();
        if (stream != null) throw new IllegalStateException("the body is written as a stream already");
        declared = length;
        var opened = new ResponseBody(this, length);
        stream = opened;
        return opened;
    }

    // ---- for the exchange and the stream

    /// Ends what the handler has begun, because it has returned.
    void finish() throws IOException {
        if (stream != null) stream.close();
        else write(NOTHING, 0, 0, true);
    }

    void flushPending() throws IOException {
        if (stream != null) stream.flushPending();
    }

    void requireThread() {
        exchange.requireThread();
    }

    void requireUsable() throws IOException {
        exchange.requireUsable();
    }

    void write(byte[] bytes, int from, int to, boolean last) throws IOException {
        exchange.requireUsable();
        if (from < to && !hasBody()) throw new IllegalStateException(FieldText.bodyless(status));
        if (!committed) commit(last ? to - from : UNKNOWN);
        output.send(bytes, from, withBody ? to : from, last);
    }

    private void commit(long whole) {
        committed = true;
        withBody = request.method() != Method.HEAD && hasBody();
        long length = declared == UNKNOWN ? whole : declared;
        var lines = new StringBuilder(fieldBytes + 64);
        for (var field : fields) {
            lines.append(field.name()).append(": ").append(field.value()).append("\r\n");
        }
        var delimiter = delimiter(length);
        // Why: a 204 has no length, and a 304 announces only a declared one.
        boolean toldLength = length != UNKNOWN && status != 204 && (status != 304 || declared != UNKNOWN);
        if (toldLength) lines.append("Content-Length: ").append(length).append("\r\n");
        if (delimiter == AnswerHead.Delimiter.LAST_CHUNK) lines.append("Transfer-Encoding: chunked\r\n");
        output.begin(AnswerHead.of(status, lines.toString(), delimiter));
    }

    private boolean hasBody() {
        return status != 204 && status != 304;
    }

    /// Whether the answer has no body, so that a length may be announced without one.
    boolean mayTellLengthAlone() {
        return request.method() == Method.HEAD || status == 304;
    }

    private AnswerHead.Delimiter delimiter(long length) {
        if (length != UNKNOWN || !withBody) return AnswerHead.Delimiter.LENGTH;
        return request.version() == HttpVersion.HTTP_1_0
                ? AnswerHead.Delimiter.CONNECTION_END
                : AnswerHead.Delimiter.LAST_CHUNK;
    }

    private void add(Request.Header field) {
        if (fieldBytes + bytesOf(field) > AnswerHead.BYTES_MAX - 128) {
            throw new IllegalArgumentException("status and fields have at most " + AnswerHead.BYTES_MAX + " bytes");
        }
        fieldBytes += bytesOf(field);
        fields.add(field);
    }

    private boolean isSet(String name) {
        for (int i = 0; i < fields.size(); i++) {
            if (fields.get(i).name().equalsIgnoreCase(name)) return true;
        }
        return false;
    }

    private void remove(String name) {
        for (var field : fields) {
            if (field.name().equalsIgnoreCase(name)) fieldBytes -= bytesOf(field);
        }
        fields.removeIf(field -> field.name().equalsIgnoreCase(name));
    }

    private static int bytesOf(Request.Header field) {
        return field.name().length() + field.value().length() + 4;
    }

    private void check(String name, String value) {
        requireUncommitted();
        FieldText.requireField(name, value);
    }

    private void requireUncommitted() {
        requireThread();
        if (committed) throw new IllegalStateException("the answer was begun already");
    }
}
