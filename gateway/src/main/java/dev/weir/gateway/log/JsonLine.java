package dev.weir.gateway.log;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Writes JSON objects into a block, one for each line, and allocates nothing.
///
/// Bytes outside of printable ASCII are written as escapes of four hexadecimal digits, as if they were
/// ISO-8859-1. So no input of a client can break a line, and the original bytes can be restored.
///
/// **Threads:** confined to its loop.
final class JsonLine {
    /// The most bytes that one byte of text becomes.
    static final int ESCAPED_BYTES_MAX = 6;

    /// The length of a timestamp in bytes.
    static final int TIMESTAMP_BYTES = "2026-11-20T10:33:00.123Z".length();

    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};
    private static final long DAY_MILLIS = 86_400_000;
    private static final int NUMBER_BYTES_MAX = 20;

    private final byte[] digits = new byte[NUMBER_BYTES_MAX];
    private @Nullable ByteBuffer out;
    private boolean first;

    /// Begins an object at the position of `block`, which must have room for all of it.
    void begin(ByteBuffer block) {
        out = block;
        first = true;
        block.put((byte) '{');
    }

    /// Ends object and line.
    void end() {
        room().put((byte) '}').put((byte) '\n');
        out = null;
    }

    /// A text in bytes; null when it is empty.
    void text(String key, byte[] bytes, int from, int to) {
        key(key);
        if (from == to) {
            ascii("null");
            return;
        }
        ByteBuffer block = room();
        block.put((byte) '"');
        for (int i = from; i < to; i++) escaped(block, bytes[i]);
        block.put((byte) '"');
    }

    /// A text of Latin-1 characters; null when it is empty.
    void text(String key, String characters) {
        key(key);
        if (characters.isEmpty()) {
            ascii("null");
            return;
        }
        ByteBuffer block = room();
        block.put((byte) '"');
        for (int i = 0; i < characters.length(); i++) escaped(block, (byte) characters.charAt(i));
        block.put((byte) '"');
    }

    /// An address and a port, as `192.0.2.1:4711` or `[2001:db8::1]:4711`.
    void peer(String key, byte[] address, int port) {
        key(key);
        ByteBuffer block = room();
        boolean isV6 = false;
        for (byte one : address) isV6 |= one == ':';
        block.put((byte) '"');
        if (isV6) block.put((byte) '[');
        for (byte one : address) escaped(block, one);
        if (isV6) block.put((byte) ']');
        block.put((byte) ':');
        digits(port);
        block.put((byte) '"');
    }

    /// Two letters.
    void letters(String key, char one, char two) {
        key(key);
        ByteBuffer block = room();
        block.put((byte) '"').put((byte) one).put((byte) two).put((byte) '"');
    }

    /// A null value.
    void nullValue(String key) {
        key(key);
        ascii("null");
    }

    /// True or false.
    void bool(String key, boolean value) {
        key(key);
        ascii(value ? "true" : "false");
    }

    /// A whole number; a negative one is written as 0, because no value here can be negative.
    void number(String key, long value) {
        key(key);
        digits(Math.max(0, value));
    }

    private void digits(long value) {
        long left = value;
        int at = digits.length;
        do {
            digits[--at] = (byte) ('0' + left % 10);
            left /= 10;
        } while (left != 0);
        room().put(digits, at, digits.length - at);
    }

    /// Nanoseconds as microseconds.
    void micros(String key, long nanos) {
        number(key, nanos / 1_000);
    }

    /// A timestamp in ISO 8601, UTC, with milliseconds.
    ///
    /// @param epochMillis since 1970, not before
    void timestamp(String key, long epochMillis) {
        key(key);
        room().put((byte) '"');
        day(Math.floorDiv(epochMillis, DAY_MILLIS));
        int millis = (int) Math.floorMod(epochMillis, DAY_MILLIS);
        room().put((byte) 'T');
        padded(millis / 3_600_000, 2).put((byte) ':');
        padded(millis / 60_000 % 60, 2).put((byte) ':');
        padded(millis / 1_000 % 60, 2).put((byte) '.');
        padded(millis % 1_000, 3).put((byte) 'Z').put((byte) '"');
    }

    /// Source: Howard Hinnant, chrono-compatible low-level date algorithms: years begin in March, so that the
    /// leap day is the last.
    private void day(long epochDay) {
        long shifted = epochDay + 719_468;
        long era = Math.floorDiv(shifted, 146_097);
        int dayOfEra = Math.floorMod(shifted, 146_097);
        int yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        int fromMarch = (5 * dayOfYear + 2) / 153;
        int month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
        int year = (int) (yearOfEra + era * 400) + (month <= 2 ? 1 : 0);
        padded(year, 4).put((byte) '-');
        padded(month, 2).put((byte) '-');
        padded(dayOfYear - (153 * fromMarch + 2) / 5 + 1, 2);
    }

    private ByteBuffer padded(int value, int width) {
        int left = value;
        for (int i = width - 1; i >= 0; i--) {
            digits[i] = (byte) ('0' + left % 10);
            left /= 10;
        }
        return room().put(digits, 0, width);
    }

    private void key(String key) {
        ByteBuffer block = room();
        if (!first) block.put((byte) ',');
        first = false;
        block.put((byte) '"');
        ascii(key);
        block.put((byte) '"').put((byte) ':');
    }

    private void ascii(String characters) {
        ByteBuffer block = room();
        for (int i = 0; i < characters.length(); i++) block.put((byte) characters.charAt(i));
    }

    private static void escaped(ByteBuffer block, byte one) {
        if (one >= ' ' && one != 0x7f && one != '"' && one != '\\') {
            block.put(one);
        } else if (one == '"' || one == '\\') {
            block.put((byte) '\\').put(one);
        } else {
            block.put((byte) '\\').put((byte) 'u').put((byte) '0').put((byte) '0');
            block.put(HEX[one >> 4 & 0xf]).put(HEX[one & 0xf]);
        }
    }

    private ByteBuffer room() {
        ByteBuffer block = out;
        if (block == null) throw new IllegalStateException("no line was begun");
        return block;
    }
}
