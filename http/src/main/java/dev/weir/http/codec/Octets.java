package dev.weir.http.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Classes of bytes, and fast searches for the end of a run of them. All bit tricks of this package live here.
///
/// A run looks at eight bytes at once, the first of them lowest: for a word `w`, `(w - n * ONES) & ~w & HIGHS`
/// marks the bytes below `n` (n at most 128). A mark may be false only above a true one, so the lowest is the
/// byte that stops the run, and the bytes of a run are never looked at one by one. Words may reach beyond the
/// end of a run into the rest of the block; what they find there does not count. Names are compared by words
/// too.
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

    /// How many bytes a word has.
    static final int WORD = Long.BYTES;

    // Why: lowest first whatever the order of the buffer is, so that counting trailing zeros finds the first mark.
    private static final VarHandle WORDS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
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
        int last = bytes.limit() - WORD;
        while (at < end && at <= last) {
            int run = before(notText((long) WORDS.get(bytes, at)));
            at += run;
            if (run == WORD) continue;
            if (at >= end || bytes.get(at) != TAB) return Math.min(at, end);
            at++;
        }
        while (at < end && is(bytes.get(at), TEXT)) {
            at++;
        }
        return Math.min(at, end);
    }

    /// End of the run of bytes a request target may hold: visible ASCII without `#`.
    static int targetEnd(ByteBuffer bytes, int from, int end) {
        int at = from;
        int last = bytes.limit() - WORD;
        while (at < end && at <= last) {
            int run = before(notTarget((long) WORDS.get(bytes, at)));
            at += run;
            if (run < WORD) return Math.min(at, end);
        }
        while (at < end && is(bytes.get(at), TARGET)) {
            at++;
        }
        return Math.min(at, end);
    }

    /// The index of the first such byte in `[from, end)`; `end` when there is none.
    static int find(ByteBuffer bytes, int from, int end, char octet) {
        int at = from;
        int last = bytes.limit() - WORD;
        while (at < end && at <= last) {
            int run = before(holds((long) WORDS.get(bytes, at), octet));
            at += run;
            if (run < WORD) return Math.min(at, end);
        }
        while (at < end && bytes.get(at) != octet) {
            at++;
        }
        return Math.min(at, end);
    }

    /// The first eight bytes of a range, the first lowest; zero where the range has none.
    static long word(ByteBuffer bytes, int from, int to) {
        int length = Math.min(WORD, to - from);
        if (bytes.limit() - from >= WORD) {
            // Why: a shift by 64 shifts nothing; a range of no bytes has no word.
            return length == 0 ? 0 : (long) WORDS.get(bytes, from) & (-1L >>> (64 - 8 * length));
        }
        long word = 0;
        for (int i = length - 1; i >= 0; i--) word = word << 8 | (bytes.get(from + i) & 0xff);
        return word;
    }

    /// The word of a text of at most eight ASCII letters, or of the first eight.
    static long word(String text) {
        long word = 0;
        for (int i = Math.min(WORD, text.length()) - 1; i >= 0; i--) word = word << 8 | text.charAt(i);
        return word;
    }

    /// A word with its ASCII letters in lower case; no other byte changes.
    static long lower(long word) {
        long low = word & ~HIGHS;
        long fromA = low + (0x80 - 'A') * ONES;
        long aboveZ = low + (0x7f - 'Z') * ONES;
        long upper = (fromA ^ aboveZ) & ~word & HIGHS;
        return word | (upper >>> 2);
    }

    /// How many bytes of a word come before the first mark.
    private static int before(long marks) {
        return Long.numberOfTrailingZeros(marks) >>> 3;
    }

    private static long notText(long word) {
        return below(word, 0x20) | holds(word, 0x7f);
    }

    private static long notTarget(long word) {
        return (word & HIGHS) | below(word, 0x21) | holds(word, 0x7f) | holds(word, '#');
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
