package dev.weir.http.server;

import dev.weir.http.codec.Status;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// The head of a handler's answer, encoded but for what the loop knows best: the date and the connection's fate.
///
/// **Threads:** immutable.
/// **Limits:** [#BYTES_MAX].
final class AnswerHead {
    static final int BYTES_MAX = 8 * 1024;

    private final int status;
    private final byte[] lines;
    private final Delimiter delimiter;

    /// How the client finds the end of the body.
    enum Delimiter {
        /// By its length, or because there is none.
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
    /// @param fields whole lines with their ends, checked already
    static AnswerHead of(int status, String fields, Delimiter delimiter) {
        String text = "HTTP/1.1 " + status + " " + Status.reason(status) + "\r\n" + fields;
        return new AnswerHead(status, text.getBytes(StandardCharsets.ISO_8859_1), delimiter);
    }

    int status() {
        return status;
    }

    boolean isChunked() {
        return delimiter == Delimiter.LAST_CHUNK;
    }

    boolean endsWithConnection() {
        return delimiter == Delimiter.CONNECTION_END;
    }

    int bytesMax() {
        return lines.length + Answer.ADDED_BYTES;
    }

    void put(ByteBuffer out, byte[] date, byte[] persistence) {
        Answer.endHead(out.put(lines), date, persistence);
    }
}
