package dev.weir.http.server;

import dev.weir.http.codec.HeadEncoder;
import dev.weir.loop.EventLoop;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// The Date field of answers, encoded once a second.
///
/// **Threads:** confined to its loop.
/// **Source:** RFC 9110 sections 5.6.7 and 6.6.1.
final class DateField {
    static final int BYTES = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n".length();

    private static final long SECOND = 1_000_000_000L;
    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final EventLoop loop;
    private byte[] field = new byte[0];
    private long encodedNanos;

    DateField(EventLoop loop) {
        this.loop = loop;
    }

    /// The whole field with its line end; lent, not to be changed.
    byte[] bytes() {
        if (field.length == 0 || loop.nowNanos() - encodedNanos >= SECOND) encode();
        return field;
    }

    private void encode() {
        long millis = loop.clock().epochMillis();
        // Why: counted from the full second, so that the text changes when the second does.
        encodedNanos = loop.nowNanos() - (millis % 1000) * 1_000_000;
        field = HeadEncoder.ascii("Date: " + FORMAT.format(Instant.ofEpochMilli(millis)) + "\r\n");
    }
}
