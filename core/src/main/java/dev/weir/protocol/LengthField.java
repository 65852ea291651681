package dev.weir.protocol;

import java.nio.ByteBuffer;

/// How the length in front of a body is written. It does not count itself.
///
/// **Threads:** immutable.
public enum LengthField implements Encoder {
    /// One byte.
    BITS_8(1, true),
    /// Two bytes, the high one first.
    BITS_16(2, true),
    /// Two bytes, the low one first.
    BITS_16_LITTLE_ENDIAN(2, false),
    /// Four bytes, the highest first.
    BITS_32(4, true),
    /// Four bytes, the lowest first.
    BITS_32_LITTLE_ENDIAN(4, false),
    /// One to five bytes of seven bits each, the lowest first; all but the last have their high bit set.
    VARINT(5, false);

    private final int bytesMax;
    private final boolean isBigEndian;

    LengthField(int bytesMax, boolean isBigEndian) {
        this.bytesMax = bytesMax;
        this.isBigEndian = isBigEndian;
    }

    /// How many bytes it has at most.
    public int bytesMax() {
        return bytesMax;
    }

    /// How many bytes it has at least.
    public int bytesMin() {
        return this == VARINT ? 1 : bytesMax;
    }

    /// The longest body it can announce and a buffer can hold, in bytes.
    public int lengthMax() {
        return bytesMax >= 4 ? Integer.MAX_VALUE : (1 << (8 * bytesMax)) - 1;
    }

    @Override
    public int headBytes(int bodyBytes) {
        requireLength(bodyBytes);
        if (this != VARINT) return bytesMax;
        return Math.max(1, (Integer.SIZE - Integer.numberOfLeadingZeros(bodyBytes) + 6) / 7);
    }

    @Override
    public void encodeHead(ByteBuffer target, int bodyBytes) {
        int bytes = headBytes(bodyBytes);
        for (int i = 0; i < bytes; i++) {
            if (this != VARINT) target.put((byte) (bodyBytes >>> (8 * (isBigEndian ? bytes - 1 - i : i))));
            else target.put((byte) (((bodyBytes >>> (7 * i)) & 0x7F) | (i < bytes - 1 ? 0x80 : 0)));
        }
    }

    // ---- for the decoder

    /// The length so far, with one more byte of it.
    long add(long soFar, int index, int next) {
        if (this == VARINT) return soFar | ((next & 0x7FL) << (7 * index));
        return isBigEndian ? (soFar << 8) | next : soFar | ((long) next << (8 * index));
    }

    /// Whether the field ends with the byte `next` at `index`.
    boolean isLast(int index, int next) {
        return this == VARINT ? next < 0x80 : index == bytesMax - 1;
    }

    private void requireLength(int bodyBytes) {
        if (bodyBytes < 0 || bodyBytes > lengthMax()) {
            throw new IllegalArgumentException("bodyBytes must be in 0.." + lengthMax() + ", was " + bodyBytes);
        }
    }
}
