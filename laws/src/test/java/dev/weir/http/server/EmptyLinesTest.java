package dev.weir.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testing.Balanced;
import dev.weir.testing.RawPeer;
import dev.weir.testing.Scene;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Proves that empty lines between requests, which some clients send behind a body, are no requests: RFC 9112
/// section 2.2.
@Balanced
final class EmptyLinesTest {
    private static final Answer OK = Answer.text(200, "ok");
    private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab";
    private static final Duration BEYOND_HEADER = Duration.ofSeconds(11);
    private static final Duration BEYOND_IDLE = Duration.ofSeconds(100);

    @ParameterizedTest
    @ValueSource(strings = {"\r\n", "\r\n\r\n\r\n", "\r"})
    void emptyLineAfterABodyGetsNoAnswer(String stray, Scene scene) {
        var stage = stage(scene);
        var peer = stage.dial();
        peer.send(POST + stray);
        assertThat(Stage.read(peer).status()).isEqualTo(200);

        stage.pass(BEYOND_HEADER);
        assertThat(peer.readSome(100)).isEmpty();
        assertThat(stage.ended).containsExactly("200 --");
        if (stray.equals("\r")) return;

        peer.send(Stage.GET);
        assertThat(Stage.read(peer).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r\n", "\r\n\r\n", "\r"})
    void connectionThatSentOnlyAnEmptyLineIsClosedSilently(String stray, Scene scene) {
        var stage = stage(scene);
        var peer = stage.dial();
        peer.send(stray);
        stage.loops.turnUntilQuiet();

        stage.pass(BEYOND_IDLE);

        assertThat(peer.readToEnd()).isEqualTo(new RawPeer.Rest(0, RawPeer.Ending.ORDERLY, ""));
        assertThat(stage.ended).isEmpty();
    }

    @Test
    void emptyLinesHoldNoMemory(Scene scene) {
        var stage = stage(scene);
        var peer = stage.dial();
        for (int i = 0; i < 10; i++) {
            peer.send("\r\n");
            stage.loops.turnUntilQuiet();
            assertThat(stage.loops.group().budget().owners()).isEmpty();
        }
    }

    @Test
    void emptyLineInPiecesIsSkippedBeforeARequest(Scene scene) {
        var stage = stage(scene);
        var peer = stage.dial();
        for (String piece : new String[] {"\r", "\n\r", "\n", "\r\nGE", "T / HTTP/1.1\r\nHost: a\r\n\r\n"}) {
            peer.send(piece);
            stage.loops.turnUntilQuiet();
        }

        assertThat(Stage.read(peer).status()).isEqualTo(200);
        assertThat(stage.ended).containsExactly("200 --");
    }

    private static Stage stage(Scene scene) {
        return Stage.open(scene, exchange -> exchange.answer(OK));
    }
}
