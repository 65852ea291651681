package dev.weir.protocol;

import java.nio.ByteBuffer;

/// Cuts a stream of bytes into frames that all have one length, with nothing around them.
///
/// **Threads:** confined to the connection it decodes.
/// **Waits:** never waits.
final class FixedFrame implements Decoder {
    private final int bodyBytes;
    private boolean isBegun;
    private int left;
    private int available;

    /// A decoder at the beginning of a frame.
    ///
    /// @param bodyBytes the length of each frame, in bytes, at least 1
    FixedFrame(int bodyBytes) {
        this.bodyBytes = bodyBytes;
    }

    @Override
    public int decode(ByteBuffer source) {
        if (isBegun && left == 0) {
            isBegun = false;
            return END;
        }
        if (!source.hasRemaining()) return MORE;
        if (!isBegun) {
            isBegun = true;
            left = bodyBytes;
            return BEGIN;
        }
        available = Math.min(left, source.remaining());
        left -= available;
        return BODY;
    }

    @Override
    public long length() {
        return bodyBytes;
    }

    @Override
    public int available() {
        return available;
    }

    @Override
    public boolean isAtBoundary() {
        return !isBegun;
    }
}
