package dev.weir.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/// Proves the text of the Date field, against the JDK's own calendar, for every day from 1970 to 2400.
final class DateFieldTest {
    private static final long DAY_SECONDS = 86_400;
    private static final long DAYS = 157_000;
    private static final long ODD = 7_919; // so that the time of day goes through everything
    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern(
                    "'Date: 'EEE, dd MMM yyyy HH:mm:ss 'GMT\r\n'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    @Test
    void everyDateMatchesTheCalendar() {
        byte[] field = "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n".getBytes(StandardCharsets.US_ASCII);
        for (long day = 0; day < DAYS; day++) {
            long second = day * DAY_SECONDS + day * ODD % DAY_SECONDS;
            DateField.encode(second, field);
            assertThat(new String(field, StandardCharsets.US_ASCII))
                    .isEqualTo(FORMAT.format(Instant.ofEpochSecond(second)));
        }
    }
}
