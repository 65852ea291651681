package dev.weir.http.codec;

/// A whole field that we add to many heads: its name, its value, and both as the line that HTTP/1 writes.
///
/// **Threads:** immutable, unless it was made over bytes that somebody changes: then confined to that one's loop.
/// **Fails:** `IllegalArgumentException` for text that is not a field.
public final class FieldLine {
    private static final int SEPARATOR = 2;
    private static final int LINE_END = 2;

    private final byte[] line;
    private final int nameTo;

    private FieldLine(byte[] line, int nameTo) {
        this.line = line;
        this.nameTo = nameTo;
    }

    /// Makes a field, for constants.
    ///
    /// @param name  a token
    /// @param value ASCII without controls
    public static FieldLine of(String name, String value) {
        for (int i = 0; i < value.length(); i++) {
            if (!Octets.isText((byte) value.charAt(i))) {
                throw new IllegalArgumentException("a value may not hold control characters");
            }
        }
        return new FieldLine(
                HeadEncoder.ascii(name + ": " + value + "\r\n"),
                FieldName.of(name).length());
    }

    /// Makes a field of a line whose value may be changed in place, its length staying as it is.
    ///
    /// @param name as the line has it
    /// @param line kept: name, colon, space, value, line end
    public static FieldLine over(String name, byte[] line) {
        return new FieldLine(line, FieldName.of(name).length());
    }

    /// The line with its line end; the name lies in `[0, nameTo)`.
    ///
    /// @return lent, not to be changed
    public byte[] bytes() {
        return line;
    }

    /// Where the name ends in [#bytes].
    public int nameTo() {
        return nameTo;
    }

    /// Where the value begins in [#bytes].
    public int valueFrom() {
        return nameTo + SEPARATOR;
    }

    /// Where the value ends in [#bytes].
    public int valueTo() {
        return line.length - LINE_END;
    }
}
