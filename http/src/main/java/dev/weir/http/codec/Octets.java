package dev.weir.http.codec;

import java.nio.ByteBuffer;

/// Classes of bytes and fast runs over them. All tricks of this package live here.
///
/// A run looks at eight bytes at once: for a word `w`, `(w - n * ONES) & ~w & HIGHS` is not zero exactly when one
/// of
/// its
/// bytes is below `n` (n at most 128). Only "any of the eight" is asked, so the byte order of the buffer does not
/// matter; the byte that
/// stopped the run is then found one by one.
///
/// **Threads:** immutable.
final class Octets {
    static final byte TAB = '\t';
    static final byte LF = '\n';
    static final byte CR = '\r';
    static final byte SPACE = ' ';

    private static final int TOKEN = 1;
    private static final int TEXT = 2;
    private static final int TARGET = 4;
    private static final int HOST = 8;
    private static final byte[] CLASSES = classes();

    private static final int WORD = Long.BYTES;
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;

    private Octets() {}

    /// End of the run of token bytes that begins at `from`.
    static int tokenEnd(ByteBuffer bytes, int from, int end) {
        int at = from;
        while (at < end && isToken(bytes.get(at))) {
            at++;
        }
        return at;
    }

    /// End of the run of bytes a field value may hold: tab, space, visible and obs-text.
    static int textEnd(ByteBuffer bytes, int from, int end) {
        int at = from;
        while (at < end) {
            while (end - at >= WORD && isPlainText(bytes.getLong(at))) {
                at += WORD;
            }
            int stop = Math.min(end, at + WORD);
            while (at < stop && is(bytes.get(at), TEXT)) {
                at++;
            }
            if (at < stop) {
                return at;
            }
        }
        return at;
    }

    /// End of the run of bytes a request target may hold: visible ASCII without `#`.
    static int targetEnd(ByteBuffer bytes, int from, int end) {
        int at = from;
        while (end - at >= WORD && isPlainTarget(bytes.getLong(at))) {
            at += WORD;
        }
        while (at < end && is(bytes.get(at), TARGET)) {
            at++;
        }
        return at;
    }

    private static boolean isPlainText(long word) {
        return (below(word, 0x20) | holds(word, 0x7f)) == 0;
    }

    private static boolean isPlainTarget(long word) {
        return ((word & HIGHS) | below(word, 0x21) | holds(word, 0x7f) | holds(word, '#')) == 0;
    }

    private static long below(long word, int bound) {
        return (word - bound * ONES) & ~word & HIGHS;
    }

    private static long holds(long word, int octet) {
        return below(word ^ (octet * ONES), 1);
    }

    static boolean isToken(byte octet) {
        return is(octet, TOKEN);
    }

    static boolean isText(byte octet) {
        return is(octet, TEXT);
    }

    static boolean isHostName(byte octet) {
        return is(octet, HOST);
    }

    static boolean isDigit(byte octet) {
        return octet >= '0' && octet <= '9';
    }

    static boolean isBlank(byte octet) {
        return octet == SPACE || octet == TAB;
    }

    /// Value of a hexadecimal digit, or -1.
    static int hex(byte octet) {
        if (isDigit(octet)) {
            return octet - '0';
        }
        byte lower = lower(octet);
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }

    static byte lower(byte octet) {
        return octet >= 'A' && octet <= 'Z' ? (byte) (octet | 0x20) : octet;
    }

    static boolean equal(ByteBuffer bytes, int from, int to, String text) {
        if (to - from != text.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (bytes.get(from + i) != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /// Compares without regard to ASCII case.
    ///
    /// @param lowerCase what to compare with, in lower case
    static boolean equalAnyCase(ByteBuffer bytes, int from, int to, String lowerCase) {
        return to - from == lowerCase.length() && startsAnyCase(bytes, from, to, lowerCase);
    }

    static boolean startsAnyCase(ByteBuffer bytes, int from, int to, String lowerCase) {
        if (to - from < lowerCase.length()) {
            return false;
        }
        for (int i = 0; i < lowerCase.length(); i++) {
            if (lower(bytes.get(from + i)) != lowerCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /// Compares two ranges of one buffer without regard to ASCII case.
    static boolean sameAnyCase(ByteBuffer bytes, int left, int right, int length) {
        for (int i = 0; i < length; i++) {
            if (lower(bytes.get(left + i)) != lower(bytes.get(right + i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean is(byte octet, int set) {
        return (CLASSES[octet & 0xff] & set) != 0;
    }

    private static byte[] classes() {
        byte[] table = new byte[256];
        for (int octet = 0; octet < 256; octet++) {
            boolean visible = octet > 0x20 && octet < 0x7f;
            boolean alphanumeric = octet < 0x80 && Character.isLetterOrDigit(octet);
            int set = 0;
            set |= alphanumeric || among(octet, "!#$%&'*+-.^_`|~") ? TOKEN : 0;
            set |= visible || octet == TAB || octet == SPACE || octet > 0x7f ? TEXT : 0;
            set |= visible && octet != '#' ? TARGET : 0;
            set |= alphanumeric || among(octet, "-._~!$&'()*+;=") ? HOST : 0;
            table[octet] = (byte) set;
        }
        return table;
    }

    private static boolean among(int octet, String set) {
        return set.indexOf(octet) >= 0;
    }
}
