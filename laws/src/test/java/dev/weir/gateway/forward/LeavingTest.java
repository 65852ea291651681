package dev.weir.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.config.Upstream;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Proves that a client which leaves, whenever it does, leaves nothing behind: no connection stays
/// borrowed, no block held, and those after it see nothing of it.
@Balanced
final class LeavingTest {
    private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final List<Consumer<Peer>> WAYS = List.of(Peer::close, Peer::reset);

    private static String ok(String token) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + token.length() + "\r\n\r\n" + token;
    }

    private static void nothingIsBorrowed(Stage stage) {
        assertThat(stage.cache().origins().getFirst().outstanding()).isZero();
        assertThat(stage.cache().waiting()).isZero();
        assertThat(stage.heldBytes()).isZero();
    }

    @Test
    @DisplayName("H-21 a client leaves while its request waits for a connection")
    void aClientDisconnectsWhileQueued(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN.withPool(1, 8));
        var first = stage.client();
        first.send(GET);
        var origin = stage.origin().next();
        origin.head();
        for (var abandon : List.<Consumer<Peer>>of(Peer::reset, Peer::close)) {
            var waiting = stage.client();
            waiting.send("GET /gone HTTP/1.1\r\nHost: h\r\n\r\n");
            stage.settle();
            assertThat(stage.cache().waiting()).isOne();
            abandon.accept(waiting);
            stage.settle();
        }
        assertThat(stage.cache().waiting())
                .as("an end of stream may be a half-close")
                .isOne();
        assertThat(stage.cache().waitingInNeed()).isZero();
        assertThat(stage.ended.getLast().end()).isEqualTo("CQ");
        origin.send(ok("token"));
        assertThat(first.message().body()).isEqualTo("token");
        assertThat(origin.head()).startsWith("GET /gone ");
        origin.send(ok("for nobody"));
        stage.settle();
        nothingIsBorrowed(stage);
    }

    @Test
    @DisplayName("H-21 a client that ends its side while a connection is made for it is given up there by `always`")
    void halfCloseWhileConnectingIsLoggedAsThat(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN.withAbandon(Upstream.Abandon.ALWAYS));
        var client = stage.client();
        stage.network().hold();
        client.send(GET);
        stage.settle();
        client.endOutput();
        stage.settle();
        assertThat(stage.only().end()).isEqualTo("CC");
        stage.network().letGo();
        stage.settle();
        nothingIsBorrowed(stage);
    }

    @Test
    @DisplayName("H-21 a client that ends its side while a connection is made for it is answered")
    void endWhileConnectingIsAnswered(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        stage.network().hold();
        client.send(GET);
        stage.settle();
        client.endOutput();
        stage.settle();
        stage.network().letGo();
        var origin = stage.origin().next();
        origin.head();
        origin.send(ok("token"));
        assertThat(client.rest()).endsWith("token");
        assertThat(stage.only().end()).isEqualTo("--");
    }

    @Test
    @DisplayName("H-21 a client leaves while a connection is made for it: the connection serves the next")
    void aClientDisconnectsWhileConnecting(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        stage.network().hold();
        client.send("GET /gone HTTP/1.1\r\nHost: h\r\n\r\n");
        stage.settle();
        client.reset();
        stage.settle();
        assertThat(stage.only().end()).isEqualTo("CC");
        nothingIsBorrowed(stage);

        stage.network().letGo();
        stage.settle();
        var next = stage.client();
        next.send("GET /next HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(stage.origin().next().head()).startsWith("GET /next ");
        assertThat(stage.origin().count()).isOne();
    }

    @Test
    @DisplayName("H-21 a client leaves in the middle of its body: the origin sees a cut request, never a whole one")
    void aClientDisconnectsInItsBody(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        for (var leaves : WAYS) {
            var client = stage.client();
            client.send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nhalf");
            var origin = stage.origin().next();
            origin.head();
            stage.settle();
            leaves.accept(client);
            stage.settle();
            assertThat(origin.seen()).isEqualTo("half");
            assertThat(origin.hasEnded() || origin.hasReset()).isTrue();
            assertThat(stage.ended.getLast().end()).isEqualTo("CD");
            nothingIsBorrowed(stage);
        }
    }

    @Test
    @DisplayName("H-21 a client resets while its answer is awaited")
    void aClientDisconnectsWhileItsAnswerIsAwaited(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        client.send(GET);
        var origin = stage.origin().next();
        origin.head();
        client.reset();
        stage.settle();
        assertThat(origin.hasEnded() || origin.hasReset()).isTrue();
        nothingIsBorrowed(stage);
    }

    @Test
    @DisplayName("H-21 a client resets after an upload that had to wait for its origin")
    void aClientDisconnectsAfterADelayedUpload(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN.withPipeBytes(512));
        var client = stage.client();
        String body = "b".repeat(5000);
        String request = "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5000\r\n\r\n" + body;
        int sent = 0;
        Peer origin = null;
        while (origin == null || !origin.seen().endsWith(body)) {
            sent += client.offer(request.substring(sent));
            stage.settle();
            if (origin == null) origin = stage.origin().next();
        }
        stage.settle();
        client.reset();
        stage.settle();
        assertThat(origin.hasEnded() || origin.hasReset()).isTrue();
        nothingIsBorrowed(stage);
    }

    @Test
    @DisplayName("H-21 a client resets in the middle of its answer")
    void aClientDisconnectsInItsAnswer(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN.withPipeBytes(1000));
        var client = stage.client();
        client.send(GET);
        var origin = stage.origin().next();
        origin.head();
        origin.offer("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + "x".repeat(900));
        stage.settle();
        origin.offer("x".repeat(1000));
        stage.settle();
        client.reset();
        stage.settle();
        assertThat(origin.hasEnded() || origin.hasReset()).isTrue();
        assertThat(stage.only().end()).isEqualTo("CD");
        nothingIsBorrowed(stage);
    }

    @Test
    void aHalfClosedClientGetsItsAnswer(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        client.send(GET);
        client.endOutput();
        var origin = stage.origin().next();
        origin.head();
        stage.settle();
        origin.send(ok("token"));
        assertThat(client.rest()).endsWith("\r\n\r\ntoken");
        stage.settle();
        nothingIsBorrowed(stage);
    }

    @Test
    @DisplayName("W-01 a client aborts after each byte of a request: those after it see nothing of it")
    void aClientAbortsAfterEachByte(Scene scene) {
        abortsAfterEachByte(Stage.inMemory(scene, Setup.ONE_ORIGIN), 1);
    }

    @Test
    @DisplayName("W-01 the same over real sockets")
    void aClientAbortsAfterEachByteOverTcp(Scene scene) {
        abortsAfterEachByte(Stage.tcp(scene, Setup.ONE_ORIGIN), 9);
    }

    private static void abortsAfterEachByte(Stage stage, int step) {
        String request =
                "POST /bad HTTP/1.1\r\nHost: bad\r\nX-Bad: 1\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nevil\r\n0\r\n\r\n";
        for (int at = 0; at <= request.length(); at = Math.min(at + step, Math.max(at + 1, request.length()))) {
            for (var leaves : WAYS) {
                var bad = stage.client();
                bad.send(request.substring(0, at));
                stage.settle();
                leaves.accept(bad);
                stage.settle();
                for (Peer cut = stage.origin().poll();
                        cut != null;
                        cut = stage.origin().poll()) {
                    // Why: who ended after a whole request may still read its answer.
                    if (at == request.length()) {
                        cut.close();
                    } else {
                        assertThat(cut.hasEnded() || cut.hasReset())
                                .as("after %d bytes", at)
                                .isTrue();
                    }
                }
                stage.settle();
                var good = stage.client();
                good.send("GET /good HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
                var origin = stage.origin().next();
                assertThat(origin.head().lines().filter(line -> !line.startsWith("X-Request-Id: ")))
                        .as("what the origin sees after %d bytes", at)
                        .containsExactly(
                                "GET /good HTTP/1.1",
                                "Host: h",
                                "Connection: keep-alive",
                                "Via: 1.1 weir",
                                "X-Forwarded-Proto: http",
                                "X-Forwarded-For: 127.0.0.1",
                                "X-Forwarded-Host: h",
                                "");
                origin.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\ntoken");
                assertThat(good.rest()).endsWith("\r\n\r\ntoken");
                stage.settle();
                nothingIsBorrowed(stage);
            }
        }
    }
}
