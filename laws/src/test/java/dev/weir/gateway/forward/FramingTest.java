package dev.weir.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.config.Upstream;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import org.junit.jupiter.api.Test;

/// Proves that every way of ending a body passes, to clients of both versions, however it is cut.
@Balanced
final class FramingTest {
    private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String CHUNKS = "3\r\ntok\r\n2;x=y\r\nen\r\n0\r\nX-Sum: 5\r\n\r\n";
    private static final String UNTRAILED = "3\r\ntok\r\n2\r\nen\r\n0\r\n\r\n";
    private static final String PASSED = CHUNKS.replace(";x=y", ""); // extensions concern one connection only

    @Test
    void answersWithoutABodyEndWithTheirHead(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        client.send("HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n");
        var origin = stage.origin().next();
        assertThat(origin.head()).startsWith("HEAD /a HTTP/1.1\r\n");
        origin.send("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n");
        assertThat(client.head()).contains("Content-Length: 99\r\n");

        client.send("HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n");
        origin.head();
        origin.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        assertThat(client.head()).startsWith("HTTP/1.1 200 OK\r\n");

        for (int status : new int[] {204, 304}) {
            client.send(GET);
            origin.head();
            origin.send("HTTP/1.1 " + status + " X\r\nX-Token: t\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 " + status).contains("X-Token: t\r\n");
        }
        assertThat(stage.origin().count()).isOne();
        assertThat(client.isQuiet()).isTrue();
    }

    @Test
    void anAnswerInChunksPassesCutAtEveryByteAndKeepsItsTrailers(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        String answer = CHUNKED + CHUNKS;
        Peer origin = null;
        for (int at = 1; at < answer.length(); at++) {
            client.send(GET);
            if (origin == null) origin = stage.origin().next();
            origin.head();
            origin.send(answer.substring(0, at));
            stage.settle();
            origin.send(answer.substring(at));

            assertThat(client.message().body()).as("cut at %d", at).isEqualTo(PASSED);
        }
        assertThat(stage.origin().count()).isOne();
        assertThat(client.isQuiet()).isTrue();
    }

    @Test
    void aRequestInChunksPassesCutAtEveryByteAndLosesItsTrailers(Scene scene) {
        passesCutAtEveryByte(Stage.inMemory(scene, Setup.ONE_ORIGIN), UNTRAILED);
    }

    @Test
    void aRequestInChunksPassesCutAtEveryByteAndKeepsItsTrailersWhenConfigured(Scene scene) {
        var setup = Setup.ONE_ORIGIN.withUpstream(one -> one.withTrailers(Upstream.Trailers.PASS));
        passesCutAtEveryByte(Stage.inMemory(scene, setup), PASSED);
    }

    private static void passesCutAtEveryByte(Stage stage, String passed) {
        var client = stage.client();
        String request = "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTrailer: X-A\r\n\r\n" + CHUNKS;
        client.send(request);
        var origin = stage.origin().next();
        var message = origin.message();
        assertThat(message.body()).isEqualTo(passed);
        assertThat(message.has("Trailer")).as("said to come").isEqualTo(passed.equals(PASSED));
        origin.send("HTTP/1.1 204 X\r\n\r\n");
        client.head();
        for (int at = 1; at < request.length(); at++) {
            client.send(request.substring(0, at));
            stage.settle();
            client.send(request.substring(at));

            assertThat(origin.message().body()).as("cut at %d", at).isEqualTo(passed);
            origin.send("HTTP/1.1 204 X\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 204");
        }
        assertThat(stage.origin().count()).isOne();
        assertThat(origin.isQuiet()).isTrue();
    }

    @Test
    void chunksPassWhenEachByteComesAlone(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        client.trickle("POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNKS);
        var origin = stage.origin().next();
        assertThat(origin.message().body()).isEqualTo(UNTRAILED);
        origin.trickle(CHUNKED + CHUNKS);

        assertThat(client.message().body()).isEqualTo(PASSED);
        assertThat(stage.heldBytes()).isZero();
    }

    @Test
    void anHttp10ClientGetsChunksAsPlainBytesUntilTheClose(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        client.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        var origin = stage.origin().next();
        assertThat(origin.head()).startsWith("GET /a HTTP/1.1\r\n").containsOnlyOnce("keep-alive");
        origin.trickle(CHUNKED + CHUNKS);

        String all = client.rest();
        assertThat(all)
                .endsWith("\r\n\r\ntoken")
                .contains("Connection: close\r\n")
                .doesNotContain("chunked");
        var other = stage.client();
        other.send(GET);
        assertThat(origin.head()).startsWith("GET /a");
    }

    @Test
    void anHttp10ClientIsKeptAliveWhenItAsksAndTheLengthIsKnown(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        String asks = "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
        client.send(asks);
        var origin = stage.origin().next();
        for (int i = 0; i < 3; i++) {
            origin.head();
            origin.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ntoken");
            var answer = client.message();
            assertThat(answer.body()).isEqualTo("token");
            assertThat(answer.field("Connection")).isEqualTo("keep-alive");
            client.send(i < 2 ? asks : "GET /a HTTP/1.0\r\n\r\n");
        }
        origin.head();
        origin.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ntoken");
        assertThat(client.rest()).contains("Connection: close\r\n").endsWith("token");
    }

    @Test
    void anAnswerThatEndsWithItsConnectionIsDeliveredAndEndsTheClients(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        client.send(GET);
        var origin = stage.origin().next();
        origin.head();
        origin.send("HTTP/1.1 200 OK\r\n\r\nto");
        stage.settle();
        assertThat(client.seen()).endsWith("to");
        origin.send("ken");
        origin.close();

        assertThat(client.rest()).contains("Connection: close\r\n").endsWith("\r\n\r\ntoken");
        assertThat(stage.only().end()).isEqualTo("--");
    }

    @Test
    void anHttp10AnswerIsForwarded(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        client.send(GET);
        var origin = stage.origin().next();
        origin.head();
        origin.send("HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\ntoken");
        var answer = client.message();
        assertThat(answer.first()).isEqualTo("HTTP/1.1 200 OK");
        assertThat(answer.all("Via")).containsExactly("1.0 weir");
        assertThat(answer.body()).isEqualTo("token");
        stage.settle();
        assertThat(origin.hasEnded()).isTrue();
        client.send(GET);
        assertThat(stage.origin().next().head()).startsWith("GET");
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        var all = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            all.append(
                    i % 2 == 0
                            ? "GET /" + i + " HTTP/1.1\r\nHost: h\r\n\r\n"
                            : "POST /" + i + " HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody");
        }
        client.send(all.toString());
        var origin = stage.origin().next();
        for (int i = 0; i < 20; i++) {
            var request = origin.message();
            String path = request.path();
            assertThat(request.body()).isEqualTo(i % 2 == 0 ? "" : "body");
            origin.send("HTTP/1.1 200 OK\r\nContent-Length: " + path.length() + "\r\n\r\n" + path);
        }
        for (int i = 0; i < 20; i++) assertThat(client.message().body()).isEqualTo("/" + i);
        assertThat(stage.origin().count()).isOne();
    }

    @Test
    void aLargeBodyPassesBothWaysThroughSmallPipes(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN.withPipeBytes(1000));
        var client = stage.client();
        String body = "0123456789".repeat(20_000);
        var sent = new StringBuilder(
                "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        var answer = new StringBuilder("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        Peer origin = null;
        while (!client.seen().endsWith(body)) {
            sent.delete(0, client.offer(sent.toString()));
            stage.turn();
            if (origin == null) origin = stage.origin().poll();
            if (origin != null && origin.seen().endsWith(body)) answer.delete(0, origin.offer(answer.toString()));
            stage.turn();
            stage.turn();
        }
        assertThat(client.message().body()).isEqualTo(body);
    }
}
