package dev.weir.http.codec;

import java.nio.ByteBuffer;

/// Frames data as chunks, in the room left around it.
///
/// **Threads:** immutable.
/// **Source:** RFC 9112 section 7.1.
public final class ChunkEncoder {
    /// Room to leave before the data: the longest size line of data in one buffer.
    public static final int BEFORE_BYTES = 10;
    /// Room to leave behind the data.
    public static final int BEHIND_BYTES = 2;
    /// Size of what [#end] writes.
    public static final int END_BYTES = 5;

    private ChunkEncoder() {}

    /// Frames the data from `from` to `to` as one chunk: a size line before it, CR LF behind it at `to`.
    ///
    /// @param bytes lent; its limit must leave [#BEHIND_BYTES] after `to`
    /// @param from  index of the first byte of data, at least [#BEFORE_BYTES]
    /// @param to    end of the data, exclusive; more than `from`, for an empty chunk would end the body
    /// @return index of the chunk's first byte; its end is `to + BEHIND_BYTES`
    public static int frame(ByteBuffer bytes, int from, int to) {
        if (to <= from) {
            throw new IllegalArgumentException("a chunk needs data, had " + (to - from) + " bytes");
        }
        putLineEnd(bytes, to);
        return putSize(bytes, from - sizeLineBytes(to - from), to - from);
    }

    /// Writes the last chunk without trailers.
    ///
    /// @param bytes lent; its limit must leave [#END_BYTES] after `at`
    /// @param at    index to write at
    /// @return the index behind it
    public static int end(ByteBuffer bytes, int at) {
        putSize(bytes, at, 0);
        putLineEnd(bytes, at + 3);
        return at + END_BYTES;
    }

    /// Length of the canonical size line: lower-case digits without leading zeros, and CR LF.
    static int sizeLineBytes(long size) {
        int bits = Long.SIZE - Long.numberOfLeadingZeros(size | 1);
        return (bits + 3) / 4 + 2;
    }

    /// Writes the canonical size line at `at` and returns `at`.
    static int putSize(ByteBuffer bytes, int at, long size) {
        int digitsTo = at + sizeLineBytes(size) - 2;
        long rest = size;
        for (int digit = digitsTo - 1; digit >= at; digit--) {
            bytes.put(digit, (byte) Character.forDigit((int) (rest & 15), 16));
            rest >>>= 4;
        }
        putLineEnd(bytes, digitsTo);
        return at;
    }

    private static void putLineEnd(ByteBuffer bytes, int at) {
        bytes.put(at, Octets.CR);
        bytes.put(at + 1, Octets.LF);
    }
}
