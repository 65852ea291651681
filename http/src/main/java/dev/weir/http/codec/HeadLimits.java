package dev.weir.http.codec;

/// How much a head, or a trailer section, may hold.
///
/// **Threads:** immutable.
/// **Limits:** a longer request line is 414, a longer head or more fields 431.
///
/// @param bytesMax  bytes of the head, from its first byte to the last of its empty line, at least 64 and at most
///     [#BYTES_MAX]
/// @param fieldsMax fields of the head, at least 1
public record HeadLimits(int bytesMax, int fieldsMax) {
    /// The largest head there can be, 64 KiB: positions in it have 16 bits, and its end has no position.
    public static final int BYTES_MAX = 64 * 1024;

    /// 16 KiB and 100 fields.
    public static final HeadLimits DEFAULT = new HeadLimits(16 * 1024, 100);

    /// The limits of a trailer section behind such a head: 16 KiB at most, because it is read beside its body.
    public HeadLimits ofTrailers() {
        return bytesMax <= DEFAULT.bytesMax ? this : new HeadLimits(DEFAULT.bytesMax, fieldsMax);
    }

    /// Heap bytes of the places for all fields of one head.
    public long fieldsBytes() {
        return (long) fieldsMax * Fields.BYTES_EACH;
    }

    /// Refuses limits nothing can meet.
    public HeadLimits {
        if (bytesMax < 64) {
            throw new IllegalArgumentException("bytesMax must be at least 64, was " + bytesMax);
        }
        if (bytesMax > BYTES_MAX) {
            throw new IllegalArgumentException("bytesMax must be at most " + BYTES_MAX + ", was " + bytesMax);
        }
        if (fieldsMax < 1) {
            throw new IllegalArgumentException("fieldsMax must be at least 1, was " + fieldsMax);
        }
    }
}
