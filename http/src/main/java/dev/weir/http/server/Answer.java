package dev.weir.http.server;

import dev.weir.http.codec.HeadEncoder;
import dev.weir.http.codec.Status;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A whole answer, encoded once and sent any number of times. Date and Connection are added when it is sent.
///
/// **Threads:** immutable.
/// **Limits:** head and body together at most [#BYTES_MAX] bytes; larger ones are streamed.
public final class Answer {
    /// The most bytes an answer may have, head included.
    public static final int BYTES_MAX = 16 * 1024;

    private static final byte[] HEAD_END = HeadEncoder.ascii("\r\n");

    /// Bytes that are added to a head when it is sent.
    static final int ADDED_BYTES = DateField.BYTES + PersistenceLines.BYTES_MAX + HEAD_END.length;

    private final int status;
    private final byte[] head;
    private final byte[] body;
    private final boolean closes;

    private Answer(int status, byte[] head, byte[] body, boolean closes) {
        this.status = status;
        this.head = head;
        this.body = body;
        this.closes = closes;
        if (bytesMax() > BYTES_MAX) {
            throw new IllegalArgumentException("an answer has at most " + BYTES_MAX + " bytes, this has " + bytesMax());
        }
    }

    /// Makes an answer with a body of the given type.
    ///
    /// @param status from 200 to 599
    /// @param contentType ISO-8859-1 without control characters except tab: nothing that could split the answer
    /// @param body copied; empty for 204 and 304, which have none
    /// @throws IllegalArgumentException when such an answer cannot be sent; nothing was sent
    public static Answer of(int status, String contentType, byte[] body) {
        FieldText.requireStatus(status);
        FieldText.requireValue("Content-Type", contentType);
        if (body.length > 0 && !hasBody(status)) throw new IllegalArgumentException(FieldText.bodyless(status));
        return new Answer(status, head(status, contentType, body.length), body.clone(), false);
    }

    /// Makes an answer with plain text in UTF-8.
    ///
    /// @param status from 200 to 599
    public static Answer text(int status, String text) {
        return of(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    /// This answer with one more field.
    ///
    /// @param name a token; not a field that the server writes itself, such as Content-Length or Connection
    /// @param value ISO-8859-1 without control characters except tab
    /// @throws IllegalArgumentException when the field cannot be sent, or the answer becomes too long
    public Answer withField(String name, String value) {
        FieldText.requireField(name, value);
        byte[] line = (name + ": " + value + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        byte[] longer = Arrays.copyOf(head, head.length + line.length);
        System.arraycopy(line, 0, longer, head.length, line.length);
        return new Answer(status, longer, body, closes);
    }

    /// This answer, and the connection is closed after it.
    public Answer thenClose() {
        return new Answer(status, head, body, true);
    }

    /// Its status.
    public int status() {
        return status;
    }

    boolean closes() {
        return closes;
    }

    int bytesMax() {
        return head.length + ADDED_BYTES + body.length;
    }

    /// Writes the lines that are added to a head when it is sent, and the empty line.
    static void endHead(ByteBuffer out, byte[] date, byte[] persistence) {
        out.put(date).put(persistence).put(HEAD_END);
    }

    /// Encodes the answer at the buffer's position; there must be [#bytesMax] of room.
    ///
    /// @param persistence whole lines about the connection
    void put(ByteBuffer out, byte[] date, byte[] persistence, boolean withBody) {
        endHead(out.put(head), date, persistence);
        if (withBody) out.put(body);
    }

    /// Whether this status may have a body.
    boolean hasBody() {
        return hasBody(status);
    }

    private static boolean hasBody(int status) {
        return status != 204 && status != 304;
    }

    private static byte[] head(int status, String contentType, int length) {
        String line = "HTTP/1.1 " + status + " " + Status.reason(status) + "\r\n";
        if (!hasBody(status)) return HeadEncoder.ascii(line);
        String fields = "Content-Type: " + contentType + "\r\nContent-Length: " + length + "\r\n";
        return (line + fields).getBytes(StandardCharsets.ISO_8859_1);
    }
}
