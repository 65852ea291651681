package dev.weir.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.http.codec.Method;
import dev.weir.testing.Balanced;
import dev.weir.testing.RawPeer;
import dev.weir.testing.Scene;
import dev.weir.testing.Shape;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Proves which connections go on after an answer and what of a body the client is told. A real server over
/// pipes.
@Balanced
final class PersistenceTest {
    private static final Answer OK = Answer.text(200, "ok");

    @Test
    @DisplayName("W-05 a hundred pipelined requests are answered in order, in one turn")
    void aHundredPipelinedRequestsAreAnsweredInOrder(Scene scene) {
        var stage = Stage.open(scene, exchange -> exchange.answer(Answer.text(200, exchange.target())));
        var peer = stage.dial();
        stage.loops.turnUntilQuiet();
        var requests = new StringBuilder();
        for (int i = 0; i < 100; i++) requests.append("GET /").append(i).append(" HTTP/1.1\r\nHost: a\r\n\r\n");

        peer.trySend(requests.toString().getBytes(java.nio.charset.StandardCharsets.US_ASCII), 0);
        stage.loops.turn();

        for (int i = 0; i < 100; i++) assertThat(Stage.read(peer).body()).isEqualTo("/" + i);
        assertThat(stage.ended).hasSize(100).containsOnly("200 --");
        peer.close();
    }

    @Test
    void pipelinedRequestsWhoseAnswersFillThePipeAreAllAnswered(Scene scene) {
        var large = Answer.text(200, "x".repeat(15_000));
        var stage = Stage.open(
                scene,
                scene.inMemory(dev.weir.testing.Shape.SMALL.withPipeBytes(4096)),
                Stage.SETTINGS,
                exchange -> exchange.answer(large));
        var peer = stage.dial();

        peer.send(Stage.GET.repeat(30));

        for (int i = 0; i < 30; i++) assertThat(Stage.read(peer).body()).hasSize(15_000);
        peer.close();
    }

    @Test
    @DisplayName("W-05 HEAD, 204 and 304 have no body and keep the connection")
    void answersWithoutBodyKeepTheConnection(Scene scene) {
        var stage = Stage.open(
                scene,
                exchange -> exchange.answer(
                        exchange.head().method() == Method.HEAD
                                ? OK
                                : Answer.text(Integer.parseInt(exchange.target().substring(1)), "")));
        var peer = stage.dial();

        peer.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
        var head = Stage.readHead(peer);
        peer.send("GET /204 HTTP/1.1\r\nHost: a\r\n\r\nGET /304 HTTP/1.1\r\nHost: a\r\n\r\n");
        var none = Stage.readHead(peer);
        var same = Stage.readHead(peer);
        peer.send("GET /200 HTTP/1.1\r\nHost: a\r\n\r\n");

        assertThat(head.has("Content-Length: 2")).isTrue();
        assertThat(none.status()).isEqualTo(204);
        assertThat(none.head().toLowerCase(java.util.Locale.ROOT)).doesNotContain("content-length");
        assertThat(same.status()).isEqualTo(304);
        assertThat(Stage.read(peer).status()).isEqualTo(200);
        peer.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 304})
    void bodyWithABodylessStatusIsRefused(int status) {
        assertThatThrownBy(() -> Answer.text(status, "body"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(status + " has no body");
    }

    @Test
    @DisplayName("W-05 Connection: close and HTTP/1.0 end the connection after the answer")
    void connectionClosesIfTheClientAsksForIt(Scene scene) {
        var stage = Stage.open(scene, exchange -> exchange.answer(OK));

        assertEndsAfter(stage, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        assertEndsAfter(stage, "GET / HTTP/1.0\r\n\r\n");
    }

    private static void assertEndsAfter(Stage stage, String request) {
        var peer = stage.dial();
        peer.send(request + Stage.GET);
        var reply = Stage.read(peer);
        assertThat(reply.has("Connection: close")).isTrue();
        assertThat(peer.readToEnd()).isEqualTo(new RawPeer.Rest(0, RawPeer.Ending.ORDERLY, ""));
        peer.close();
    }

    @Test
    @DisplayName("W-05 HTTP/1.0 with keep-alive goes on and is told so")
    void http10ClientsMayKeepTheConnection(Scene scene) {
        var stage = Stage.open(scene, exchange -> exchange.answer(OK));
        var peer = stage.dial();

        for (int i = 0; i < 3; i++) {
            peer.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
            assertThat(Stage.read(peer).has("Connection: keep-alive")).isTrue();
        }
        peer.close();
    }

    private static Stage keeping(Scene scene, ServerSettings settings) {
        return Stage.open(scene, scene.inMemory(), settings, exchange -> exchange.answer(OK));
    }

    private static String headOf(Stage stage, String request) {
        var peer = stage.dial();
        peer.send(request);
        String head = Stage.read(peer).head();
        peer.close();
        return head;
    }

    private static final String OLD = "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
    private static final String LAST = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

    @Test
    void http10ClientThatKeepsAliveGetsTheKeepAliveField(Scene scene) {
        var stage = keeping(scene, Stage.SETTINGS);

        assertThat(headOf(stage, OLD)).contains("Connection: keep-alive\r\nKeep-Alive: timeout=59\r\n");
        assertThat(headOf(stage, Stage.GET)).doesNotContain("Connection", "Keep-Alive");
        assertThat(headOf(stage, LAST)).contains("\r\nConnection: close\r\n").doesNotContain("Keep-Alive");
    }

    @Test
    void keepAliveFieldIsSentToAllWhenConfigured(Scene scene) {
        var stage = keeping(scene, Stage.SETTINGS.withKeepAliveField(KeepAliveField.ALL));

        assertThat(headOf(stage, Stage.GET)).contains("Connection: keep-alive\r\nKeep-Alive: timeout=59\r\n");
        assertThat(headOf(stage, OLD)).contains("Connection: keep-alive\r\nKeep-Alive: timeout=59\r\n");
        assertThat(headOf(stage, LAST)).doesNotContain("Keep-Alive");
    }

    @Test
    void keepAliveFieldIsSentToNobodyWhenOff(Scene scene) {
        var stage = keeping(scene, Stage.SETTINGS.withKeepAliveField(KeepAliveField.OFF));

        assertThat(headOf(stage, OLD)).contains("Connection: keep-alive\r\n").doesNotContain("Keep-Alive");
    }

    @Test
    void keepAliveFieldIsOmittedBelowOneSecond(Scene scene) {
        var brief = Stage.SETTINGS.withKeepAliveField(KeepAliveField.ALL).withIdleTimeout(Duration.ofSeconds(1));
        var stage = keeping(scene, brief);

        assertThat(headOf(stage, OLD)).contains("Connection: keep-alive\r\n").doesNotContain("Keep-Alive");
        assertThat(headOf(stage, Stage.GET)).doesNotContain("Connection");
    }

    @Test
    void idleConnectionHoldsNoMemoryAndIsClosedSilently(Scene scene) {
        var stage = Stage.open(scene, exchange -> exchange.answer(OK));
        var peer = stage.dial();
        peer.send(Stage.GET);
        Stage.read(peer);

        stage.pass(Duration.ofSeconds(59));
        assertThat(stage.server.connections()).isEqualTo(1);
        assertThat(stage.loops.pool().buffersLive()).isZero();
        stage.pass(Duration.ofSeconds(2));

        assertThat(peer.readToEnd()).isEqualTo(new RawPeer.Rest(0, RawPeer.Ending.ORDERLY, ""));
        assertThat(stage.server.connections()).isZero();
        assertThat(stage.ended).hasSize(1);
        peer.close();
    }

    @Test
    @DisplayName("W-05 a client that ends its side with pipelined answers still queued gets all of them")
    void aHalfCloseDoesNotTakeQueuedAnswersAway(Scene scene) {
        var hello = Answer.text(200, "hello");
        var shape = Shape.SMALL.withPipeBytes(512);
        var stage = Stage.open(scene, scene.inMemory(shape), Stage.SETTINGS, exchange -> exchange.answer(hello));
        var peer = stage.dial();
        peer.send(Stage.GET.repeat(6));
        stage.loops.turnUntilQuiet();

        peer.endOutput();
        stage.loops.turnUntilQuiet();

        for (int i = 0; i < 6; i++) assertThat(Stage.read(peer).body()).isEqualTo("hello");
        assertThat(peer.readToEnd().ending()).isEqualTo(RawPeer.Ending.ORDERLY);
    }
}
