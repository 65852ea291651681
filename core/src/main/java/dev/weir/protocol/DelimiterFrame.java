package dev.weir.protocol;

import java.nio.ByteBuffer;

/// Cuts a stream of bytes into frames that each end with a delimiter: a line feed, say. The delimiter is handed out
/// with the body, as its last [#trailerBytes] bytes, since its beginning may look like a part of the body.
///
/// **Threads:** confined to the connection it decodes.
/// **Waits:** never waits.
/// **Limits:** a body has `bodyBytesMax` bytes at most, without the delimiter. The part that goes beyond is not
/// handed out.
final class DelimiterFrame implements Decoder {
    private final Delimiter delimiter;
    private final int bodyBytesMax;
    private boolean isBegun;
    private boolean isTooLarge;
    private int matched;
    private long seen; // of the frame, with what has come of the delimiter
    private long length;
    private int available;

    /// A decoder at the beginning of a frame.
    ///
    /// @param bodyBytesMax the longest body that is taken, in bytes, at least 0
    DelimiterFrame(Delimiter delimiter, int bodyBytesMax) {
        this.delimiter = delimiter;
        this.bodyBytesMax = bodyBytesMax;
    }

    @Override
    public int decode(ByteBuffer source) {
        if (isTooLarge) return TOO_LARGE;
        if (matched == delimiter.length()) {
            matched = 0;
            isBegun = false;
            return END;
        }
        if (!source.hasRemaining()) return MORE;
        if (!isBegun) {
            isBegun = true;
            seen = 0;
            length = 0;
            return BEGIN;
        }
        return decodeBody(source);
    }

    private int decodeBody(ByteBuffer source) {
        int at = source.position();
        while (at < source.limit() && matched < delimiter.length()) {
            matched = delimiter.next(matched, source.get(at++));
            seen++;
            length = seen - matched;
            if (length > bodyBytesMax) {
                isTooLarge = true;
                return TOO_LARGE;
            }
        }
        available = at - source.position();
        return BODY;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public int available() {
        return available;
    }

    @Override
    public int trailerBytes() {
        return delimiter.length();
    }

    @Override
    public boolean isAtBoundary() {
        return !isBegun;
    }
}
