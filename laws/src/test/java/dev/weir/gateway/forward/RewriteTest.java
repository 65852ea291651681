package dev.weir.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.codec.HeadLimits;
import dev.weir.http.flow.HeadBlocks;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Proves what is taken out of heads and put into them, and that the largest head still fits its block.
@Balanced
@SuppressWarnings("StringConcatToTextBlock") // Why: lines of a head end with CR LF.
final class RewriteTest {
    private static final int REQUEST_MAX = HeadLimits.DEFAULT.bytesMax();

    private static Peer.Message forwarded(Stage stage, String fields) {
        var client = stage.client();
        client.send("GET /a HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n");
        var origin = stage.origin().next();
        var request = origin.message();
        origin.send("HTTP/1.1 204 X\r\nConnection: close\r\n\r\n");
        client.head();
        stage.settle();
        return request;
    }

    @Test
    void hopByHopFieldsAreNotForwarded(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var request = forwarded(
                stage,
                "Connection: close, X-Mine , x-other\r\nX-Mine: 1\r\nX-OTHER: 2\r\nX-Kept: 3\r\nKeep-Alive: timeout=5\r\n"
                        + "Proxy-Connection: keep-alive\r\nProxy-Authorization: secret\r\nTE: trailers\r\nUpgrade: websocket\r\n"
                        + "Accept: */*\r\nX-Kept: 4\r\n");

        for (String gone :
                new String[] {"X-Mine", "X-Other", "Keep-Alive", "Proxy-Connection", "Proxy-Authorization", "Upgrade"
                }) {
            assertThat(request.all(gone)).as(gone).isEmpty();
        }
        assertThat(request.all("Connection")).containsExactlyInAnyOrder("keep-alive", "TE");
        assertThat(request.all("TE")).containsExactly("trailers");
        assertThat(request.all("X-Kept")).containsExactly("3", "4");
        assertThat(request.field("Accept")).isEqualTo("*/*");
    }

    @Test
    void hopByHopFieldsAreNotSentToTheClient(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        client.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
        var origin = stage.origin().next();
        origin.head();
        origin.send("HTTP/1.1 200 OK\r\nConnection: X-Mine, keep-alive\r\nX-Mine: 1\r\nKeep-Alive: timeout=5\r\n"
                + "Proxy-Authenticate: Basic\r\nUpgrade: h2c\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nServer: s\r\n"
                + "Content-Length: 5\r\n\r\ntoken");
        var answer = client.message();

        for (String gone : new String[] {"Connection", "X-Mine", "Keep-Alive", "Proxy-Authenticate", "Upgrade"}) {
            assertThat(answer.all(gone)).as(gone).isEmpty();
        }
        assertThat(answer.all("Set-Cookie")).containsExactly("a=1", "b=2");
        assertThat(answer.all("Server")).containsExactly("s");
        assertThat(answer.all("Via")).containsExactly("1.1 weir");
        assertThat(answer.all("Content-Length")).containsExactly("5");
    }

    @Test
    void forwardedFieldsAreSetByTheGatewayAlone(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var request = forwarded(
                stage,
                "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: evil\r\nForwarded: for=6.6.6.6\r\n"
                        + "x-forwarded-for: 7.7.7.7\r\nVia: 1.0 other\r\n");

        assertThat(request.all("X-Forwarded-For")).containsExactly("127.0.0.1");
        assertThat(request.all("X-Forwarded-Proto")).containsExactly("http");
        assertThat(request.all("X-Forwarded-Host")).containsExactly("h");
        assertThat(request.has("Forwarded")).isFalse();
        assertThat(request.all("Via")).containsExactly("1.0 other", "1.1 weir");
    }

    @Test
    void lookalikeFieldNamesAreNotForwarded(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var request = forwarded(
                stage,
                "X_Forwarded_For: 6.6.6.6\r\nX-Forwarded_For: 6.6.6.6\r\nx_request_id: mine\r\nX_FORWARDED_HOST: evil\r\n"
                        + "X_Forwarded-Proto: https\r\nContent_Length: 9\r\nX_Forwarded_Fox: kept\r\nX_Kept: kept\r\n");

        assertThat(request.head()).doesNotContain("6.6.6.6", "mine", "evil", "https", "Content_Length");
        assertThat(request.all("X_Forwarded_Fox")).containsExactly("kept");
        assertThat(request.all("X_Kept")).containsExactly("kept");
    }

    @ParameterizedTest
    @CsvSource({
        "TE: trailers, true",
        "TE: Trailers, true",
        "'TE: deflate;q=0.5, trailers ', true",
        "TE: deflate, false",
        "TE: trailers;q=1, false"
    })
    void whoTakesTrailersIsSaidToTheOrigin(String field, boolean isSaid, Scene scene) {
        var request = forwarded(Stage.inMemory(scene, Setup.ONE_ORIGIN), field + "\r\n");

        assertThat(request.has("TE")).isEqualTo(isSaid);
        if (isSaid) assertThat(request.all("TE")).containsExactly("trailers");
        assertThat(request.all("Connection").contains("TE")).isEqualTo(isSaid);
    }

    @Test
    void maxForwardsIsCountedDownForOptionsAndTraceOnly(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        for (String method : new String[] {"OPTIONS", "TRACE", "GET"}) {
            stage.client().send(method + " /a HTTP/1.1\r\nHost: h\r\nMax-Forwards: 10\r\n\r\n");
            var origin = stage.origin().next();
            var request = origin.message();
            origin.send("HTTP/1.1 204 X\r\nConnection: close\r\n\r\n");
            stage.settle();
            assertThat(request.all("Max-Forwards")).containsExactly(method.equals("GET") ? "10" : "9");
        }
    }

    @Test
    void aRequestWithMaxForwardsZeroIsAnsweredByTheGateway(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        client.send("OPTIONS * HTTP/1.1\r\nHost: h\r\nMax-Forwards: 0\r\n\r\n");
        assertThat(client.head()).startsWith("HTTP/1.1 204 ");

        client.send("TRACE /a?b HTTP/1.1\r\nHost: h\r\nCookie: secret\r\nMax-Forwards: 0\r\n\r\n");
        var traced = client.message();
        assertThat(traced.field("Content-Type")).isEqualTo("message/http");
        assertThat(traced.body()).isEqualTo("TRACE /a?b HTTP/1.1\r\n\r\n");
        assertThat(stage.origin().count()).isZero();
    }

    @Test
    void aUsableRequestIdIsKeptAndAnotherReplaced(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        for (String usable : new String[] {"a", "A-z_0.9", "x".repeat(128)}) {
            assertThat(forwarded(stage, "X-Request-Id: " + usable + "\r\n").all("X-Request-Id"))
                    .containsExactly(usable);
        }
        for (String unusable : new String[] {"", "a b", "x".repeat(129), "a\"b", "a/b", "\u00e4"}) {
            assertThat(forwarded(stage, "X-Request-Id: " + unusable + "\r\n").all("X-Request-Id"))
                    .hasSize(1)
                    .first()
                    .asString()
                    .matches("[0-9a-f]{32}");
        }
        String one = forwarded(stage, "").field("X-Request-Id");
        assertThat(forwarded(stage, "").field("X-Request-Id"))
                .matches("[0-9a-f]{32}")
                .isNotEqualTo(one);
    }

    private static String brief(int count) {
        return "a:b\r\n".repeat(count);
    }

    @Test
    void theMaximumNumberOfFieldsPassesBothWays(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN.withLimits(new HeadLimits(16 * 1024, 1000)));
        var client = stage.client();
        client.send("GET /a HTTP/1.1\r\nHost: h\r\n" + brief(993) + "\r\n");
        var origin = stage.origin().next();
        var request = origin.message();
        assertThat(request.all("a")).hasSize(993);
        assertThat(request.head().lines().filter(line -> line.contains(":"))).hasSize(1000);
        origin.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n" + brief(999) + "\r\nok");
        var answer = client.message();
        assertThat(answer.all("a")).hasSize(999);
        assertThat(answer.body()).isEqualTo("ok");
    }

    @ParameterizedTest
    @CsvSource({"'',93", "'TE: trailers\r\n',91", "'Connection: x\r\nX: 1\r\nX-Forwarded-For: a\r\nUpgrade: b\r\n',93"})
    void requestWithMoreFieldsThanMayLeaveIsRefusedAndItsConnectionToTheOriginIsNotBorrowed(
            String fields, int most, Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        String lines = fields.replace("\\r\\n", "\r\n");
        var request = forwarded(stage, lines + brief(most));
        assertThat(request.head().lines().filter(line -> line.contains(":"))).hasSize(100);

        var client = stage.client();
        client.send("GET /a HTTP/1.1\r\nHost: h\r\n" + lines + brief(most + 1) + "\r\n");
        var answer = client.message();
        assertThat(answer.status()).isEqualTo(431);
        assertThat(answer.body()).contains("too many header fields to be forwarded");
        assertThat(stage.origin().count()).isOne();
        assertThat(stage.ended.getLast().end()).isEqualTo("CR");
    }

    @Test
    void theLargestRequestHeadFitsAfterTheRewrite(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        for (long seed = 1; seed <= 200; seed++) {
            var random = new Random(seed);
            String sent = randomHead(random);
            var client = stage.client();
            client.send(sent);
            stage.settle();
            String got = client.seen();
            assertThat(got).as("seed %d", seed).isEmpty();
            var origin = stage.origin().next();
            String head = origin.head();
            assertThat(head.length() - sent.length())
                    .as("growth of the head of seed %d", seed)
                    .isLessThanOrEqualTo(HeadBlocks.HEADROOM);
            origin.send("HTTP/1.1 204 X\r\nConnection: close\r\n\r\n");
            assertThat(client.head()).startsWith("HTTP/1.1 204");
            client.close();
            stage.settle();
        }
    }

    /// Long hosts and ids, many short fields or few long ones, as large as the limits allow.
    private static String randomHead(Random random) {
        String host = "h".repeat(random.nextBoolean() ? 255 : 1 + random.nextInt(255));
        boolean absolute = random.nextBoolean();
        var head = new StringBuilder(
                absolute
                        ? "GET http://" + host + "/ HTTP/1.1\r\nHost: x\r\n"
                        : "GET / HTTP/1.1\r\nHost: " + host + "\r\n");
        if (random.nextBoolean()) {
            head.append("X-Request-Id:").append("i".repeat(128)).append("\r\n");
        }
        int fields = random.nextInt(93); // with the one below, and those that are added, at most a hundred leave
        for (int i = 0; i < fields; i++) {
            head.append("A:").append(random.nextBoolean() ? "" : "v").append("\r\n");
        }
        int room = REQUEST_MAX - head.length() - 2;
        if (random.nextInt(4) > 0 && room > 4) {
            head.append("B:").append("v".repeat(room - 4)).append("\r\n");
        }
        return head.append("\r\n").toString();
    }

    @Test
    void theLargestAnswerHeadFitsAfterTheRewrite(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        for (int spare = 0; spare < 40; spare++) {
            var client = stage.client();
            client.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
            var origin = stage.origin().next();
            origin.head();
            var head = new StringBuilder("HTTP/1.1 200\r\nConnection:close\r\nContent-Length:5\r\n");
            for (int i = 0; i < 90; i++) head.append("A:\r\n");
            head.append("B:")
                    .append("v".repeat(REQUEST_MAX - spare - head.length() - 6))
                    .append("\r\n\r\n");
            origin.send(head + "token");
            assertThat(client.message().body()).isEqualTo("token");
            client.close();
            stage.settle();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Via: 1.1 weir\r\n",
                "Via: 1.0 other, 1.1 weir\r\n",
                "Via: 1.1 weir (me), 1.1 other\r\n",
                "Via: 1.1 other\r\nVia: HTTP/1.1\tweir,1.1 other\r\n"
            })
    void aRequestThatWasHereBeforeIsNotForwarded(String fields, Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();

        client.send("GET /a HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n");

        assertThat(client.head()).startsWith("HTTP/1.1 508 Loop Detected\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.1 weirs", "1.1 xweir", "weir", "1.1 weir-2", "1.1 other (weir)", "1.1 WEIR"})
    void anotherNameInViaIsForwarded(String via, Scene scene) {
        var request = forwarded(Stage.inMemory(scene, Setup.ONE_ORIGIN), "Via: " + via + "\r\n");

        assertThat(request.all("Via")).containsExactly(via, "1.1 weir");
    }
}
