package dev.weir.http.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Proves that one set of objects serves message after message: nothing is allocated, nothing of a message
/// shows in the next, and pipelined messages are cut where they end.
final class CodecReuseTest {
    private static final byte[] REQUEST =
            Corpus.latin("POST /a/b?c=d HTTP/1.1\r\nHost: example.com:8080\r\nUser-Agent: "
                    + "Mozilla/5.0 (X11; Linux x86_64)\r\nConnection: keep-alive, X-Hop\r\nX-Hop: 1\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n0A;x\r\n0123456789\r\n0\r\nX-Sum: 1\r\nHost: x\r\n\r\n");
    private static final byte[] ANSWER = Corpus.latin("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nServer: x\r\n\r\nhello");
    private static final byte[] OK = HeadEncoder.ascii("OK");
    private static final byte[] DATE = HeadEncoder.ascii("Date");

    private final RequestDecoder requests = new RequestDecoder(HeadLimits.DEFAULT);
    private final RequestHead request = new RequestHead(HeadLimits.DEFAULT);
    private final ResponseDecoder responses = new ResponseDecoder(HeadLimits.DEFAULT);
    private final ResponseHead response = new ResponseHead(HeadLimits.DEFAULT);
    private final BodyDecoder body = new BodyDecoder(HeadLimits.DEFAULT);
    private final HeadEncoder encoder = new HeadEncoder();
    private final ByteBuffer in = ByteBuffer.allocateDirect(64 * 1024);
    private final ByteBuffer out = ByteBuffer.allocateDirect(1024);

    @Test
    void nothingIsAllocatedPerMessage() {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        exchanges(20_000);
        long least = Long.MAX_VALUE;

        // Why: the least of a few, because a compiler that replaces code on the way may bill a little to this
        // thread.
        for (int attempt = 0; attempt < 5; attempt++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            exchanges(10_000);
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }

        assertThat(least).as("bytes per 10 000 exchanges").isLessThan(1_000);
    }

    private void exchanges(int count) {
        for (int i = 0; i < count; i++) {
            exchange();
        }
    }

    private void exchange() {
        in.put(0, REQUEST);
        requests.reset();
        int head = requests.decode(in, 0, 20, request);
        head = head == RequestDecoder.MORE ? requests.decode(in, 0, REQUEST.length, request) : head;
        body.begin(request.framing(), request.contentLength(), BodyDecoder.Mode.CHUNKED);
        require(body.decode(in, head, REQUEST.length) == BodyDecoder.END);
        in.put(0, ANSWER);
        responses.reset();
        head = responses.decode(in, 0, ANSWER.length, request.method(), response);
        body.begin(response.framing(), response.contentLength(), BodyDecoder.Mode.DATA);
        require(body.decode(in, head, ANSWER.length) == BodyDecoder.END);
        out.clear();
        encoder.begin(out);
        encoder.statusLine(response.status(), OK);
        encoder.copy(in, 0, response.fields(), 0);
        encoder.field(DATE, 17);
        require(encoder.end());
        ChunkEncoder.frame(out, 100, 200);
    }

    private static void require(boolean condition) {
        if (!condition) {
            throw new AssertionError();
        }
    }

    @Test
    @DisplayName("W-05 100 pipelined requests are cut where each ends")
    void pipelinedRequestsAreSplitAtTheirEnds() {
        String[] kinds = {
            "GET /%d HTTP/1.1\r\nHost: a\r\n\r\n",
            "POST /%d HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nGET /",
            "PUT /%d HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nGET\r\n0\r\n\r\n",
            "\r\nHEAD /%d HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
        };
        var text = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            text.append(kinds[i % kinds.length].formatted(i));
        }
        byte[] bytes = Corpus.latin(text.toString());
        in.put(0, bytes);

        int at = 0;
        for (int i = 0; i < 100; i++) {
            requests.reset();
            int head = requests.decode(in, at, bytes.length, request);
            assertThat(head).isPositive();
            assertThat(request.text(in, at, request.pathFrom(), request.pathTo()))
                    .isEqualTo("/" + i);
            assertThat(request.keepAlive()).isTrue();
            body.begin(request.framing(), request.contentLength(), BodyDecoder.Mode.DATA);
            assertThat(body.decode(in, at + head, bytes.length)).isEqualTo(BodyDecoder.END);
            at = body.consumedTo();
        }
        assertThat(at).isEqualTo(bytes.length);
    }

    @Test
    @DisplayName("W-05 answers to HEAD, 204, 304 and informational ones are followed at once by the next")
    void answersWithoutBodyAreFollowedByTheNext() {
        String[] answers = {
            "HTTP/1.1 100 Continue\r\n\r\n",
            "HTTP/1.1 204 No Content\r\n\r\n",
            "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"
        };
        byte[] bytes = Corpus.latin(String.join("", answers));
        in.put(0, bytes);

        int at = 0;
        for (String answer : answers) {
            responses.reset();
            // Why: an answer to HEAD has no body whatever it says; the others must have none by themselves.
            Method method = answer.contains("200 OK") ? Method.HEAD : Method.GET;
            int head = responses.decode(in, at, bytes.length, method, response);
            assertThat(head).isEqualTo(answer.length());
            assertThat(response.framing()).as(answer).isEqualTo(Framing.NONE);
            assertThat(response.keepAlive()).isTrue();
            at += head;
        }
        assertThat(at).isEqualTo(bytes.length);
    }

    @Test
    void reusedDecoderKeepsNothingOfThePreviousMessage() {
        in.put(0, REQUEST);
        requests.reset();
        assertThat(requests.decode(in, 0, REQUEST.length, request)).isPositive();
        byte[] next = Corpus.latin("GET / HTTP/1.0\r\nX-Hop: 1\r\nA: b\r\nC: d\r\nE: f\r\n\r\n");
        in.put(0, next);

        requests.reset();
        assertThat(requests.decode(in, 0, next.length, request)).isEqualTo(next.length);

        assertThat(request.framing()).isEqualTo(Framing.NONE);
        assertThat(request.hostTo()).isEqualTo(request.hostFrom());
        assertThat(request.fields().count()).isEqualTo(4);
        for (int i = 0; i < 4; i++) {
            assertThat(request.fields().isNamedByConnection(i)).isFalse();
        }
        request.reset();
        assertThat(request.fields().count()).isZero();
        assertThat(request.targetTo()).isZero();
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> request.fields().field(0));
    }

    @Test
    void aDecoderMustBeResetBetweenHeads() {
        byte[] head = Corpus.latin("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        in.put(0, head);
        assertThat(requests.isInside()).isFalse();
        assertThat(requests.decode(in, 0, 1, request)).isEqualTo(RequestDecoder.MORE);
        assertThat(requests.isInside()).isTrue();
        assertThat(requests.decode(in, 0, head.length, request)).isPositive();
        assertThat(requests.isInside()).isFalse();

        assertThatIllegalStateException().isThrownBy(() -> requests.decode(in, 0, head.length, request));
        assertThatIllegalStateException().isThrownBy(requests::fault);
    }

    @Test
    void emptyLineIsNotTheStartOfARequest() {
        in.put(0, Corpus.latin("\r\nG"));

        assertThat(requests.decode(in, 0, 1, request)).isEqualTo(RequestDecoder.MORE);
        assertThat(requests.isInside()).isFalse();
        assertThat(requests.decode(in, 0, 2, request)).isEqualTo(RequestDecoder.MORE);
        assertThat(requests.isInside()).isFalse();
        assertThat(requests.decode(in, 0, 3, request)).isEqualTo(RequestDecoder.MORE);
        assertThat(requests.isInside()).isTrue();
    }

    @Test
    void everyFaultHasAStatusAndASentence() {
        for (HttpFault fault : HttpFault.values()) {
            assertThat(fault.status()).isIn(400, 414, 431, 501, 505);
            assertThat(fault.text()).endsWith(".").hasSizeBetween(15, 100);
        }
    }

    @Test
    void everyKnownNameIsRecognisedInAnyCase() {
        for (Field field : Field.values()) {
            if (field != Field.OTHER) {
                byte[] name = Corpus.latin(field.name().replace('_', '-'));
                in.put(0, name);
                assertThat(Field.of(in, 0, name.length)).isEqualTo(field);
                assertThat(Field.of(in, 0, name.length - 1)).isEqualTo(Field.OTHER);
            }
        }
    }
}
