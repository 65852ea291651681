package dev.weir.http.codec;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Decodes a chunk-size line; its extension is checked for control bytes and otherwise ignored.
///
/// **Threads:** confined to its decoder.
/// **Limits:** 4 KiB a line, 32 digits of it; over a body, extensions may outweigh the data by 8 KiB.
/// **Source:** RFC 9112 section 7.1; CVE-2023-39326, CVE-2025-55315.
final class ChunkLine {
    static final int MORE = 0;
    static final int DONE = 1;
    static final int FAULT = 2;

    private static final int BYTES_MAX = 4 * 1024;
    private static final int DIGITS_MAX = 32; // zeros in front of the longest size included
    private static final int OVERHEAD_BYTES_MAX = 8 * 1024;

    private enum State {
        DIGITS,
        BLANK,
        EXTENSION,
        LF
    }

    private State state = State.DIGITS;
    private int at;
    private long size;
    private long overhead;
    private @Nullable HttpFault fault;

    /// Makes ready for the first line of a body.
    void reset() {
        overhead = 0;
        fault = null;
        nextLine();
    }

    /// Makes ready for the next line of the same body.
    void nextLine() {
        state = State.DIGITS;
        at = 0;
        size = 0;
    }

    /// Size of the chunk in bytes.
    long size() {
        return size;
    }

    /// Length of the line, CR LF included.
    int lineBytes() {
        return at;
    }

    HttpFault fault() {
        if (fault == null) {
            throw new IllegalStateException("there is no fault");
        }
        return fault;
    }

    /// Goes on until the end of the line, a fault or the end of the bytes.
    ///
    /// @param base index of the line's first byte
    int next(ByteBuffer bytes, int base, int to) {
        int end = (int) Math.min(to, (long) base + BYTES_MAX);
        while (base + at < end) {
            byte octet = bytes.get(base + at);
            int step = switch (state) {
                case DIGITS -> digit(octet);
                case BLANK -> blank(octet);
                case EXTENSION -> extension(octet);
                case LF -> lineEnd(octet);
            };
            if (step != MORE) {
                return step;
            }
        }
        return at == BYTES_MAX ? refuse(HttpFault.CHUNK_LINE_TOO_LONG) : MORE;
    }

    private int digit(byte octet) {
        int value = Octets.hex(octet);
        if (value < 0) {
            return at == 0 ? refuse(HttpFault.BAD_CHUNK_SIZE) : afterDigits(octet);
        }
        if (size > Long.MAX_VALUE >> 4 || at == DIGITS_MAX) {
            return refuse(HttpFault.BAD_CHUNK_SIZE);
        }
        size = size << 4 | value;
        at++;
        return MORE;
    }

    private int afterDigits(byte octet) {
        return switch (octet) {
            case Octets.CR -> move(State.LF);
            case ';' -> move(State.EXTENSION);
            case Octets.SPACE, Octets.TAB -> move(State.BLANK);
            default -> refuse(HttpFault.BAD_CHUNK_SIZE);
        };
    }

    /// White space after the size means nothing, and some servers send it.
    private int blank(byte octet) {
        if (octet == ';') {
            return move(State.EXTENSION);
        }
        if (octet == Octets.CR) {
            return move(State.LF);
        }
        return Octets.isBlank(octet) ? move(State.BLANK) : refuse(HttpFault.BAD_CHUNK_SIZE);
    }

    private int extension(byte octet) {
        if (octet == Octets.CR) {
            return move(State.LF);
        }
        return Octets.isText(octet) ? move(State.EXTENSION) : refuse(HttpFault.BAD_CHUNK_SIZE);
    }

    private int lineEnd(byte octet) {
        if (octet != Octets.LF) {
            return refuse(HttpFault.BAD_LINE_END);
        }
        at++;
        overhead = Math.max(0, overhead - size);
        return overhead > OVERHEAD_BYTES_MAX ? refuse(HttpFault.CHUNK_OVERHEAD) : DONE;
    }

    private int move(State next) {
        state = next;
        at++;
        // Why: digits do not count, though they may be leading zeros: some servers write all sizes with eight.
        if (next != State.LF) overhead++;
        return MORE;
    }

    private int refuse(HttpFault why) {
        fault = why;
        return FAULT;
    }
}
