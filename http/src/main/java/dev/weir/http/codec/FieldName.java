package dev.weir.http.codec;

/// The name of a field that we add, checked and encoded once.
///
/// **Threads:** immutable.
/// **Fails:** `IllegalArgumentException` for text that is not a token.
public final class FieldName {
    private static final String SEPARATOR = ": ";

    private final byte[] encoded;

    private FieldName(byte[] encoded) {
        this.encoded = encoded;
    }

    /// Makes a name, for constants.
    ///
    /// @param name a token
    /// @throws IllegalArgumentException if it is none
    public static FieldName of(String name) {
        byte[] encoded = HeadEncoder.ascii(name + SEPARATOR);
        boolean isToken = !name.isEmpty();
        for (int i = 0; i < name.length(); i++) isToken &= Octets.isToken(encoded[i]);
        if (!isToken) throw new IllegalArgumentException("a field name must be a token");
        return new FieldName(encoded);
    }

    /// Bytes of the name, from 0 to [#length], and behind them a colon and a space.
    ///
    /// @return lent, not to be changed
    public byte[] bytes() {
        return encoded;
    }

    /// How many bytes the name has.
    public int length() {
        return encoded.length - SEPARATOR.length();
    }
}
