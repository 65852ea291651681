package dev.weir.http.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// Proves that what is encoded can be decoded, that nothing is written by halves, and that no value breaks a head
/// apart.
///
/// Heads and chunks are written into buffers of every size up to the one needed, and read back.
final class EncoderTest {
    private static final byte[] NAME = HeadEncoder.ascii("X");
    private static final byte[] LENGTH = HeadEncoder.ascii("Content-Length");

    private final HeadEncoder encoder = new HeadEncoder();

    @Test
    void anAnswerHeadIsWrittenAndReadBack() {
        ByteBuffer out = ByteBuffer.allocateDirect(200);
        encoder.begin(out);
        encoder.statusLine(200, HeadEncoder.ascii("OK"));
        encoder.field(LENGTH, Long.MAX_VALUE);
        encoder.field(NAME, HeadEncoder.ascii("a b"));
        ByteBuffer elsewhere = ByteBuffer.wrap(HeadEncoder.ascii("..value.."));
        encoder.field(NAME, elsewhere, 2, 7);

        assertThat(encoder.end()).isTrue();

        String text = Fields.text(out, 0, 0, out.position());
        assertThat(text)
                .isEqualTo("HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\nX: a b\r\nX: value\r\n\r\n");
        assertThat(new Heads(HeadLimits.DEFAULT).response(Corpus.latin(text), Method.GET))
                .startsWith("ok");
    }

    @Test
    void aRequestHeadIsCopiedFieldByField() {
        byte[] head = Corpus.latin("\r\nGET /x HTTP/1.1\r\nHost:a\r\nY: \t b \r\n\r\n");
        ByteBuffer in = ByteBuffer.allocateDirect(100).put(7, head);
        var decoder = new RequestDecoder(HeadLimits.DEFAULT);
        var request = new RequestHead(HeadLimits.DEFAULT);
        assertThat(decoder.decode(in, 7, 7 + head.length, request)).isEqualTo(head.length);
        ByteBuffer out = ByteBuffer.allocateDirect(100);

        encoder.begin(out);
        encoder.requestLine(Method.GET, HeadEncoder.ascii("/z"));
        encoder.copy(in, 7, request.fields(), 0);
        encoder.copy(in, 7, request.fields(), 1);
        encoder.raw(HeadEncoder.ascii("N: "));
        encoder.number(0);
        encoder.lineEnd();
        encoder.raw(in, 7 + 2, 7 + 2 + 3);
        encoder.lineEnd();

        assertThat(encoder.end()).isTrue();
        assertThat(Fields.text(out, 0, 0, out.position()))
                .isEqualTo("GET /z HTTP/1.1\r\nHost:a\r\nY: b\r\nN: 0\r\nGET\r\n\r\n");
    }

    @Test
    void reasonPhraseIsCopiedFromAnotherBuffer() {
        ByteBuffer out = ByteBuffer.allocateDirect(26);
        encoder.begin(out);
        encoder.statusLine(404, ByteBuffer.wrap(HeadEncoder.ascii("..Not Found")), 2, 11);

        assertThat(encoder.end()).isTrue();
        assertThat(Fields.text(out, 0, 0, out.position())).isEqualTo("HTTP/1.1 404 Not Found\r\n\r\n");
    }

    @Test
    void withoutRoomNoPieceIsWrittenInPart() {
        int needed = "HTTP/1.1 204 No Content\r\nX: abc\r\n\r\n".length();
        for (int room = 0; room <= needed; room++) {
            ByteBuffer out = ByteBuffer.allocateDirect(room);
            encoder.begin(out);
            encoder.statusLine(204, HeadEncoder.ascii("No Content"));
            encoder.field(NAME, HeadEncoder.ascii("abc"));

            assertThat(encoder.end()).as("room %d", room).isEqualTo(room == needed);

            assertThat(out.position()).isIn(0, 25, 33, needed);
        }
    }

    @Test
    void nothingIsWrittenAfterAPieceThatDidNotFit() {
        ByteBuffer out = ByteBuffer.allocateDirect(12);
        encoder.begin(out);

        assertThat(encoder.field(NAME, HeadEncoder.ascii("much too long"))).isFalse();
        assertThat(encoder.field(NAME, HeadEncoder.ascii("a"))).isFalse();
        assertThat(encoder.end()).isFalse();
        assertThat(out.position()).isZero();
        assertThatIllegalStateException().isThrownBy(encoder::lineEnd);
    }

    @Test
    void nothingThatBreaksAHeadApartIsWritten() {
        ByteBuffer out = ByteBuffer.allocateDirect(100);
        encoder.begin(out);
        byte[] split = {'a', '\r', '\n', 'b'};

        assertThatIllegalArgumentException().isThrownBy(() -> encoder.field(NAME, split));
        assertThatIllegalArgumentException().isThrownBy(() -> encoder.field(split, NAME));
        assertThatIllegalArgumentException().isThrownBy(() -> encoder.field(new byte[0], NAME));
        assertThatIllegalArgumentException().isThrownBy(() -> encoder.field(NAME, ByteBuffer.wrap(split), 0, 4));
        assertThatIllegalArgumentException().isThrownBy(() -> encoder.field(NAME, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> encoder.statusLine(200, split));
        assertThatIllegalArgumentException().isThrownBy(() -> encoder.statusLine(99, NAME));
        assertThatIllegalArgumentException().isThrownBy(() -> encoder.statusLine(200, ByteBuffer.wrap(split), 0, 4));
        assertThatIllegalArgumentException().isThrownBy(() -> encoder.requestLine(Method.GET, split));
        assertThatIllegalArgumentException().isThrownBy(() -> encoder.requestLine(Method.OTHER, NAME));
        assertThatIllegalArgumentException().isThrownBy(() -> HeadEncoder.ascii("ä"));
        assertThat(out.position()).isZero();
    }

    @Test
    void dataIsFramedInTheRoomAroundIt() {
        for (int size : new int[] {1, 15, 16, 255, 256, 4095, 4096, 20_000}) {
            ByteBuffer block = ByteBuffer.allocateDirect(size + 100);
            int to = ChunkEncoder.BEFORE_BYTES + size;

            int from = ChunkEncoder.frame(block, ChunkEncoder.BEFORE_BYTES, to);
            int end = ChunkEncoder.end(block, to + ChunkEncoder.BEHIND_BYTES);

            byte[] framed = new byte[end - from];
            block.get(from, framed);
            assertThat(new String(framed, StandardCharsets.ISO_8859_1))
                    .isEqualTo(Integer.toHexString(size) + "\r\n" + "\0".repeat(size) + "\r\n0\r\n\r\n");
            assertThat(new Bodies(HeadLimits.DEFAULT)
                            .decode(framed, Framing.CHUNKED, 0, BodyDecoder.Mode.DATA)
                            .verdict())
                    .isEqualTo("ok");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ChunkEncoder.frame(ByteBuffer.allocateDirect(20), 10, 10));
    }
}
