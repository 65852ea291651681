package dev.weir.protocol;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Supplier;

/// The framings that most protocols over TCP use: a length in front, a delimiter behind, or one length for all.
///
/// **Threads:** immutable.
/// **Waits:** never waits.
/// **Limits:** a length counts the body only. A limit that the length cannot express is refused here, not at
/// the first long message.
public final class Frames implements Protocol {
    private final Supplier<Decoder> decoders;
    private final Encoder encoder;
    private final Correlation correlation;
    private final int bodyBytesMax;

    private Frames(Supplier<Decoder> decoders, Encoder encoder, Correlation correlation, int bodyBytesMax) {
        this.decoders = decoders;
        this.encoder = encoder;
        this.correlation = correlation;
        this.bodyBytesMax = bodyBytesMax;
    }

    /// A length of one byte in front of each body.
    public static Frames length8() {
        return length(LengthField.BITS_8, LengthField.BITS_8.lengthMax());
    }

    /// A length of 16 bits in front of each body, big endian.
    ///
    /// @param bodyBytesMax the longest body, in bytes, at most 65,535
    public static Frames length16(int bodyBytesMax) {
        return length16(bodyBytesMax, ByteOrder.BIG_ENDIAN);
    }

    /// A length of 16 bits in front of each body.
    ///
    /// @param bodyBytesMax the longest body, in bytes, at most 65,535
    public static Frames length16(int bodyBytesMax, ByteOrder order) {
        boolean isBig = order == ByteOrder.BIG_ENDIAN;
        return length(isBig ? LengthField.BITS_16 : LengthField.BITS_16_LITTLE_ENDIAN, bodyBytesMax);
    }

    /// A length of 32 bits in front of each body, big endian.
    ///
    /// @param bodyBytesMax the longest body, in bytes
    public static Frames length32(int bodyBytesMax) {
        return length32(bodyBytesMax, ByteOrder.BIG_ENDIAN);
    }

    /// A length of 32 bits in front of each body.
    ///
    /// @param bodyBytesMax the longest body, in bytes
    public static Frames length32(int bodyBytesMax, ByteOrder order) {
        boolean isBig = order == ByteOrder.BIG_ENDIAN;
        return length(isBig ? LengthField.BITS_32 : LengthField.BITS_32_LITTLE_ENDIAN, bodyBytesMax);
    }

    /// A length of one to five bytes, seven bits in each, in front of each body.
    ///
    /// @param bodyBytesMax the longest body, in bytes
    public static Frames varint(int bodyBytesMax) {
        return length(LengthField.VARINT, bodyBytesMax);
    }

    /// Bodies of one length, with nothing around them.
    ///
    /// @param bodyBytes the length of each, at least 1
    public static Frames fixed(int bodyBytes) {
        if (bodyBytes < 1) throw new IllegalArgumentException("bodyBytes must be at least 1, was " + bodyBytes);
        return new Frames(() -> new FixedFrame(bodyBytes), new FixedEncoder(bodyBytes), Correlation.NONE, bodyBytes);
    }

    /// Bodies that each end with a delimiter, which none of them contains.
    ///
    /// @param delimiter at least one byte; copied
    /// @param bodyBytesMax the longest body, in bytes, without the delimiter
    public static Frames delimited(byte[] delimiter, int bodyBytesMax) {
        requireMax(bodyBytesMax, Integer.MAX_VALUE);
        var end = new Delimiter(delimiter);
        return new Frames(
                () -> new DelimiterFrame(end, bodyBytesMax), new DelimiterEncoder(end), Correlation.NONE, bodyBytesMax);
    }

    /// The same, with an id in each body: many exchanges at once over one connection.
    public Frames withCorrelation(Correlation where) {
        if (where.bodyBytesMin() > bodyBytesMax) {
            throw new IllegalArgumentException("an id that ends at byte " + where.bodyBytesMin()
                    + " has no room in a body of " + bodyBytesMax + " bytes");
        }
        return new Frames(decoders, encoder, where, bodyBytesMax);
    }

    @Override
    public Decoder decoder() {
        return decoders.get();
    }

    @Override
    public Encoder encoder() {
        return encoder;
    }

    @Override
    public Correlation correlation() {
        return correlation;
    }

    @Override
    public int bodyBytesMax() {
        return bodyBytesMax;
    }

    private static Frames length(LengthField field, int bodyBytesMax) {
        requireMax(bodyBytesMax, field.lengthMax());
        return new Frames(() -> new LengthFrame(field, bodyBytesMax), field, Correlation.NONE, bodyBytesMax);
    }

    private static void requireMax(int bodyBytesMax, int most) {
        if (bodyBytesMax < 0 || bodyBytesMax > most) {
            throw new IllegalArgumentException("bodyBytesMax must be in 0.." + most + ", was " + bodyBytesMax);
        }
    }

    private record FixedEncoder(int bodyBytes) implements Encoder {
        @Override
        public int headBytes(int bytes) {
            if (bytes != bodyBytes) {
                throw new IllegalArgumentException("each body has " + bodyBytes + " bytes, this one has " + bytes);
            }
            return 0;
        }

        @Override
        public void encodeHead(ByteBuffer target, int bytes) {
            int _ = headBytes(bytes);
        }
    }

    private record DelimiterEncoder(Delimiter delimiter) implements Encoder {
        @Override
        public int headBytes(int bodyBytes) {
            return 0;
        }

        @Override
        public void encodeHead(ByteBuffer target, int bodyBytes) {}

        @Override
        public int trailerBytes() {
            return delimiter.length();
        }

        @Override
        public void encodeTrailer(ByteBuffer target) {
            for (int i = 0; i < delimiter.length(); i++) target.put(delimiter.at(i));
        }

        @Override
        public void requireBody(ByteBuffer body) {
            int matched = 0;
            int bytes = body.remaining() + delimiter.length() - 1; // what ends the body may begin in it
            for (int i = 0; i < bytes; i++) {
                int at = i - body.remaining();
                matched = delimiter.next(matched, at < 0 ? body.get(body.position() + i) : delimiter.at(at));
                if (matched == delimiter.length()) {
                    throw new IllegalArgumentException("a body contains the delimiter, which would end it at byte "
                            + (i + 1 - delimiter.length()));
                }
            }
        }
    }
}
