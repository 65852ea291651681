package dev.weir.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.server.KeepAliveField;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Proves that answers of real origins that say a little too much, and in which nothing can be understood in
/// two ways, are passed on in the form that all clients read.
@Balanced
@SuppressWarnings("StringConcatToTextBlock") // Why: lines of a head end with CR LF.
final class KindAnswersTest {
    private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";

    private static Peer asked(Stage stage, String answer) {
        var client = stage.client();
        client.send(GET);
        var origin = stage.origin().next();
        origin.head();
        origin.send(answer);
        stage.settle();
        return client;
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 5", "Content-Length: 0", "Transfer-Encoding: chunked"})
    void emptyAnswerThatAnnouncesABodyIsPassedOnWithoutIt(String field, Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = asked(stage, "HTTP/1.1 204 No Content\r\n" + field + "\r\nX-Kept: 1\r\n\r\n");

        assertThat(client.head())
                .startsWith("HTTP/1.1 204 No Content\r\n")
                .contains("X-Kept: 1\r\n")
                .doesNotContain("Content-Length", "Transfer-Encoding");
    }

    @Test
    void anOriginThatSendsABodyWithAnEmptyAnswerIsNotReused(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var first = asked(stage, "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nHTTP/");
        assertThat(first.head()).startsWith("HTTP/1.1 204 ");

        var second = asked(stage, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        assertThat(second.message().body()).isEqualTo("ok");
    }

    @Test
    void interimAnswerWithALengthIsPassedOnWithoutIt(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = asked(
                stage,
                "HTTP/1.1 103 Early Hints\r\nContent-Length: 0\r\nLink: </a>\r\n\r\n"
                        + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");

        assertThat(client.head())
                .startsWith("HTTP/1.1 103 ")
                .contains("Link: </a>")
                .doesNotContain("Content-Length", "Date:");
        assertThat(client.message().body()).isEqualTo("ok");
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 304})
    void emptyAnswerThatContradictsItselfIsPassedOnWithoutALength(int status, Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = asked(
                stage,
                "HTTP/1.1 " + status + " X\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\nX-Kept: 1\r\n\r\n");

        assertThat(client.head())
                .startsWith("HTTP/1.1 " + status + " ")
                .contains("X-Kept: 1\r\n")
                .doesNotContain("Content-Length", "Transfer-Encoding");
        assertThat(asked(stage, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                        .message()
                        .body())
                .isEqualTo("ok");
        assertThat(stage.origin().count()).isEqualTo(2);
    }

    @Test
    void aRepeatedContentLengthIsForwardedOnce(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = asked(stage, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\ncontent-length: 2\r\n\r\nok");

        assertThat(client.message().all("Content-Length")).containsExactly("2");
    }

    @Test
    void http10ChunksAreReadAndTheConnectionIsNotReused(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = asked(
                stage,
                "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n");

        assertThat(client.message().body()).isEqualTo("2\r\nok\r\n0\r\n\r\n");
        asked(stage, "HTTP/1.1 204 No Content\r\n\r\n");
        assertThat(stage.origin().count()).isEqualTo(2);
    }

    @Test
    void answerWithoutADateIsGivenOneAndOneWithADateKeepsIt(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var without = asked(stage, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
                .message();
        assertThat(without.all("Date")).hasSize(1).first().asString().endsWith(" GMT");

        var with = stage.client();
        with.send(GET);
        var origin = stage.origin().next();
        origin.head();
        origin.send("HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 0\r\n\r\n");
        assertThat(with.message().all("Date")).containsExactly("Sun, 06 Nov 1994 08:49:37 GMT");
    }

    @Test
    void theUpgradeFieldOf426IsForwarded(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = asked(
                stage,
                "HTTP/1.1 426 Upgrade Required\r\nUpgrade: TLS/1.2, HTTP/1.1\r\nConnection: Upgrade\r\nContent-Length: 0\r\n\r\n");

        var answer = client.message();
        assertThat(answer.all("Upgrade")).containsExactly("TLS/1.2, HTTP/1.1");
        assertThat(answer.all("Connection")).containsExactly("upgrade");
    }

    @Test
    void theLastAnswerCarriesConnectionClose(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        client.send("GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        var origin = stage.origin().next();
        origin.head();
        origin.send(
                "HTTP/1.1 426 Upgrade Required\r\nUpgrade: h2c\r\nConnection: Upgrade, keep-alive\r\nContent-Length: 0\r\n\r\n");

        assertThat(client.message().all("Connection")).containsExactly("upgrade", "close");
    }

    @Test
    void theKeepAliveFieldTellsTheIdleTimeout(Scene scene) {
        var setup = Setup.ONE_ORIGIN.withServer(one -> one.withKeepAliveField(KeepAliveField.ALL));
        var client = asked(
                Stage.inMemory(scene, setup), "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=5\r\nContent-Length: 0\r\n\r\n");

        var answer = client.message();
        assertThat(answer.all("Keep-Alive"))
                .containsExactly("timeout=" + Setup.IDLE.minusSeconds(1).toSeconds());
        assertThat(answer.all("Connection")).containsExactly("keep-alive");
    }

    @ParameterizedTest
    @ValueSource(ints = {600, 777, 999})
    void statusBeyondTheKnownClassesIsPassedOn(int status, Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = asked(stage, "HTTP/1.1 " + status + " Own\r\nContent-Length: 2\r\n\r\nok");

        assertThat(client.message().status()).isEqualTo(status);
        assertThat(stage.only().end()).isEqualTo("--");
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 408, 411, 413, 414, 417, 431, 501, 505, 404, 500})
    void originThatCouldNotReadARequestIsAskedTheNextOnANewConnection(int status, Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = asked(stage, "HTTP/1.1 " + status + " X\r\nContent-Length: 0\r\n\r\n");
        assertThat(client.message().status()).isEqualTo(status);

        client.send(GET);
        stage.settle();

        boolean couldRead = status == 404 || status == 500;
        assertThat(stage.origin().count()).isEqualTo(couldRead ? 1 : 2);
    }

    @Test
    void emptyLineBeforeAnAnswerIsSkipped(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);

        assertThat(asked(stage, "\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                        .message()
                        .body())
                .isEqualTo("ok");
    }
}
