package dev.weir.http.codec;

import java.nio.ByteBuffer;

/// The versions of HTTP this codec speaks.
///
/// **Threads:** immutable.
/// **Source:** RFC 9112 section 2.3.
public enum HttpVersion {
    /// HTTP/1.0: closes after each exchange unless asked not to, knows no chunks.
    HTTP_1_0,
    /// HTTP/1.1, and what calls itself a later minor version of it (RFC 9110 section 2.5).
    HTTP_1_1;

    /// Length of `HTTP/1.1`.
    static final int BYTES = 8;

    private static final String PREFIX = "HTTP/";
    private static final long WORD_1_0 = Octets.word("HTTP/1.0");
    private static final long WORD_1_1 = Octets.word("HTTP/1.1");

    /// Tells whether the byte may stand at the index of a version, so that nonsense is refused at its first byte.
    static boolean mayHold(int index, byte octet) {
        return switch (index) {
            case 0, 1, 2, 3, 4 -> octet == PREFIX.charAt(index);
            case 6 -> octet == '.';
            default -> Octets.isDigit(octet);
        };
    }

    /// Whether a supported version lies at `from`; there are eight bytes to read.
    static boolean isAt(ByteBuffer bytes, int from) {
        long word = Octets.word(bytes, from, from + BYTES);
        return word == WORD_1_1 || word == WORD_1_0;
    }

    /// Whether the well-formed version at `from` is supported.
    static boolean isKnown(ByteBuffer bytes, int from) {
        return bytes.get(from + 5) == '1';
    }

    /// Names the version at `from`, which [#isKnown].
    static HttpVersion of(ByteBuffer bytes, int from) {
        return bytes.get(from + 7) == '0' ? HTTP_1_0 : HTTP_1_1;
    }
}
