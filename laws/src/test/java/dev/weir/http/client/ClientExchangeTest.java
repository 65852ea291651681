package dev.weir.http.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.client.Attempts.Outcome;
import dev.weir.pool.PoolCount;
import dev.weir.testing.Balanced;
import dev.weir.testing.RawPeer;
import dev.weir.testing.Scene;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// Proves that a client's exchange needs no gateway: it sends a request over a connection of a pool, its answer
/// goes into an array, and whatever becomes of it ends with one outcome.
///
/// The test plays the origin, in memory, on a loop turned by hand.
@Balanced
final class ClientExchangeTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: web\r\n\r\n";
    private static final String POST = "POST / HTTP/1.1\r\nHost: web\r\nContent-Length: 5\r\n\r\nhello";

    @Test
    void getIsAnsweredIntoAnArray(Scene scene) {
        var stage = ClientStage.open(scene);
        var get = stage.send(stage.get());

        try (RawPeer origin = stage.origin.accept()) {
            origin.expect(GET);
            origin.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nworld");
            stage.loops.turnUntilQuiet();

            assertReplied(get, 200, "world");
            assertThat(stage.cache.count(PoolCount.CREATED)).isEqualTo(1);
        }
    }

    @Test
    void postIsSentWithItsBodyAndChunksAreDecoded(Scene scene) {
        var stage = ClientStage.open(scene);
        var post = stage.send(stage.post("hello"));

        try (RawPeer origin = stage.origin.accept()) {
            origin.expect(POST);
            origin.send("HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nwor\r\n2\r\nld\r\n0\r\n\r\n");
            stage.loops.turnUntilQuiet();

            assertReplied(post, 201, "world");
        }
    }

    @Test
    void secondRequestUsesTheSameConnection(Scene scene) {
        var stage = ClientStage.open(scene);
        var first = stage.send(stage.get());

        try (RawPeer origin = stage.origin.accept()) {
            origin.expect(GET);
            origin.send("HTTP/1.1 204 No Content\r\n\r\n");
            stage.loops.turnUntilQuiet();
            var second = stage.send(stage.post("hello"));
            origin.expect(POST);
            origin.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            stage.loops.turnUntilQuiet();

            assertReplied(first, 204, "");
            assertReplied(second, 200, "");
            assertThat(second.reused).isTrue();
            assertThat(stage.cache.count(PoolCount.CREATED)).isEqualTo(1);
        }
    }

    @Test
    void interimAnswersComeBeforeTheAnswer(Scene scene) {
        var stage = ClientStage.open(scene);
        var get = stage.send(stage.get());

        try (RawPeer origin = stage.origin.accept()) {
            origin.expect(GET);
            origin.send("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx");
            stage.loops.turnUntilQuiet();

            assertThat(get.interim).containsExactly(103);
            assertThat(get.exchange.interimPassed()).isEqualTo(1);
            assertThat(get.exchange.isContinued()).isFalse();
            assertReplied(get, 200, "x");
        }
    }

    @Test
    void continueIsNotedUntilTheNextRequest(Scene scene) {
        var stage = ClientStage.open(scene);
        var get = stage.send(stage.get());

        try (RawPeer origin = stage.origin.accept()) {
            origin.expect(GET);
            origin.send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na");
            stage.loops.turnUntilQuiet();
            assertThat(get.exchange.isContinued()).isTrue();
            get.restart();
            stage.send(get);

            assertThat(get.exchange.isContinued()).isFalse();
            assertThat(get.exchange.interimPassed()).isZero();
            origin.expect(GET);
            origin.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nb");
            stage.loops.turnUntilQuiet();
            assertReplied(get, 200, "ab");
        }
    }

    @Test
    void requestToOriginThatIsNotThereWasNotSent(Scene scene) {
        var stage = ClientStage.open(scene);
        stage.origin.close();
        var get = stage.send(stage.get());
        stage.loops.turnUntilQuiet();

        assertThat(get.end).isEqualTo("CONNECT_FAILED");
        assertThat(get.attempts())
                .as("nothing was sent: it may be tried elsewhere")
                .isEqualTo(2);
        assertThat(get.outcome()).isEqualTo(Outcome.NOT_SENT);
    }

    @Test
    void requestWithoutAnswerMayHaveBeenProcessed(Scene scene) {
        var stage = ClientStage.open(scene);
        var post = stage.send(stage.post("hello"));

        try (RawPeer origin = stage.origin.accept()) {
            origin.expect(POST);
        }
        stage.loops.turnUntilQuiet();

        assertThat(post.end).isEqualTo("NO_ANSWER");
        assertThat(post.outcome()).isEqualTo(Outcome.MAYBE_PROCESSED);
        assertThat(post.attempts()).isEqualTo(1);
    }

    @Test
    void cutAnswerMayHaveBeenProcessed(Scene scene) {
        var stage = ClientStage.open(scene);
        var get = stage.send(stage.get());

        try (RawPeer origin = stage.origin.accept()) {
            origin.expect(GET);
            origin.send("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nworld");
        }
        stage.loops.turnUntilQuiet();

        assertThat(get.status).isEqualTo(200);
        assertThat(text(get)).isEqualTo("world");
        assertThat(get.end).isEqualTo("BROKEN_ANSWER");
        assertThat(get.outcome()).isEqualTo(Outcome.MAYBE_PROCESSED);
    }

    @Test
    void originThatDoesNotAnswerInTimeMayHaveProcessed(Scene scene) {
        var stage = ClientStage.open(scene);
        var post = stage.send(stage.post("hello"));

        try (RawPeer origin = stage.origin.accept()) {
            origin.expect(POST);
            stage.loops.pass(ClientStage.ANSWER_TIMEOUT.plusMillis(100));
        }

        assertThat(post.end).isEqualTo("ANSWER_TIMED_OUT");
        assertThat(post.outcome()).isEqualTo(Outcome.MAYBE_PROCESSED);
    }

    @Test
    void safeRequestIsRepeatedWhenReusedConnectionEndsWithoutAnswer(Scene scene) {
        var stage = ClientStage.open(scene);
        stage.send(stage.get());

        try (RawPeer kept = stage.origin.accept()) {
            kept.expect(GET);
            kept.send("HTTP/1.1 204 No Content\r\n\r\n");
            stage.loops.turnUntilQuiet();
            var get = stage.send(stage.get());
            kept.expect(GET);
            kept.endOutput();
            try (RawPeer fresh = stage.origin.accept()) {
                fresh.expect(GET);
                fresh.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nworld");
                stage.loops.turnUntilQuiet();

                assertReplied(get, 200, "world");
                assertThat(get.attempts()).isEqualTo(2);
                assertThat(get.reused).isFalse();
            }
        }
    }

    @Test
    void postIsNotRepeatedWhenReusedConnectionEndsWithoutAnswer(Scene scene) {
        var stage = ClientStage.open(scene);
        stage.send(stage.get());

        try (RawPeer kept = stage.origin.accept()) {
            kept.expect(GET);
            kept.send("HTTP/1.1 204 No Content\r\n\r\n");
            stage.loops.turnUntilQuiet();
            var post = stage.send(stage.post("hello"));
            kept.expect(POST);
            kept.endOutput();
            stage.loops.turnUntilQuiet();

            assertThat(post.end).isEqualTo("NO_ANSWER");
            assertThat(post.outcome()).isEqualTo(Outcome.MAYBE_PROCESSED);
            assertThat(post.attempts()).isEqualTo(1);
        }
    }

    @Test
    void exchangeServesOneRequestAfterAnother(Scene scene) {
        var stage = ClientStage.open(scene);
        var get = stage.send(stage.get());

        try (RawPeer origin = stage.origin.accept()) {
            origin.expect(GET);
            origin.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na");
            stage.loops.turnUntilQuiet();
            get.restart();
            stage.send(get);
            origin.expect(GET);
            origin.send("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nb");
        }
        stage.loops.turnUntilQuiet();

        assertThat(get.end).isEqualTo("BROKEN_ANSWER");
        assertThat(get.outcome()).as("that of the second request").isEqualTo(Outcome.MAYBE_PROCESSED);
        assertThat(get.attempts()).isEqualTo(1);
        assertThat(text(get)).isEqualTo("ab");
    }

    private static void assertReplied(ClientStage.Request request, int status, String body) {
        assertThat(request.end).isEqualTo("ended");
        assertThat(request.outcome()).isEqualTo(Outcome.REPLIED);
        assertThat(request.status).isEqualTo(status);
        assertThat(text(request)).isEqualTo(body);
    }

    private static String text(ClientStage.Request request) {
        return request.body.toString(StandardCharsets.US_ASCII);
    }
}
