package dev.weir.http.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

/// Proves that looking at eight bytes at once finds what looking at one after the other finds.
///
/// Ranges of random bytes, most of them such as heads are made of, in buffers that end with the range or go on.
final class OctetsTest {
    private static final long SEED = 20_261_120;
    private static final int ROUNDS = 200_000;
    private static final String LIKELY = "aZ09-_/.:;?# \t\r\n\u007f\u0080\u00ff\u0000\u001f!~@[`{";

    private final Random random = new Random(SEED);
    private final byte[] content = new byte[48];
    private ByteBuffer bytes = ByteBuffer.wrap(content);
    private int from;
    private int end;

    private interface Run {
        int end(ByteBuffer bytes, int from, int end);
    }

    @Test
    void textEndsAtTheFirstControlByte() {
        agree(Octets::textEnd, octet -> octet == '\t' || (octet >= 0x20 && octet != 0x7f));
    }

    @Test
    void targetEndsAtTheFirstInvisibleByte() {
        agree(Octets::targetEnd, octet -> octet > 0x20 && octet < 0x7f && octet != '#');
    }

    @Test
    void findReturnsTheFirstMatch() {
        agree((all, start, stop) -> Octets.find(all, start, stop, ':'), octet -> octet != ':');
        agree((all, start, stop) -> Octets.find(all, start, stop, '?'), octet -> octet != '?');
    }

    @Test
    void wordHoldsTheFirstEightBytesOfARange() {
        for (int round = 0; round < ROUNDS; round++) {
            shuffle();
            long expected = 0;
            for (int i = Math.min(end, from + Octets.WORD) - 1; i >= from; i--) {
                expected = expected << 8 | (content[i] & 0xff);
            }
            assertThat(Octets.word(bytes, from, end)).isEqualTo(expected);
        }
    }

    @Test
    void lowerCaseChangesOnlyLetters() {
        for (int octet = 0; octet < 256; octet++) {
            int lower = octet >= 'A' && octet <= 'Z' ? octet + 32 : octet;
            for (int shift = 0; shift < 64; shift += 8) {
                long around = ~(0xffL << shift) & 0x6141805b405a7aL;
                long word = around | (long) octet << shift;
                assertThat(Octets.lower(word) >>> shift & 0xff).isEqualTo(lower);
            }
        }
    }

    @Test
    void fieldNamesMatchInAnyCaseAndOnlyWhole() {
        for (Field field : Field.values()) {
            if (field == Field.OTHER) continue;
            String name = field.name().replace('_', '-');
            assertThat(known(name)).isEqualTo(field);
            assertThat(known(name.toLowerCase(java.util.Locale.ROOT))).isEqualTo(field);
            assertThat(known(name.substring(0, name.length() - 1) + "\r")).isEqualTo(Field.OTHER);
            assertThat(known(name.replace('-', '\r') + "x")).isEqualTo(Field.OTHER);
        }
    }

    private static Field known(String name) {
        byte[] letters = (name + ": with more behind").getBytes(StandardCharsets.ISO_8859_1);
        Field whole = Field.of(ByteBuffer.wrap(letters, 0, name.length()), 0, name.length());
        assertThat(Field.of(ByteBuffer.wrap(letters), 0, name.length())).isEqualTo(whole);
        return whole;
    }

    private void agree(Run run, IntPredicate belongs) {
        for (int round = 0; round < ROUNDS; round++) {
            shuffle();
            int expected = from;
            while (expected < end && belongs.test(content[expected] & 0xff)) expected++;
            assertThat(run.end(bytes, from, end)).isEqualTo(expected);
        }
    }

    private void shuffle() {
        int strange = random.nextInt(4) == 0 ? content.length : random.nextInt(3);
        for (int i = 0; i < content.length; i++) content[i] = (byte) ('a' + random.nextInt(26));
        for (int i = 0; i < strange; i++) {
            content[random.nextInt(content.length)] = (byte) LIKELY.charAt(random.nextInt(LIKELY.length()));
        }
        from = random.nextInt(content.length);
        end = from + random.nextInt(content.length - from + 1);
        int limit = random.nextBoolean() ? end : end + random.nextInt(content.length - end + 1);
        bytes = ByteBuffer.wrap(content, 0, limit);
    }
}
