package dev.weir.protocol.frame;

import java.nio.ByteBuffer;

/// Cuts a stream of bytes into frames that begin with their length: 32 bits, big endian, not counting themselves.
///
/// The body is never assembled here: each call hands out the part that is there, so that a frame larger
/// than any block can stream. After [#BODY] the caller takes [#available] bytes from the source before it
/// asks again.
///
/// **Threads:** confined to the connection it decodes.
/// **Waits:** never waits.
/// **Limits:** a frame has `bodyBytesMax` bytes at most; a longer one is refused before any memory is used for it.
/// **Fails:** never by exception: a length beyond the limit, or a negative one, makes this and every later call
/// return [#TOO_LARGE].
public final class LengthFrame {
    /// Bytes of the length in front of each frame.
    public static final int PREFIX_BYTES = 4;

    /// More input is needed.
    public static final int MORE = 0;

    /// A frame begins; [#length] says how long it is.
    public static final int BEGIN = 1;

    /// Part of the body is in the source, [#available] bytes of it.
    public static final int BODY = 2;

    /// The frame is complete.
    public static final int END = 3;

    /// The peer announced a frame beyond the limit.
    public static final int TOO_LARGE = 4;

    private enum Step {
        PREFIX,
        BODY,
        FAULT
    }

    private final int bodyBytesMax;
    private Step step = Step.PREFIX;
    private int prefixSeen;
    private int prefix;
    private int length;
    private int left;
    private int available;

    /// A decoder at the beginning of a frame.
    ///
    /// @param bodyBytesMax the longest body that is accepted, in bytes, at least 0
    public LengthFrame(int bodyBytesMax) {
        if (bodyBytesMax < 0) throw new IllegalArgumentException("bodyBytesMax must be 0 or more, was " + bodyBytesMax);
        this.bodyBytesMax = bodyBytesMax;
    }

    /// Decodes between position and limit: consumes the prefix, leaves the body to the caller.
    ///
    /// @return [#MORE], [#BEGIN], [#BODY], [#END] or [#TOO_LARGE]
    public int decode(ByteBuffer source) {
        return switch (step) {
            case PREFIX -> decodePrefix(source);
            case BODY -> decodeBody(source);
            case FAULT -> TOO_LARGE;
        };
    }

    /// The length of the body of the frame that began last, in bytes; after [#TOO_LARGE] the announced length,
    /// unsigned.
    public long length() {
        return Integer.toUnsignedLong(length);
    }

    /// How many bytes of the body stand at the source's position after [#BODY].
    public int available() {
        return available;
    }

    /// How many bytes of the prefix are still to come: all of it at a frame boundary, zero once the length is
    /// known.
    public int prefixLeft() {
        return step == Step.PREFIX ? PREFIX_BYTES - prefixSeen : 0;
    }

    /// How many bytes of the body are still to come; zero while its length is not known.
    public int bodyLeft() {
        return step == Step.BODY ? left : 0;
    }

    /// Skips complete frames, starting at a frame boundary, to find a partial one behind them; consumes nothing.
    ///
    /// @param from where a frame begins in `source`, whatever its position is
    /// @return the length of the last frame when only a part of its body is there; else zero
    public int partialFrameLength(ByteBuffer source, int from) {
        int at = from;
        int end = source.limit();
        while (end - at > PREFIX_BYTES) {
            int next = 0;
            for (int i = 0; i < PREFIX_BYTES; i++) next = (next << 8) | (source.get(at + i) & 0xFF);
            if (next < 0 || next > bodyBytesMax) return 0;
            at += PREFIX_BYTES;
            if (next > end - at) return next;
            at += next;
        }
        return 0;
    }

    /// Whether no byte of the next frame has been read: the stream may end here.
    public boolean isAtBoundary() {
        return step == Step.PREFIX && prefixSeen == 0;
    }

    /// Writes the prefix of a frame.
    ///
    /// @param target has room for [#PREFIX_BYTES] bytes behind its position
    /// @param bodyBytes the length of the body
    public static void encodePrefix(ByteBuffer target, int bodyBytes) {
        if (bodyBytes < 0) throw new IllegalArgumentException("bodyBytes must be 0 or more, was " + bodyBytes);
        for (int shift = 24; shift >= 0; shift -= 8) target.put((byte) (bodyBytes >>> shift));
    }

    private int decodePrefix(ByteBuffer source) {
        while (prefixSeen < PREFIX_BYTES) {
            if (!source.hasRemaining()) return MORE;
            prefix = (prefix << 8) | (source.get() & 0xFF);
            prefixSeen++;
        }
        prefixSeen = 0;
        length = prefix;
        prefix = 0;
        if (length < 0 || length > bodyBytesMax) {
            step = Step.FAULT;
            return TOO_LARGE;
        }
        left = length;
        available = 0;
        step = Step.BODY;
        return BEGIN;
    }

    private int decodeBody(ByteBuffer source) {
        available = Math.min(left, source.remaining());
        left -= available;
        if (available > 0) return BODY;
        if (left > 0) return MORE;
        step = Step.PREFIX;
        return END;
    }
}
