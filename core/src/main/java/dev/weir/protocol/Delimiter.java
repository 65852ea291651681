package dev.weir.protocol;

/// The bytes that end a frame, and how much of them a stream has shown.
///
/// **Threads:** immutable.
/// **Source:** Knuth, Morris, Pratt: Fast pattern matching in strings, 1977.
final class Delimiter {
    private final byte[] bytes;
    private final int[] shorter; // after i bytes that match: the longest beginning of the delimiter that they end with

    Delimiter(byte[] delimiter) {
        if (delimiter.length == 0) throw new IllegalArgumentException("a delimiter must have at least one byte");
        bytes = delimiter.clone();
        shorter = new int[bytes.length + 1];
        for (int i = 1; i < bytes.length; i++) shorter[i + 1] = next(shorter[i], bytes[i]);
    }

    int length() {
        return bytes.length;
    }

    byte at(int index) {
        return bytes[index];
    }

    /// How many bytes match after one more.
    ///
    /// @param matched how many did before it, in `[0, length())`
    int next(int matched, byte one) {
        int before = matched;
        while (before > 0 && bytes[before] != one) before = shorter[before];
        return bytes[before] == one ? before + 1 : 0;
    }
}
