package dev.weir.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Proves what proxies get wrong: interim answers, early answers, targets, hosts, answers that end in a
/// close. Whole gateway, in memory, played by hand.
@Balanced
final class TrapsTest {
    private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";

    private static String ok(String token) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + token.length() + "\r\n\r\n" + token;
    }

    // ---- Expect: 100-continue

    @Test
    void aContinueIsForwardedAndTheBodyFollows(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        client.send("PUT /up HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
        var origin = stage.origin().next();
        assertThat(new Peer.Message(origin.head(), "").field("Expect")).isEqualTo("100-continue");

        origin.send("HTTP/1.1 100 Continue\r\n\r\n");
        assertThat(client.head()).startsWith("HTTP/1.1 100 Continue\r\n");
        client.send("token");
        assertThat(origin.text(5)).isEqualTo("token");
        origin.send(ok("token"));

        assertThat(client.message().body()).isEqualTo("token");
        client.send(GET);
        assertThat(origin.head()).startsWith("GET /a");
    }

    @Test
    void aFinalAnswerInsteadOf100IsDeliveredAndCloses(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        client.send("PUT /up HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
        var origin = stage.origin().next();
        origin.head();
        origin.send("HTTP/1.1 417 No\r\nContent-Length: 2\r\n\r\nno");

        var answer = client.message();
        assertThat(answer.status()).isEqualTo(417);
        assertThat(answer.field("Connection")).isEqualTo("close");
        assertThat(client.rest()).isEmpty();
        stage.settle();
        assertThat(origin.hasEnded()).isTrue();
        assertThat(origin.seen()).isEmpty();
    }

    @Test
    void aBodySentWithoutWaitingForContinueArrives(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        client.send("PUT /up HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\ntoken");
        var origin = stage.origin().next();
        assertThat(origin.message().body()).isEqualTo("token");
        origin.send("HTTP/1.1 100 Continue\r\n\r\n" + ok("token"));

        assertThat(client.head()).startsWith("HTTP/1.1 100 ");
        assertThat(client.message().body()).isEqualTo("token");
    }

    // ---- 1xx

    @Test
    void severalInterimAnswersPassInOrder(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        client.send(GET);
        var origin = stage.origin().next();
        origin.head();
        origin.trickle("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
                + "HTTP/1.1 103 Early Hints\r\nLink: </b.css>\r\n\r\n" + ok("token"));

        assertThat(client.head()).startsWith("HTTP/1.1 100 ");
        assertThat(client.head()).startsWith("HTTP/1.1 103 ").contains("Link: </a.css>");
        assertThat(client.head()).startsWith("HTTP/1.1 103 ").contains("Link: </b.css>");
        assertThat(client.message().body()).isEqualTo("token");
        client.send(GET);
        assertThat(origin.head()).startsWith("GET /a");
    }

    @Test
    void interimAnswersTheClientDoesNotReadDoNotBlockTheFinalOne(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN.withPipeBytes(12_000));
        var client = stage.client();
        client.send(GET);
        var origin = stage.origin().next();
        origin.head();
        origin.send(("HTTP/1.1 103 X\r\nLink: " + "x".repeat(3_000) + "\r\n\r\n").repeat(5) + ok("token"));
        stage.settle();

        stage.turnUntil(() -> client.seen().endsWith("token"));
        assertThat(client.seen()).contains("HTTP/1.1 200 OK\r\n");
    }

    @Test
    void anHttp10ClientSeesNoInterimAnswer(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        client.send("GET /a HTTP/1.0\r\n\r\n");
        var origin = stage.origin().next();
        origin.head();
        origin.send("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" + ok("token"));

        assertThat(client.rest()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\ntoken");
    }

    @Test
    void anUnrequestedSwitchOfProtocolsIsAnswered502(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        client.send("GET /a HTTP/1.1\r\nHost: h\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n");
        var origin = stage.origin().next();
        assertThat(origin.head()).doesNotContainIgnoringCase("upgrade");
        origin.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n");

        assertThat(client.message().status()).isEqualTo(502);
    }

    // ---- early answers

    @Test
    void anAnswerBeforeTheEndOfTheBodyIsDeliveredWholeAndNothingIsReused(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        client.send("POST /up HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\nbeginning");
        var origin = stage.origin().next();
        assertThat(origin.head()).startsWith("POST /up");
        origin.send("HTTP/1.1 413 Too Large\r\nContent-Length: 5\r\n\r\nto");
        stage.settle();
        client.send("more");
        stage.settle();
        origin.send("ken");

        var answer = client.message();
        assertThat(answer.body()).isEqualTo("token");
        assertThat(answer.field("Connection")).isEqualTo("close");
        assertThat(client.rest()).isEmpty();
        stage.settle();
        assertThat(origin.seen()).isEqualTo("beginningmore");
        assertThat(origin.hasEnded()).isTrue();

        var other = stage.client();
        other.send(GET);
        assertThat(stage.origin().next().head()).startsWith("GET /a");
    }

    @Test
    @DisplayName("S-04 the request cannot be written any more, and the answer that came before is delivered")
    void anAnswerFollowedByACloseIsDeliveredThoughTheRequestCouldNotBeWritten(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        client.send("POST /up HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\nbeginning");
        var origin = stage.origin().next();
        origin.head();
        stage.settle();
        assertThat(origin.seen()).isEqualTo("beginning");
        client.send("more");
        origin.send(ok("token"));
        origin.close();

        var answer = client.message();
        assertThat(answer.body()).isEqualTo("token");
        assertThat(answer.field("Connection")).isEqualTo("close");
        assertThat(client.rest()).isEmpty();
    }

    @Test
    void anOriginThatClosesDuringTheUploadWithoutAnAnswerCauses502(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        client.send("POST /up HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\nbeginning");
        var origin = stage.origin().next();
        origin.head();
        stage.settle();
        origin.seen();
        client.send("more");
        origin.close();

        assertThat(client.message().status()).isEqualTo(502);
        assertThat(stage.only().end()).isEqualTo("SH");
    }

    // ---- targets and hosts

    @Test
    void anAbsoluteTargetBecomesAPathAndItsAuthorityBecomesHost(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        client.send("GET http://Right.example:81/p?q=1 HTTP/1.1\r\nHost: wrong.example\r\n\r\n");
        var request = stage.origin().next().message();

        assertThat(request.first()).isEqualTo("GET /p?q=1 HTTP/1.1");
        assertThat(request.all("Host")).containsExactly("Right.example:81");
        assertThat(request.field("X-Forwarded-Host")).isEqualTo("Right.example:81");
    }

    @Test
    void anAbsoluteTargetWithoutAPathAsksForTheRoot(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        stage.client().send("GET http://a HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(stage.origin().next().head()).startsWith("GET / HTTP/1.1\r\nHost: a\r\n");
        stage.client().send("GET http://a?x=1 HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(stage.origin().next().head()).startsWith("GET /?x=1 HTTP/1.1\r\nHost: a\r\n");
        stage.client().send("OPTIONS http://a HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(stage.origin().next().head()).startsWith("OPTIONS * HTTP/1.1\r\nHost: a\r\n");
    }

    @Test
    void anAsteriskStaysAnAsterisk(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        stage.client().send("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
        assertThat(stage.origin().next().head()).startsWith("OPTIONS * HTTP/1.1\r\nHost: a\r\n");
    }

    @Test
    void aRequestThatNamesNoHostIsGivenTheOriginsName(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        stage.client().send("GET /a HTTP/1.0\r\n\r\n");
        var request = stage.origin().next().message();
        assertThat(request.all("Host"))
                .containsExactly("127.0.0.1:" + stage.origin().address().port());
        assertThat(request.has("X-Forwarded-Host")).isFalse();
        assertThat(request.all("Via")).containsExactly("1.0 weir");
    }
}
