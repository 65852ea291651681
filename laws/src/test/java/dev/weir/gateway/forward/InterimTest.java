package dev.weir.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.config.Upstream;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Proves which interim answers a client is sent, and in which order, so that no client is confused by them.
@Balanced
@SuppressWarnings("StringConcatToTextBlock") // Why: lines of a head end with CR LF.
final class InterimTest {
    private static final String PUT =
            "PUT /up HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n";
    private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final Duration CONTINUES = Upstream.Timeouts.CONTINUES;
    private static final Duration SHORT = Duration.ofMillis(10);

    private static String hint(int number) {
        return "HTTP/1.1 103 Early Hints\r\nLink: </" + number + ">\r\n\r\n";
    }

    private static Setup continues(Duration time) {
        return Setup.ONE_ORIGIN.withUpstream(one -> one.withTimeouts(
                new Upstream.Timeouts(one.timeouts().connect(), one.timeouts().response(), time)));
    }

    @Test
    void earlyHintsWaitForContinue(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        client.send(PUT);
        var origin = stage.origin().next();
        origin.head();
        origin.trickle(hint(1) + hint(2));
        assertThat(client.isQuiet()).isTrue();

        origin.trickle(CONTINUE + hint(3));

        assertThat(client.head()).startsWith("HTTP/1.1 100 Continue\r\n");
        for (int i = 1; i <= 3; i++) assertThat(client.head()).contains("Link: </" + i + ">");
        client.send("token");
        assertThat(origin.text(5)).isEqualTo("token");
        origin.send(OK);
        assertThat(client.message().body()).isEqualTo("ok");
        assertThat(stage.interimDropped()).isZero();
    }

    @Test
    void earlyHintsWaitForTheBodyOfTheClient(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        client.send(PUT);
        var origin = stage.origin().next();
        origin.head();
        origin.send(hint(1) + "HTTP/1.1 10");
        stage.settle();
        assertThat(client.isQuiet()).isTrue();

        client.send("t");
        stage.settle();
        assertThat(client.head()).contains("Link: </1>");

        client.send("oken");
        assertThat(origin.text(5)).isEqualTo("token");
        origin.send("3 X\r\nLink: </2>\r\n\r\n" + OK);
        assertThat(client.head()).contains("Link: </2>");
        assertThat(client.message().body()).isEqualTo("ok");
    }

    @Test
    void earlyHintsAreDroppedWhenTheFinalAnswerComesFirst(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        client.send(PUT);
        var origin = stage.origin().next();
        origin.head();
        origin.send(hint(1));
        stage.settle();
        origin.send("HTTP/1.1 417 No\r\nContent-Length: 2\r\n\r\nno");

        assertThat(client.message().status()).isEqualTo(417);
        assertThat(stage.interimDropped()).isOne();
    }

    @Test
    void earlyHintsThatWouldFillTheBlockAreDropped(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        client.send(PUT);
        var origin = stage.origin().next();
        origin.head();
        String large = "HTTP/1.1 103 X\r\nLink: " + "x".repeat(6_000) + "\r\n\r\n";
        origin.send(large + large + large + large + CONTINUE);

        stage.settle();
        assertThat(client.head()).startsWith("HTTP/1.1 100 ");
        client.send("token");
        origin.text(5);
        origin.send(OK);
        stage.settle();
        assertThat(client.seen()).endsWith("ok");
        assertThat(stage.interimDropped()).isPositive();
    }

    @Test
    void fiveInterimAnswersArePassedOnAndNoMore(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        client.send(GET);
        var origin = stage.origin().next();
        origin.head();
        for (int i = 1; i <= 9; i++) origin.send(hint(i));
        origin.send(OK);

        for (int i = 1; i <= 5; i++) assertThat(client.head()).contains("Link: </" + i + ">");
        assertThat(client.message().status()).isEqualTo(200);
        assertThat(stage.interimDropped()).isEqualTo(4);

        client.send(GET);
        origin.head();
        origin.send(hint(1) + OK);
        assertThat(client.head()).startsWith("HTTP/1.1 103 ");
        assertThat(client.message().status()).isEqualTo(200);
    }

    @Test
    void continueCountsAmongTheFiveInterimAnswers(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        client.send(PUT);
        var origin = stage.origin().next();
        origin.head();
        for (int i = 1; i <= 6; i++) origin.send(hint(i));
        origin.send(CONTINUE);

        assertThat(client.head()).startsWith("HTTP/1.1 100 ");
        for (int i = 1; i <= 4; i++) assertThat(client.head()).contains("Link: </" + i + ">");
        stage.settle();
        assertThat(client.isQuiet()).isTrue();
        assertThat(stage.interimDropped()).isEqualTo(2);
    }

    @Test
    void theGatewaySendsContinueAfterTheContinueTimeout(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        client.send(PUT);
        var origin = stage.origin().next();
        origin.head();
        origin.send(hint(1));
        stage.pass(CONTINUES.minus(SHORT));
        assertThat(client.isQuiet()).isTrue();

        stage.pass(SHORT.multipliedBy(2));

        assertThat(client.head()).isEqualTo(CONTINUE);
        assertThat(client.head()).contains("Link: </1>");
        client.send("token");
        assertThat(origin.text(5)).isEqualTo("token");
        origin.send(CONTINUE + OK);
        assertThat(client.message().status())
                .as("the origin's own comes too late")
                .isEqualTo(200);
        assertThat(stage.interimDropped()).isOne();
    }

    @Test
    void continueIsSentOnceAndNotAfterTheBodyBegan(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var told = stage.client();
        told.send(PUT);
        var first = stage.origin().next();
        first.head();
        first.send(CONTINUE);
        assertThat(told.head()).startsWith("HTTP/1.1 100 ");
        var impatient = stage.client();
        impatient.send(PUT + "t");
        stage.origin().next().head();

        stage.pass(CONTINUES.multipliedBy(2));

        assertThat(told.isQuiet()).isTrue();
        assertThat(impatient.isQuiet()).isTrue();
    }

    @Test
    void continueOffLeavesContinueToTheOrigin(Scene scene) {
        var stage = Stage.inMemory(scene, continues(Duration.ZERO));
        var client = stage.client();
        client.send(PUT);
        var origin = stage.origin().next();
        origin.head();
        stage.pass(CONTINUES.multipliedBy(5));
        assertThat(client.isQuiet()).isTrue();

        origin.send(CONTINUE);
        assertThat(client.head()).startsWith("HTTP/1.1 100 ");
    }

    @Test
    void noContinueWhileTheRequestWaitsForAConnection(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN.withPool(1, 8));
        stage.client().send(GET);
        var origin = stage.origin().next();
        origin.head();
        var client = stage.client();
        client.send(PUT);
        stage.pass(CONTINUES.multipliedBy(2));
        assertThat(client.isQuiet()).isTrue();

        origin.send(OK);
        assertThat(origin.head()).startsWith("PUT /up ");
        stage.pass(CONTINUES.plus(SHORT));
        assertThat(client.head()).isEqualTo(CONTINUE);
    }
}
