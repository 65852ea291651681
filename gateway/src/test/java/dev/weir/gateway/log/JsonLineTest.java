package dev.weir.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// Proves that whatever bytes come, a line is one line and one JSON object that gives them back. A reader
/// that is not ours reads what was written.
final class JsonLineTest {
    private static final long SEED = 20_261_120;
    private static final int ROUNDS = 5_000 * Integer.getInteger("weir.tests.effort", 1);

    private final ByteBuffer block = ByteBuffer.allocateDirect(17 * 1024);
    private final JsonLine line = new JsonLine();

    private String written() {
        block.flip();
        var bytes = new byte[block.remaining()];
        block.get(bytes);
        block.clear();
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    @Test
    void anyBytesCanBeReadBackFromOneLine() {
        var random = new Random(SEED);
        for (int round = 0; round < ROUNDS; round++) {
            var bytes = new byte[1 + random.nextInt(64)];
            random.nextBytes(bytes);

            line.begin(block);
            line.text("path", bytes, 0, bytes.length);
            line.end();
            String text = written();

            assertThat(text.chars())
                    .as("seed %d round %d: %s", SEED, round, text)
                    .allMatch(one -> (one >= ' ' && one < 0x7f) || one == '\n');
            assertThat(text.indexOf('\n')).as("seed %d round %d", SEED, round).isEqualTo(text.length() - 1);
            assertThat(only(text)).as("seed %d round %d", SEED, round).isEqualTo(latin(bytes));
        }
    }

    @Test
    void oneByteBecomesAtMostSixBytesInJson() {
        var every = new byte[256];
        for (int i = 0; i < every.length; i++) every[i] = (byte) i;

        line.begin(block);
        line.text("k", every, 0, every.length);
        line.end();

        assertThat(block.position()).isLessThanOrEqualTo(every.length * JsonLine.ESCAPED_BYTES_MAX + 10);
        assertThat(only(written())).isEqualTo(latin(every));
    }

    @Test
    void aMomentIsWrittenAsTheJdkWouldWriteIt() {
        var expected = new DateTimeFormatterBuilder().appendInstant(3).toFormatter();
        var random = new Random(SEED);
        for (int round = 0; round < ROUNDS; round++) {
            long millis =
                    random.nextLong(0, Instant.parse("2199-12-31T23:59:59.999Z").toEpochMilli());

            line.begin(block);
            line.timestamp("at", millis);
            line.end();

            assertThat(only(written()))
                    .as("seed %d round %d", SEED, round)
                    .isEqualTo(expected.format(Instant.ofEpochMilli(millis)))
                    .hasSize(JsonLine.TIMESTAMP_BYTES);
        }
    }

    @Test
    void leapDaysAreDays() {
        for (String day : new String[] {"2024-02-29", "2000-02-29", "2100-03-01", "1970-01-01", "2026-12-31"}) {
            line.begin(block);
            line.timestamp("at", Instant.parse(day + "T00:00:00Z").toEpochMilli());
            line.end();

            assertThat(only(written())).isEqualTo(day + "T00:00:00.000Z");
        }
    }

    @Test
    void numbersBooleansAndNullAreJson() {
        line.begin(block);
        line.number("least", -5);
        line.number("most", Long.MAX_VALUE);
        line.micros("micros", 1_999);
        line.bool("yes", true);
        line.nullValue("id");
        line.text("empty", new byte[0], 0, 0);
        line.peer("v4", "192.0.2.1".getBytes(StandardCharsets.US_ASCII), 4711);
        line.peer("v6", "2001:db8::1".getBytes(StandardCharsets.US_ASCII), 80);
        line.letters("end", 'C', 'R');
        line.end();

        assertThat(written())
                .isEqualTo("{\"least\":0,\"most\":9223372036854775807,\"micros\":1,\"yes\":true,\"id\":null,"
                        + "\"empty\":null,\"v4\":\"192.0.2.1:4711\",\"v6\":\"[2001:db8::1]:80\",\"end\":\"CR\"}\n");
    }

    private static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /// The value of an object that has one.
    private static String only(String json) {
        try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), json)) {
            assertThat(parser.nextToken()).isEqualTo(JsonToken.START_OBJECT);
            assertThat(parser.nextToken()).isEqualTo(JsonToken.PROPERTY_NAME);
            assertThat(parser.nextToken()).isEqualTo(JsonToken.VALUE_STRING);
            String value = parser.getString();
            assertThat(parser.nextToken()).isEqualTo(JsonToken.END_OBJECT);
            assertThat(parser.nextToken()).isNull();
            return value;
        }
    }
}
