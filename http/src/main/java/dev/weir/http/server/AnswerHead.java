package dev.weir.http.server;

import dev.weir.http.codec.Status;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// The head of an answer whose body is written piece by piece. It is encoded except for the fields that the
/// server adds: the date and the connection's persistence.
///
/// **Threads:** immutable.
/// **Limits:** [#BYTES_MAX].
public final class AnswerHead {
    /// The most bytes that status line and fields may have.
    public static final int BYTES_MAX = 8 * 1024;

    private final int status;
    private final byte[] lines;
    private final Delimiter delimiter;

    /// How the client finds the end of the body.
    public enum Delimiter {
        /// By Content-Length, or there is no body.
        LENGTH,
        /// By the last chunk.
        LAST_CHUNK,
        /// By the end of the connection: HTTP/1.0 knows no chunks.
        CONNECTION_END
    }

    private AnswerHead(int status, byte[] lines, Delimiter delimiter) {
        this.status = status;
        this.lines = lines;
        this.delimiter = delimiter;
    }

    /// Encodes status and fields.
    ///
    /// @param fields whole lines with their line ends, checked already
    public static AnswerHead of(int status, String fields, Delimiter delimiter) {
        String text = "HTTP/1.1 " + status + " " + Status.reason(status) + "\r\n" + fields;
        return new AnswerHead(status, text.getBytes(StandardCharsets.ISO_8859_1), delimiter);
    }

    /// Its status.
    public int status() {
        return status;
    }

    /// Whether the body is sent in chunks.
    public boolean isChunked() {
        return delimiter == Delimiter.LAST_CHUNK;
    }

    /// Whether only the end of the connection ends the body.
    public boolean endsWithConnection() {
        return delimiter == Delimiter.CONNECTION_END;
    }

    /// Room that [#put] needs, in bytes.
    public int bytesMax() {
        return lines.length + Answer.ADDED_BYTES;
    }

    /// Encodes the head at the buffer's position; there must be [#bytesMax] of room.
    ///
    /// @param date a whole line, of [ExchangeStream#dateField]
    /// @param persistence whole lines, of [ExchangeStream#persistenceLines]
    public void put(ByteBuffer out, byte[] date, byte[] persistence) {
        Answer.endHead(out.put(lines), date, persistence);
    }
}
