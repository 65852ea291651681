package dev.weir.protocol;

import java.nio.ByteBuffer;

/// Where the id that joins a reply to its request stands in a body, big endian. Without an id a connection
/// carries one exchange at a time (exclusive); with one it carries many at once (multiplexed).
///
/// **Threads:** immutable.
///
/// @param at where the id begins in the body
/// @param bytes how long it is: 0, 4 or 8
public record Correlation(int at, int bytes) {
    /// There is no id.
    public static final Correlation NONE = new Correlation(0, 0);

    /// Refuses nonsense.
    public Correlation {
        if (at < 0) throw new IllegalArgumentException("at must be 0 or more, was " + at);
        if (bytes != 0 && bytes != 4 && bytes != 8) {
            throw new IllegalArgumentException("an id has 4 or 8 bytes, or 0 for none, not " + bytes);
        }
    }

    /// An id of 32 bits.
    public static Correlation id32(int at) {
        return new Correlation(at, 4);
    }

    /// An id of 64 bits.
    public static Correlation id64(int at) {
        return new Correlation(at, 8);
    }

    /// Whether a connection carries one exchange at a time.
    public boolean isExclusive() {
        return bytes == 0;
    }

    /// The shortest body that has an id.
    public int bodyBytesMin() {
        return isExclusive() ? 0 : Math.addExact(at, bytes);
    }

    /// Reads the id of a body; nothing is taken from it.
    ///
    /// @param body at least [#bodyBytesMin] bytes between position and limit
    /// @return of 32 bits, in the range of an unsigned one
    public long read(ByteBuffer body) {
        requireId(body);
        long id = 0;
        for (int i = 0; i < bytes; i++) id = (id << 8) | (body.get(body.position() + at + i) & 0xFF);
        return id;
    }

    /// Writes the id into a body; its position stays.
    ///
    /// @param body at least [#bodyBytesMin] bytes between position and limit
    /// @param id of 32 bits, in the range of an unsigned one
    public void write(ByteBuffer body, long id) {
        requireId(body);
        if (bytes == 4 && id >>> 32 != 0) throw new IllegalArgumentException("an id of 32 bits cannot be " + id);
        for (int i = 0; i < bytes; i++) {
            body.put(body.position() + at + i, (byte) (id >>> (8 * (bytes - 1 - i))));
        }
    }

    private void requireId(ByteBuffer body) {
        if (isExclusive()) {
            throw new IllegalStateException("this protocol has no ids: a connection carries one exchange at a time");
        }
        if (body.remaining() < bodyBytesMin()) {
            throw new IllegalArgumentException(
                    "a body of " + body.remaining() + " bytes has no id, which ends at byte " + bodyBytesMin());
        }
    }
}
