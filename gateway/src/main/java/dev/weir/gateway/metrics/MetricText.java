package dev.weir.gateway.metrics;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// Writes metrics in the text format of Prometheus, through a small buffer. A line allocates nothing.
///
/// **Threads:** confined to the thread that writes the page.
/// **Waits:** for the reader of the page.
/// **Source:** Prometheus, exposition formats, text format 0.0.4.
final class MetricText {
    private static final int BUFFER_BYTES = 2048;
    private static final int DIGITS_MAX = 20;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final int NANO_DIGITS = 9;

    private final OutputStream out;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final byte[] digits = new byte[DIGITS_MAX];
    private int used;

    MetricText(OutputStream out) {
        this.out = out;
    }

    /// The text in bytes, to be encoded once and written often.
    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// The escaped value of a label, without its quotation marks.
    static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    MetricText put(byte[] bytes) throws IOException {
        for (byte one : bytes) put(one);
        return this;
    }

    MetricText put(char ascii) throws IOException {
        return put((byte) ascii);
    }

    private MetricText put(byte one) throws IOException {
        if (used == buffer.length) flush();
        buffer[used++] = one;
        return this;
    }

    /// Ends a line with a number.
    void count(long value) throws IOException {
        number(value);
        put('\n');
    }

    /// Ends a line with a time in seconds.
    void seconds(long nanos) throws IOException {
        long positive = Math.max(0, nanos);
        number(positive / NANOS_PER_SECOND);
        long rest = positive % NANOS_PER_SECOND;
        if (rest > 0) fraction(rest);
        put('\n');
    }

    /// Without zeros at the end.
    private void fraction(long nanos) throws IOException {
        put('.');
        int last = NANO_DIGITS;
        for (long left = nanos; left % 10 == 0; left /= 10) last--;
        long unit = NANOS_PER_SECOND / 10;
        for (int digit = 0; digit < last; digit++, unit /= 10) put((char) ('0' + nanos / unit % 10));
    }

    private void number(long value) throws IOException {
        int at = DIGITS_MAX;
        // Why: Long.MIN_VALUE has no positive counterpart, so digits are taken from the negative number.
        long left = value > 0 ? -value : value;
        do {
            digits[--at] = (byte) ('0' - left % 10);
            left /= 10;
        } while (left != 0);
        if (value < 0) put('-');
        while (at < DIGITS_MAX) put(digits[at++]);
    }

    void flush() throws IOException {
        out.write(buffer, 0, used);
        used = 0;
    }
}
