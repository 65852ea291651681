package dev.weir.http.codec;

/// How much a head, or a trailer section, may hold.
///
/// **Threads:** immutable.
/// **Limits:** a longer request line is 414, a longer head or more fields 431.
///
/// @param bytesMax  bytes of the head, from its first byte to the last of its empty line, at least 64
/// @param fieldsMax fields of the head, at least 1
public record HeadLimits(int bytesMax, int fieldsMax) {
    /// 16 KiB and 100 fields.
    public static final HeadLimits DEFAULT = new HeadLimits(16 * 1024, 100);

    /// Refuses limits nothing can meet.
    public HeadLimits {
        if (bytesMax < 64) {
            throw new IllegalArgumentException("bytesMax must be at least 64, was " + bytesMax);
        }
        if (fieldsMax < 1) {
            throw new IllegalArgumentException("fieldsMax must be at least 1, was " + fieldsMax);
        }
    }
}
