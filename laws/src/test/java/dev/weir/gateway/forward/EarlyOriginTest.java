package dev.weir.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Proves that an origin's answer which comes before it has the whole request is delivered to clients that write
/// everything before they read, whatever the origin does with the rest. In memory and over TCP, on loops turned by
/// hand.
@Balanced
final class EarlyOriginTest {
    private static final int BYTES = 3_000_000;
    private static final String POST = "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: " + BYTES + "\r\n\r\n";
    private static final String BODY = "x".repeat(BYTES);
    private static final int PAGE_BYTES = 1_000_000;

    private static Stage stage(Scene scene, boolean tcp) {
        return tcp ? Stage.tcp(scene, Setup.ONE_ORIGIN) : Stage.inMemory(scene, Setup.ONE_ORIGIN);
    }

    private static String answer(int status, int bytes, String more) {
        return "HTTP/1.1 " + status + " No\r\n" + more + "Content-Length: " + bytes + "\r\n\r\n" + "n".repeat(bytes);
    }

    private static void isDelivered(Stage stage, Peer client, int status, int bytes) {
        var message = client.message();
        assertThat(message.status()).isEqualTo(status);
        assertThat(message.body()).hasSize(bytes);
        assertThat(client.rest()).isEmpty();
        client.close();
        stage.settle();
        assertThat(stage.only().status()).isEqualTo(status);
        assertThat(stage.only().answered()).isTrue();
        assertThat(stage.heldBytes()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("W-06 an origin that answers and closes at once is heard by a client that first sends everything")
    void anEarlyAnswerFollowedByACloseIsDelivered(boolean tcp, Scene scene) {
        var stage = stage(scene, tcp);
        var client = stage.client();
        client.send(POST);
        var origin = stage.origin().next();
        origin.head();
        origin.send(answer(413, 20, "Connection: close\r\n"));
        origin.close();
        client.send(BODY);

        isDelivered(stage, client, 413, 20);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anEarlyAnswerOfAReadingOriginIsDelivered(boolean tcp, Scene scene) {
        var stage = stage(scene, tcp);
        var client = stage.client();
        client.send(POST);
        var origin = stage.origin().next();
        origin.head();
        origin.send(answer(401, 20, ""));
        stage.settle();
        origin.seen();
        client.send(BODY);

        isDelivered(stage, client, 401, 20);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName(
            "W-06 a long error of an origin that reads no more is read whole by a client that first sends everything")
    void longErrorOfAnOriginThatStopsReadingIsHeard(boolean tcp, Scene scene) {
        var stage = stage(scene, tcp);
        var client = stage.client();
        client.send(POST);
        var origin = stage.origin().next();
        origin.head();
        String page = answer(413, PAGE_BYTES, "");
        int sent = 0;
        for (int idle = 0, body = 0; body < BYTES; idle++) {
            if (sent < page.length()) sent += Math.max(0, origin.offer(page.substring(sent)));
            int count = client.offer(BODY.substring(body));
            assertThat(count).isNotNegative();
            if (count > 0) idle = 0;
            body += count;
            assertThat(idle)
                    .as("rounds in which the client could not send, after %d bytes", body)
                    .isLessThan(500);
            stage.turn();
        }
        client.seen();
        int left = sent;
        origin.send(page.substring(left, left));
        for (int idle = 0; sent < page.length() && idle < 500; idle++) {
            int count = origin.offer(page.substring(sent));
            sent += count;
            if (count > 0) idle = 0;
            client.seen();
            stage.turn();
        }

        isDelivered(stage, client, 413, PAGE_BYTES);
    }

    /// Over TCP only: pipes in memory lose at a reset what was not read, as some systems do.
    @Test
    @DisplayName(
            "W-06 what an origin answered before it reset the connection is delivered while the client still sends")
    void anEarlyAnswerFollowedByAResetIsDelivered(Scene scene) {
        var stage = stage(scene, true);
        var client = stage.client();
        client.send(POST);
        var origin = stage.origin().next();
        origin.head();
        client.send(BODY.substring(0, 100_000));
        origin.send(answer(413, 20, ""));
        origin.close();
        client.send(BODY.substring(100_000));

        isDelivered(stage, client, 413, 20);
    }

    @Test
    void aBrokenUploadIsAnswered502OnceItIsSent(Scene scene) {
        var stage = stage(scene, true);
        var client = stage.client();
        client.send(POST);
        var origin = stage.origin().next();
        origin.head();
        client.send(BODY.substring(0, 100_000));
        origin.reset();
        client.send(BODY.substring(100_000));

        var message = client.message();
        assertThat(message.status()).isEqualTo(502);
        assertThat(client.rest()).isEmpty();
    }

    @Test
    void clientThatStopsSendingWhenItSeesTheErrorReadsTheRestOfIt(Scene scene) {
        var stage = stage(scene, false);
        var client = stage.client();
        client.send(POST + "x".repeat(1000));
        var origin = stage.origin().next();
        origin.head();
        origin.send("HTTP/1.1 413 No\r\nContent-Length: 20\r\n\r\n");
        assertThat(client.head()).startsWith("HTTP/1.1 413 ");
        client.endOutput();
        stage.settle();
        origin.send("n".repeat(20));

        assertThat(client.rest()).isEqualTo("n".repeat(20));
    }

    @Test
    void originThatAnswersEarlyAndTakesEverythingGetsEverything(Scene scene) {
        var stage = stage(scene, false);
        var client = stage.client();
        client.send(POST);
        var origin = stage.origin().next();
        origin.head();
        origin.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n");
        assertThat(client.head()).startsWith("HTTP/1.1 200 ");
        int taken = 0;
        for (int body = 0, idle = 0; taken < BYTES && idle < 500; idle++) {
            int sent = body < BYTES ? client.offer(BODY.substring(body)) : 0;
            body += sent;
            int got = origin.some(16_000).length();
            taken += got;
            if (sent > 0 || got > 0) idle = 0;
            stage.turn();
        }
        assertThat(taken).isEqualTo(BYTES);
        origin.send("done");

        assertThat(client.text(4)).isEqualTo("done");
    }
}
