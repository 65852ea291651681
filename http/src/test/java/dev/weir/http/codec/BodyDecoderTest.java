package dev.weir.http.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Proves that a body ends where it ends, comes out as it should, and is refused when its end is not certain.
///
/// Each body of the corpus is decoded whole, at every split point and byte by byte, in both modes, and
/// compared with a second implementation.
final class BodyDecoderTest {
    private final Bodies bodies = new Bodies(HeadLimits.DEFAULT);

    static List<Corpus.Entry> chunked() {
        return Corpus.read("bodies.txt", 3);
    }

    @ParameterizedTest
    @MethodSource("chunked")
    @DisplayName("H-28 an ambiguous chunked body is refused and a clear one understood, at every split point")
    void chunkedBodyHasOneVerdictAtEverySplitPoint(Corpus.Entry entry) {
        byte[] input = entry.bytes();
        for (BodyDecoder.Mode mode : BodyDecoder.Mode.values()) {
            Bodies.Outcome whole = bodies.decode(input, Framing.CHUNKED, 0, mode);

            assertThat(whole.verdict()).isEqualTo(entry.verdict());
            if (whole.verdict().equals("ok")) {
                assertThat(whole.output()).isEqualTo(Bodies.reference(input, mode));
            }
            for (int cut = 0; cut <= input.length; cut++) {
                assertThat(bodies.decode(input, Framing.CHUNKED, 0, mode, cut))
                        .as("%s cut at %d", mode, cut)
                        .isEqualTo(whole);
            }
            assertThat(bodies.decode(input, Framing.CHUNKED, 0, mode, Heads.everyByte(input.length)))
                    .isEqualTo(whole);
        }
    }

    @ParameterizedTest
    @EnumSource(BodyDecoder.Mode.class)
    void reencodingACanonicalBodyChangesNothing(BodyDecoder.Mode mode) {
        for (Corpus.Entry entry : chunked()) {
            if (entry.verdict().equals("ok")) {
                String once = bodies.decode(entry.bytes(), Framing.CHUNKED, 0, BodyDecoder.Mode.CHUNKED)
                        .output();

                assertThat(bodies.decode(Corpus.latin(once), Framing.CHUNKED, 0, mode)
                                .output())
                        .isEqualTo(Bodies.reference(Corpus.latin(once), mode));
            }
        }
    }

    @Test
    void dataIsPassedOnBeforeItsChunkIsComplete() {
        var decoder = new BodyDecoder(HeadLimits.DEFAULT);
        ByteBuffer block = ByteBuffer.allocateDirect(64).put(0, Corpus.latin("ff\r\nabc"));
        decoder.begin(Framing.CHUNKED, 0, BodyDecoder.Mode.DATA);

        assertThat(decoder.decode(block, 0, 7)).isEqualTo(BodyDecoder.MORE);

        assertThat(decoder.outTo()).isEqualTo(3);
        assertThat(decoder.consumedTo()).isEqualTo(7);
        assertThat(decoder.remaining()).isEqualTo(0xff - 3);
    }

    @Test
    void aBodyWithALengthEndsAtItsLastByte() {
        byte[] input = Corpus.latin("helloGET / HTTP/1.1");
        for (int cut = 0; cut <= input.length; cut++) {
            assertThat(bodies.decode(input, Framing.LENGTH, 5, BodyDecoder.Mode.DATA, cut))
                    .isEqualTo(new Bodies.Outcome("ok", 5, "hello"));
        }
        assertThat(bodies.decode(input, Framing.LENGTH, 0, BodyDecoder.Mode.DATA))
                .isEqualTo(new Bodies.Outcome("ok", 0, ""));
        assertThat(bodies.decode(input, Framing.NONE, 0, BodyDecoder.Mode.DATA))
                .isEqualTo(new Bodies.Outcome("ok", 0, ""));
        assertThat(bodies.decode(input, Framing.LENGTH, Long.MAX_VALUE, BodyDecoder.Mode.DATA))
                .isEqualTo(new Bodies.Outcome("more", input.length, "helloGET / HTTP/1.1"));
    }

    @Test
    void endOfInputCompletesOnlyABodyDelimitedByClose() {
        var decoder = new BodyDecoder(HeadLimits.DEFAULT);

        decoder.begin(Framing.CLOSE, 0, BodyDecoder.Mode.DATA);
        assertThat(decoder.decode(ByteBuffer.allocateDirect(8), 0, 8)).isEqualTo(BodyDecoder.MORE);
        assertThat(decoder.outTo()).isEqualTo(8);
        assertThat(decoder.inputEnded()).isEqualTo(BodyDecoder.END);

        decoder.begin(Framing.LENGTH, 9, BodyDecoder.Mode.DATA);
        assertThat(decoder.inputEnded()).isEqualTo(BodyDecoder.FAULT);
        assertThat(decoder.fault()).isEqualTo(HttpFault.BODY_CUT);

        decoder.begin(Framing.CHUNKED, 0, BodyDecoder.Mode.DATA);
        assertThat(decoder.inputEnded()).isEqualTo(BodyDecoder.FAULT);

        decoder.begin(Framing.NONE, 0, BodyDecoder.Mode.DATA);
        assertThat(decoder.inputEnded()).isEqualTo(BodyDecoder.END);
    }

    @Test
    void aFaultStaysUntilTheNextBody() {
        var decoder = new BodyDecoder(HeadLimits.DEFAULT);
        ByteBuffer block = ByteBuffer.allocateDirect(64).put(0, Corpus.latin("x0\r\n\r\n"));
        decoder.begin(Framing.CHUNKED, 0, BodyDecoder.Mode.DATA);

        assertThat(decoder.decode(block, 0, 1)).isEqualTo(BodyDecoder.FAULT);
        assertThat(decoder.decode(block, 1, 6)).isEqualTo(BodyDecoder.FAULT);
        assertThat(decoder.consumedTo()).isEqualTo(1);
        assertThat(decoder.inputEnded()).isEqualTo(BodyDecoder.FAULT);

        decoder.begin(Framing.CHUNKED, 0, BodyDecoder.Mode.DATA);
        assertThat(decoder.decode(block, 1, 6)).isEqualTo(BodyDecoder.END);
    }

    @Test
    @DisplayName("H-28 chunk extensions count against a limit, on a line and over the body")
    void chunkExtensionsLargerThanTheDataAreRefused() {
        String longest = "1;" + "e".repeat(4092) + "\r\nx\r\n";
        String tooLong = "1;" + "e".repeat(4093) + "\r\nx\r\n";
        String noWorth = "1;" + "e".repeat(252) + "\r\nx\r\n";

        assertThat(verdict(longest + "0\r\n\r\n")).isEqualTo("ok");
        assertThat(verdict(tooLong)).isEqualTo("CHUNK_LINE_TOO_LONG");
        assertThat(verdict("1;" + "e".repeat(4100))).isEqualTo("CHUNK_LINE_TOO_LONG");
        assertThat(verdict("0".repeat(300))).isEqualTo("BAD_CHUNK_SIZE");
        assertThat(verdict(noWorth.repeat(32) + "0\r\n\r\n")).isEqualTo("ok");
        assertThat(verdict(noWorth.repeat(33) + "0\r\n\r\n")).isEqualTo("CHUNK_OVERHEAD");
        String worthIt = "400;" + "e".repeat(248) + "\r\n" + "x".repeat(1024) + "\r\n";
        assertThat(verdict(worthIt.repeat(40) + "0\r\n\r\n")).isEqualTo("ok");
    }

    @Test
    void leadingZerosOfAChunkSizeDoNotCountAsOverhead() {
        assertThat(verdict("0001\r\nx\r\n".repeat(6_000) + "0000\r\n\r\n")).isEqualTo("ok");
    }

    @Test
    void trailersAreLimitedLikeHeads() {
        var small = new Bodies(new HeadLimits(64, 3));

        assertThat(verdict(small, "0\r\nA: 1\r\nB: 2\r\nC: 3\r\n\r\n")).isEqualTo("ok");
        assertThat(verdict(small, "0\r\nA: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\n\r\n")).isEqualTo("TOO_MANY_FIELDS");
        // A name, a colon, a space, two line ends: 7 bytes beside the value.
        assertThat(verdict(small, "0\r\nA: " + "x".repeat(64 - 7) + "\r\n\r\n")).isEqualTo("ok");
        assertThat(verdict(small, "0\r\nA: " + "x".repeat(64 - 6) + "\r\n\r\n")).isEqualTo("HEAD_TOO_LARGE");
    }

    @Test
    void trailersArePassedOnInOrder() {
        var body = new StringBuilder("0\r\n");
        for (int i = 0; i < HeadLimits.DEFAULT.fieldsMax(); i++) {
            body.append("X-").append(i).append(": v\r\n");
        }
        byte[] input = Corpus.latin(body.append("\r\n").toString());

        assertThat(bodies.decode(input, Framing.CHUNKED, 0, BodyDecoder.Mode.CHUNKED))
                .isEqualTo(new Bodies.Outcome("ok", input.length, body.toString()));
        assertThat(verdict(body.insert(3, "One-More: v\r\n").toString())).isEqualTo("TOO_MANY_FIELDS");
    }

    private String verdict(String body) {
        return verdict(bodies, body);
    }

    private static String verdict(Bodies bodies, String body) {
        byte[] input = Corpus.latin(body);
        Bodies.Outcome whole = bodies.decode(input, Framing.CHUNKED, 0, BodyDecoder.Mode.CHUNKED);
        assertThat(bodies.decode(input, Framing.CHUNKED, 0, BodyDecoder.Mode.CHUNKED, Heads.everyByte(input.length)))
                .isEqualTo(whole);
        return whole.verdict();
    }
}
