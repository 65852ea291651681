package dev.weir.http.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.weir.http.codec.FieldLine;
import dev.weir.http.codec.FieldName;
import dev.weir.http.codec.Framing;
import dev.weir.http.codec.HeadEncoder;
import dev.weir.http.codec.HeadLimits;
import dev.weir.http.codec.RequestDecoder;
import dev.weir.http.codec.RequestHead;
import dev.weir.http.codec.RequestView;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// Proves that a head of HTTP/1 is written as the rules say it, that a field that is kept does not grow, and that a
/// head without room is known by its end. What is written is compared as text.
final class InPlaceHeadTest {
    private static final byte[] KEPT = HeadEncoder.ascii("Connection: keep-alive\r\n");
    private static final byte[] NOTHING = {};

    private final InPlaceHead out = new InPlaceHead();

    private static RequestView decoded(String head) {
        var decoder = new RequestDecoder(HeadLimits.DEFAULT);
        var into = new RequestHead(HeadLimits.DEFAULT);
        byte[] bytes = head.getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer block = ByteBuffer.allocateDirect(400).put(9, bytes);
        assertThat(decoder.decode(block, 9, 9 + bytes.length, into)).isEqualTo(bytes.length);
        return new RequestView().of(into, block, 9);
    }

    private String written() {
        return StandardCharsets.ISO_8859_1.decode(out.written().duplicate()).toString();
    }

    @Test
    void copiedFieldGainsNoBlanks() {
        RequestView head = decoded("GET /x HTTP/1.1\r\nHost:a\r\nA:b\r\nC: d\r\nE: \t f \r\nG:\r\n\r\n");

        out.begin(ByteBuffer.allocate(200), NOTHING);
        for (int i = 0; i < head.count(); i++) out.keep(head, i);

        assertThat(out.end()).isTrue();
        assertThat(written()).isEqualTo("Host:a\r\nA:b\r\nC: d\r\nE: f\r\nG:\r\n\r\n");
    }

    @Test
    void piecesAreWrittenInOrderOfTheCalls() {
        RequestView head = decoded("OPTIONS http://a:1?q HTTP/1.1\r\nHost: b\r\nUpgrade: h2c\r\n\r\n");

        out.begin(ByteBuffer.allocate(400), KEPT);
        out.request(head, HeadEncoder.ascii("/"));
        out.host(head.bytes(), head.authorityFrom(), head.authorityTo());
        out.keepUpgrade(head, 1);
        out.takesTrailers();
        out.body(Framing.LENGTH);
        out.body(Framing.CHUNKED);
        out.connection();
        out.add(FieldLine.of("Via", "1.1 here"));
        out.add(FieldName.of("X-Number"), 42);
        out.add(FieldName.of("X-Text"), HeadEncoder.ascii("textual"), 4);

        assertThat(out.end()).isTrue();
        assertThat(out.bytes()).isEqualTo(written().length());
        assertThat(written()).isEqualTo("""
                        OPTIONS /?q HTTP/1.1
                        Host: a:1
                        Upgrade: h2c
                        Connection: upgrade
                        TE: trailers
                        Connection: TE
                        Transfer-Encoding: chunked
                        Connection: keep-alive
                        Via: 1.1 here
                        X-Number: 42
                        X-Text: text

                        """.replace("\n", "\r\n"));
    }

    @Test
    void endReportsAHeadThatDidNotFit() {
        FieldLine field = FieldLine.of("Via", "1.1 here");
        int needed = field.bytes().length + 2;
        for (int room = 0; room <= needed; room++) {
            out.begin(ByteBuffer.allocate(room), NOTHING);
            out.add(field);

            assertThat(out.end()).as("room %d", room).isEqualTo(room == needed);
        }
    }

    @Test
    void nothingIsWrittenBeforeAHeadIsBegun() {
        assertThatIllegalStateException().isThrownBy(out::end);
        assertThatIllegalStateException().isThrownBy(out::bytes);
    }
}
