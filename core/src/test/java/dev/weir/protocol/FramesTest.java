package dev.weir.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Proves that every framing finds the messages that were written, however their bytes arrive.
class FramesTest {
    private static final int MAX = 200;

    record Case(String name, Frames frames, List<String> bodies) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> framings() {
        List<String> bodies = List.of("ab", "", "c", "a\rb", "x".repeat(MAX), "\0\1\2\377");
        return Stream.of(
                new Case("8 bits", Frames.length8(), bodies),
                new Case("16 bits", Frames.length16(MAX), bodies),
                new Case("16 bits, little endian", Frames.length16(MAX, ByteOrder.LITTLE_ENDIAN), bodies),
                new Case("32 bits", Frames.length32(MAX), bodies),
                new Case("32 bits, little endian", Frames.length32(MAX, ByteOrder.LITTLE_ENDIAN), bodies),
                new Case("varint", Frames.varint(MAX), bodies),
                new Case("fixed", Frames.fixed(3), List.of("abc", "def", "\0\0\0")),
                new Case("line feed", Frames.delimited(bytes("\n"), MAX), bodies),
                new Case(
                        "CR LF", Frames.delimited(bytes("\r\n"), MAX), List.of("ab", "", "\r", "\n", "a\r\rb", "\r\r")),
                new Case("aab", Frames.delimited(bytes("aab"), 5), List.of("a", "aa", "ab", "", "aaaa", "abab")));
    }

    @ParameterizedTest
    @MethodSource("framings")
    @DisplayName("each pair of places to split the input gives the same messages")
    void everySplitGivesTheSameMessages(Case one) {
        byte[] all = encode(one.frames, one.bodies);
        for (int first = 0; first <= all.length; first++) {
            for (int second = first; second <= all.length; second += 1 + second / 40) {
                assertThat(decode(one.frames, all, first, second))
                        .as("%s %s", first, second)
                        .isEqualTo(one.bodies);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("framings")
    @DisplayName("single bytes and random parts give the same messages")
    void randomPartsGiveTheSameMessages(Case one) {
        byte[] all = encode(one.frames, one.bodies);
        for (int seed = 0; seed < 300; seed++) {
            var random = new Random(seed);
            int partMax = 1 + seed % 17;
            var reading = new Reading(one.frames);
            for (int at = 0; at < all.length; ) {
                int part = Math.min(all.length - at, 1 + random.nextInt(partMax));
                reading.feed(ByteBuffer.wrap(all, at, part));
                at += part;
            }
            assertThat(reading.bodies).as("seed %s", seed).isEqualTo(one.bodies);
            assertThat(reading.decoder.isAtBoundary()).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("framings")
    @DisplayName("random bytes never throw, never exceed the limit, and a fault stays the answer")
    void randomBytesStayWithinTheLimit(Case one) {
        for (int seed = 0; seed < 300; seed++) {
            var random = new Random(seed);
            byte[] noise = new byte[600];
            random.nextBytes(noise);
            if (seed % 2 == 0) for (int i = 0; i < noise.length; i++) noise[i] &= 3;
            var reading = new Reading(one.frames);
            for (int at = 0; at < noise.length; at += 50) reading.feed(ByteBuffer.wrap(noise, at, 50));
            for (String body : reading.bodies) assertThat(body.length()).isLessThanOrEqualTo(one.frames.bodyBytesMax());
            if (reading.fault == Decoder.MORE) continue;
            assertThat(reading.decoder.decode(ByteBuffer.wrap(noise))).isEqualTo(reading.fault);
        }
    }

    @ParameterizedTest
    @MethodSource("framings")
    @DisplayName("a peer may leave between two messages and not within one")
    void theBoundaryIsBetweenMessages(Case one) {
        byte[] all = encode(one.frames, one.bodies);
        List<Integer> boundaries = new ArrayList<>(List.of(0));
        for (int i = 0; i < one.bodies.size(); i++) {
            boundaries.add(encode(one.frames, one.bodies.subList(0, i + 1)).length);
        }
        for (int end = 0; end <= all.length; end++) {
            var reading = new Reading(one.frames);
            reading.feed(ByteBuffer.wrap(all, 0, end));
            assertThat(reading.decoder.isAtBoundary()).as("after %s bytes", end).isEqualTo(boundaries.contains(end));
        }
    }

    @Test
    @DisplayName("a length over the limit is reported with its head, before any of the body")
    void tooLongIsReportedBeforeTheBody() {
        for (Frames frames : List.of(
                Frames.length16(MAX),
                Frames.length16(MAX, ByteOrder.LITTLE_ENDIAN),
                Frames.length32(MAX),
                Frames.length32(MAX, ByteOrder.LITTLE_ENDIAN),
                Frames.varint(MAX))) {
            ByteBuffer head = ByteBuffer.allocate(5);
            frames.encoder().encodeHead(head, MAX + 1);
            Decoder decoder = frames.decoder();
            assertThat(decoder.decode(head.flip())).isEqualTo(Decoder.TOO_LARGE);
            assertThat(decoder.length()).isEqualTo(MAX + 1);
        }
    }

    @Test
    @DisplayName("a length of 32 bits is unsigned: minus one is over every limit")
    void negativeLengthsAreTooLarge() {
        for (Frames frames : List.of(
                Frames.length32(Integer.MAX_VALUE), Frames.length32(Integer.MAX_VALUE, ByteOrder.LITTLE_ENDIAN))) {
            Decoder decoder = frames.decoder();
            assertThat(decoder.decode(ByteBuffer.wrap(new byte[] {-1, -1, -1, -1})))
                    .isEqualTo(Decoder.TOO_LARGE);
            assertThat(decoder.length()).isEqualTo(0xFFFF_FFFFL);
        }
    }

    @Test
    @DisplayName("a varint that does not end after five bytes is malformed, and one beyond 32 bits too large")
    void varintsEnd() {
        Decoder endless = Frames.varint(Integer.MAX_VALUE).decoder();
        assertThat(endless.decode(ByteBuffer.wrap(new byte[] {-1, -1, -1, -1, -1})))
                .isEqualTo(Decoder.MALFORMED);
        Decoder large = Frames.varint(Integer.MAX_VALUE).decoder();
        assertThat(large.decode(ByteBuffer.wrap(new byte[] {-1, -1, -1, -1, 127})))
                .isEqualTo(Decoder.TOO_LARGE);
    }

    @Test
    @DisplayName("a body without its delimiter is too large one byte beyond the limit")
    void bodiesWithoutDelimiterAreTooLarge() {
        var frames = Frames.delimited(bytes("\r\n"), 3);
        assertThat(decode(frames, bytes("abc\r\n"), 0, 2)).containsExactly("abc");
        var reading = new Reading(frames);
        reading.feed(ByteBuffer.wrap(bytes("abc")));
        assertThat(reading.fault).isEqualTo(Decoder.MORE);
        reading.feed(ByteBuffer.wrap(bytes("d")));
        assertThat(reading.fault).isEqualTo(Decoder.TOO_LARGE);
        assertThat(reading.body.size()).isEqualTo(3);
    }

    @Test
    @DisplayName("lengths of two gigabytes that are only announced allocate nothing")
    void announcedLengthsAllocateNothing() {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        var field = LengthField.BITS_32;
        ByteBuffer head = ByteBuffer.allocate(4);
        field.encodeHead(head, Integer.MAX_VALUE);
        var frames = new ArrayList<LengthFrame>();
        for (int i = 0; i < 1000; i++) frames.add(new LengthFrame(field, Integer.MAX_VALUE));
        long before = threads.getCurrentThreadAllocatedBytes();
        int begun = 0;
        for (int i = 0; i < 1000; i++) if (frames.get(i).decode(head.rewind()) == Decoder.BEGIN) begun++;
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(begun).isEqualTo(1000);
        assertThat(allocated).isLessThan(10_000);
    }

    @Test
    @DisplayName("a body that holds or completes the delimiter is refused by the encoder")
    void bodiesWithTheDelimiterAreRefused() {
        var lines = Frames.delimited(bytes("\n"), MAX).encoder();
        assertThatThrownBy(() -> lines.requireBody(ByteBuffer.wrap(bytes("ab\nc"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("byte 2");
        var doubled = Frames.delimited(bytes("aa"), MAX).encoder();
        assertThatThrownBy(() -> doubled.requireBody(ByteBuffer.wrap(bytes("ba"))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("limits that a framing cannot express, and bodies it cannot carry, are refused")
    void impossibleLimitsAreRefused() {
        assertThatThrownBy(() -> Frames.length16(65_536)).hasMessageContaining("0..65535");
        assertThatThrownBy(() -> Frames.length32(-1)).hasMessageContaining("-1");
        assertThatThrownBy(() -> Frames.fixed(0)).hasMessageContaining("at least 1");
        assertThatThrownBy(() -> Frames.delimited(new byte[0], 1)).hasMessageContaining("at least one byte");
        assertThatThrownBy(() -> Frames.length8().encoder().headBytes(256)).hasMessageContaining("0..255");
        assertThatThrownBy(() -> Frames.fixed(3).encoder().headBytes(4)).hasMessageContaining("has 4");
    }

    @Test
    @DisplayName("an id is written and read where it stands, and the body stays as it is")
    void idsStandWhereTheyAreSaid() {
        ByteBuffer body = ByteBuffer.allocate(16).position(1);
        Correlation.id32(2).write(body, 0xFFFF_FFFEL);
        assertThat(Correlation.id32(2).read(body)).isEqualTo(0xFFFF_FFFEL);
        assertThat(body.get(3)).isEqualTo((byte) 0xFF);
        assertThat(body.get(6)).isEqualTo((byte) 0xFE);
        assertThat(body.position()).isEqualTo(1);
        Correlation.id64(7).write(body, -2);
        assertThat(Correlation.id64(7).read(body)).isEqualTo(-2);
        assertThatThrownBy(() -> Correlation.id64(8).read(body)).hasMessageContaining("ends at byte 16");
        assertThatThrownBy(() -> Correlation.id32(0).write(body, 1L << 32)).hasMessageContaining("32 bits");
        assertThatThrownBy(() -> Correlation.NONE.read(body)).isInstanceOf(IllegalStateException.class);
        assertThat(Correlation.NONE.isExclusive()).isTrue();
        assertThatThrownBy(() -> Frames.fixed(3).withCorrelation(Correlation.id32(0)))
                .hasMessageContaining("no room");
    }

    // ---- reading

    private static List<String> decode(Frames frames, byte[] all, int first, int second) {
        var reading = new Reading(frames);
        reading.feed(ByteBuffer.wrap(all, 0, first));
        reading.feed(ByteBuffer.wrap(all, first, Math.max(0, second - first)));
        int rest = Math.max(first, second);
        reading.feed(ByteBuffer.wrap(all, rest, all.length - rest));
        return reading.bodies;
    }

    private static byte[] encode(Frames frames, List<String> bodies) {
        ByteBuffer target = ByteBuffer.allocate(4096);
        for (String text : bodies) {
            ByteBuffer body = ByteBuffer.wrap(bytes(text));
            Encoder encoder = frames.encoder();
            encoder.requireBody(body);
            int before = target.position();
            int head = encoder.headBytes(body.remaining());
            encoder.encodeHead(target, body.remaining());
            assertThat(target.position() - before).isEqualTo(head);
            target.put(body);
            encoder.encodeTrailer(target);
        }
        byte[] all = new byte[target.position()];
        target.flip().get(all);
        return all;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }

    private static final class Reading {
        final Decoder decoder;
        final List<String> bodies = new ArrayList<>();
        final ByteArrayOutputStream body = new ByteArrayOutputStream();
        int fault = Decoder.MORE;

        Reading(Frames frames) {
            decoder = frames.decoder();
        }

        void feed(ByteBuffer part) {
            while (fault == Decoder.MORE) {
                switch (decoder.decode(part)) {
                    case Decoder.MORE -> {
                        return;
                    }
                    case Decoder.BEGIN -> body.reset();
                    case Decoder.BODY -> {
                        byte[] taken = new byte[decoder.available()];
                        part.get(taken);
                        body.writeBytes(taken);
                    }
                    case Decoder.END -> ended();
                    case Decoder.TOO_LARGE -> fault = Decoder.TOO_LARGE;
                    default -> fault = Decoder.MALFORMED;
                }
            }
        }

        private void ended() {
            String all = body.toString(ISO_8859_1);
            String text = all.substring(0, all.length() - decoder.trailerBytes());
            assertThat(decoder.length()).isEqualTo(text.length());
            bodies.add(text);
        }
    }
}
