package dev.weir.protocol;

import java.nio.ByteBuffer;

/// Cuts a stream of bytes into frames that begin with their length.
///
/// **Threads:** confined to the connection it decodes.
/// **Waits:** never waits.
/// **Limits:** a frame has `bodyBytesMax` bytes at most; a longer one is a fault before anything is kept for it.
/// **Fails:** never by exception: [#TOO_LARGE] is the answer to a length beyond the limit, whatever its sign
/// would be, and [#MALFORMED] to one that does not end; each stays the answer.
public final class LengthFrame implements Decoder {
    /// Bytes of a length of 32 bits in front of each frame.
    public static final int PREFIX_BYTES = 4;

    private enum Step {
        PREFIX,
        BODY,
        FAULT
    }

    private final LengthField field;
    private final int bodyBytesMax;
    private Step step = Step.PREFIX;
    private int prefixSeen;
    private long prefix;
    private long length;
    private int fault;
    private int left;
    private int available;

    /// A decoder at the beginning of a frame whose length has 32 bits, big endian.
    ///
    /// @param bodyBytesMax the longest body that is taken, in bytes, at least 0
    public LengthFrame(int bodyBytesMax) {
        this(LengthField.BITS_32, bodyBytesMax);
    }

    /// A decoder at the beginning of a frame.
    ///
    /// @param bodyBytesMax the longest body that is taken, in bytes, at least 0
    public LengthFrame(LengthField field, int bodyBytesMax) {
        if (bodyBytesMax < 0) throw new IllegalArgumentException("bodyBytesMax must be 0 or more, was " + bodyBytesMax);
        this.field = field;
        this.bodyBytesMax = bodyBytesMax;
    }

    @Override
    public int decode(ByteBuffer source) {
        return switch (step) {
            case PREFIX -> decodePrefix(source);
            case BODY -> decodeBody(source);
            case FAULT -> fault;
        };
    }

    /// The length of the body of the frame that began last, in bytes; after [#TOO_LARGE] the announced length,
    /// unsigned.
    @Override
    public long length() {
        return length;
    }

    @Override
    public int available() {
        return available;
    }

    /// How many bytes of the prefix are still to come at least, at a boundary all of it; zero once the length
    /// is known.
    public int prefixLeft() {
        return step == Step.PREFIX ? Math.max(1, field.bytesMin() - prefixSeen) : 0;
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
        while (true) {
            long next = 0;
            boolean isKnown = false;
            for (int i = 0; !isKnown; i++) {
                if (at >= end || i == field.bytesMax()) return 0;
                int one = source.get(at++) & 0xFF;
                next = field.add(next, i, one);
                isKnown = field.isLast(i, one);
            }
            if (next > bodyBytesMax || at == end) return 0;
            if (next > end - at) return (int) next;
            at += (int) next;
        }
    }

    @Override
    public boolean isAtBoundary() {
        return step == Step.PREFIX && prefixSeen == 0;
    }

    /// Writes the prefix of a frame whose length has 32 bits, big endian.
    ///
    /// @param target has room for [#PREFIX_BYTES] bytes behind its position
    /// @param bodyBytes the length of the body
    public static void encodePrefix(ByteBuffer target, int bodyBytes) {
        LengthField.BITS_32.encodeHead(target, bodyBytes);
    }

    private int decodePrefix(ByteBuffer source) {
        boolean isKnown = false;
        while (!isKnown) {
            if (prefixSeen == field.bytesMax()) return fail(MALFORMED);
            if (!source.hasRemaining()) return MORE;
            int next = source.get() & 0xFF;
            prefix = field.add(prefix, prefixSeen, next);
            isKnown = field.isLast(prefixSeen, next);
            prefixSeen++;
        }
        prefixSeen = 0;
        length = prefix;
        prefix = 0;
        if (length > bodyBytesMax) return fail(TOO_LARGE);
        left = (int) length;
        available = 0;
        step = Step.BODY;
        return BEGIN;
    }

    private int fail(int code) {
        fault = code;
        step = Step.FAULT;
        return code;
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
