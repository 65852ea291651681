package dev.weir.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.server.Beyond;
import dev.weir.testing.Balanced;
import dev.weir.testing.RawPeer;
import dev.weir.testing.Scene;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Proves that an answer which comes before the request is whole is delivered to clients that write everything
/// before they read. A real server over pipes, or over sockets where handlers have threads.
@Balanced
final class EarlyAnswerTest {
    private static final int BYTES = 3_000_000;
    private static final Answer NOT_FOUND = Answer.text(404, "nothing is here");
    private static final String LENGTH = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + BYTES + "\r\n\r\n";
    private static final String CHUNKED = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final byte[] BODY = "x".repeat(BYTES).getBytes(StandardCharsets.US_ASCII);

    private static byte[] chunks() {
        String piece = "4000\r\n" + "x".repeat(0x4000) + "\r\n";
        return (piece.repeat(BYTES / 0x4000) + "0\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static int statusAfterAll(Stage stage, String head, byte[] body) {
        RawPeer peer = stage.dial();
        peer.send(head);
        peer.send(body);
        int status = Stage.read(peer).status();
        assertThat(peer.readToEnd().ending()).isEqualTo(RawPeer.Ending.ORDERLY);
        peer.close();
        stage.loops.turnUntilQuiet();
        assertThat(stage.server.connections()).isZero();
        return status;
    }

    @Test
    @DisplayName("W-06 a handler's answer reaches a client that first sends its whole body, in each framing")
    void answerOfAHandlerThatSkipsTheBodyArrives(Scene scene) {
        var stage = Stage.open(scene, exchange -> exchange.answer(NOT_FOUND));

        assertThat(statusAfterAll(stage, LENGTH, BODY)).isEqualTo(404);
        assertThat(statusAfterAll(stage, CHUNKED, chunks())).isEqualTo(404);
        assertThat(statusAfterAll(stage, LENGTH.replace("HTTP/1.1", "HTTP/1.0"), BODY))
                .isEqualTo(404);
        assertThat(statusAfterAll(stage, LENGTH.replace("Host: a", "Host: a\r\nExpect: 100-continue"), BODY))
                .isEqualTo(404);
    }

    @Test
    @DisplayName("W-06 a refusal of the server itself reaches a client that first sends its whole body")
    void refusedClientReceivesThe503(Scene scene) {
        var stage = Stage.open(scene, exchange -> exchange.answer(NOT_FOUND));

        assertThat(statusAfterAll(stage, "POST / HTTP/1.1\r\nHost: a\r\nA B: c\r\n\r\n", BODY))
                .isEqualTo(400);
        assertThat(statusAfterAll(stage, "POST / HTTP/1.1\r\nA: " + "x".repeat(17_000), BODY))
                .isEqualTo(431);
        assertThat(statusAfterAll(stage, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", BODY))
                .isIn(400, 501);
    }

    @Test
    void stalledBodyGets408AndTheRestIsDiscarded(Scene scene) {
        var stage = Stage.open(scene, exchange -> new BodyCounter(exchange).begin());
        RawPeer peer = stage.dial();
        peer.send(LENGTH + "x");
        stage.loops.turnUntilQuiet();
        stage.pass(Duration.ofSeconds(31));
        peer.send(BODY);

        assertThat(Stage.read(peer).status()).isEqualTo(408);
        assertThat(peer.readToEnd().ending()).isEqualTo(RawPeer.Ending.ORDERLY);
    }

    @Test
    void unreadBodyThatStallsDoesNotResetTheAnswer(Scene scene) {
        var stage = Stage.open(scene, exchange -> exchange.answer(NOT_FOUND));
        RawPeer peer = stage.dial();
        peer.send(LENGTH.replace("" + BYTES, "50000") + "x");
        stage.loops.turnUntilQuiet();
        stage.pass(Duration.ofSeconds(31));
        peer.send("x".repeat(40_000));
        stage.pass(Duration.ofSeconds(4));
        peer.send("x");

        assertThat(Stage.read(peer).status()).isEqualTo(404);
        assertThat(peer.readToEnd().ending()).isEqualTo(RawPeer.Ending.ORDERLY);
    }

    @Test
    void clientOverTheLimitGets503WhileItUploads(Scene scene) {
        var settings = Stage.settings(1).withBeyond(Beyond.REFUSE);
        var stage = Stage.open(scene, scene.inMemory(), settings, exchange -> exchange.answer(NOT_FOUND));
        RawPeer inside = stage.dial();
        inside.send(Stage.GET);
        stage.loops.turnUntilQuiet();
        RawPeer refused = stage.dial();
        refused.send(LENGTH);
        refused.send(BODY);

        assertThat(Stage.read(refused).status()).isEqualTo(503);
        assertThat(refused.readToEnd().ending()).isEqualTo(RawPeer.Ending.ORDERLY);
        inside.close();
    }

    @Test
    @DisplayName("W-06 a blocking handler's short and long errors reach a client that first sends its whole body")
    void answerOfABlockingHandlerThatSkipsTheBodyArrives(Scene scene) {
        var stage = Stage.blocking(scene, (request, response) -> {
            String words = request.path().equals("/long") ? "no".repeat(BYTES) : "no";
            response.status(413).send(words);
        });

        assertThat(statusAfterAll(stage, LENGTH, BODY)).isEqualTo(413);
        assertThat(statusAfterAll(stage, CHUNKED, chunks())).isEqualTo(413);
        assertThat(statusAfterAll(stage, LENGTH.replace(" / ", " /long "), BODY))
                .isEqualTo(413);
    }

    @Test
    void readAfterAnErrorAnswerFailsBecauseTheBodyIsDiscarded(Scene scene) {
        var failed = new AtomicReference<IOException>();
        var stage = Stage.blocking(scene, (request, response) -> {
            assertThat(request.body().read()).isEqualTo('x');
            response.status(413);
            try (var out = response.body()) {
                out.write(new byte[BYTES]);
                out.flush();
                assertThatThrownBy(() -> request.body().readAllBytes())
                        .isInstanceOfSatisfying(IOException.class, failed::set);
            }
        });

        assertThat(statusAfterAll(stage, LENGTH, BODY)).isEqualTo(413);
        assertThat(failed.get()).hasMessageContaining("its rest is gone");
    }

    @Test
    void lingeringConnectionKeepsItsCharge(Scene scene) {
        var stage = Stage.open(scene, scene.inMemory(), Stage.settings(2), exchange -> exchange.answer(NOT_FOUND));
        var budget = stage.loops.group().budget();
        RawPeer uploading = stage.dial();
        uploading.send(LENGTH);
        stage.loops.turnUntilQuiet();
        assertThat(stage.server.lingering()).isOne();
        long reserved = budget.reservedBytes();

        stage.server.drain();
        stage.loops.turnUntilQuiet();
        assertThat(budget.reservedBytes()).as("nobody is inside, one lingers").isEqualTo(reserved);

        uploading.close();
        stage.loops.turnUntilQuiet();
        assertThat(stage.server.connections()).isZero();
        assertThat(budget.reservedBytes()).isZero();
    }

    @Test
    void lingeringClientsDoNotCountAgainstTheLimit(Scene scene) {
        var stage = Stage.open(scene, scene.inMemory(), Stage.settings(2), exchange -> exchange.answer(NOT_FOUND));
        List<RawPeer> uploading = new ArrayList<>();
        int places = ServerSettings.lingeringMax(2, 1);
        for (int i = 0; i < 3 * places; i++) {
            RawPeer peer = stage.dial();
            uploading.add(peer);
            peer.send(LENGTH);
            stage.loops.turnUntilQuiet();
            assertThat(stage.server.lingering()).isEqualTo(Math.min(i + 1, places));
            assertThat(stage.server.connections()).isEqualTo(stage.server.lingering());
        }

        RawPeer honest = stage.dial();
        honest.send(Stage.GET);
        assertThat(Stage.read(honest).status()).isEqualTo(404);
        for (RawPeer peer : uploading) assertThat(Stage.read(peer).status()).isEqualTo(404);
        for (RawPeer peer : uploading) peer.close();
        honest.close();
        stage.loops.turnUntilQuiet();
        assertThat(stage.server.connections()).isZero();
    }
}
