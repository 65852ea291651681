package dev.weir.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Proves that a client has to move bytes at the least rate, and its request within its time, while it is the
/// one that is
/// waited for.
@Balanced
final class MinRateTest {
    private static final ServerSettings SETTINGS =
            Stage.SETTINGS.withMinRate(1024).withRequestTimeout(Duration.ofSeconds(60));
    private static final String UPLOAD = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n";

    @Test
    void anUploadBelowTheLeastRateIs408(Scene scene) {
        var stage = stage(scene, SETTINGS);
        var peer = stage.dial();
        peer.send(UPLOAD);
        stage.loops.turnUntilQuiet();
        for (int second = 0; second < 9; second++) {
            stage.pass(Duration.ofSeconds(1));
            peer.send("x".repeat(10));
            stage.loops.turnUntilQuiet();
        }
        assertThat(peer.readSome(100)).isEmpty();
        stage.pass(Duration.ofSeconds(2));

        assertThat(Stage.read(peer).status()).isEqualTo(408);
        assertThat(stage.ended).containsExactly("408 CD");
    }

    @Test
    void uploadAtTheMinimumRateGoesOn(Scene scene) {
        var stage = stage(scene, SETTINGS);
        var peer = stage.dial();
        peer.send(UPLOAD);
        stage.loops.turnUntilQuiet();
        for (int second = 0; second < 100; second++) {
            stage.pass(Duration.ofSeconds(1));
            peer.send("x".repeat(1100));
            stage.loops.turnUntilQuiet();
        }
        assertThat(peer.readSome(100)).isEmpty();
        assertThat(stage.ended).isEmpty();
    }

    @Test
    void zeroMinRateAllowsAnyRate(Scene scene) {
        var stage = stage(scene, SETTINGS.withMinRate(0));
        var peer = stage.dial();
        peer.send(UPLOAD);
        stage.loops.turnUntilQuiet();
        for (int times = 0; times < 5; times++) {
            stage.pass(Duration.ofSeconds(29));
            peer.send("x");
            stage.loops.turnUntilQuiet();
        }
        assertThat(peer.readSome(100)).isEmpty();
        assertThat(stage.ended).isEmpty();
    }

    @Test
    void aRequestThatTakesLongerThanItsTimeIs408(Scene scene) {
        var stage = stage(scene, SETTINGS.withMinRate(0));
        var peer = stage.dial();
        peer.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10240\r\n\r\n");
        stage.loops.turnUntilQuiet();
        for (int times = 0; times < 3; times++) {
            stage.pass(Duration.ofSeconds(20));
            peer.send("x");
            stage.loops.turnUntilQuiet();
        }
        // Why: ten seconds more than the sixty, for its ten KiB.
        assertThat(peer.readSome(100)).isEmpty();
        stage.pass(Duration.ofSeconds(11));

        assertThat(Stage.read(peer).status()).isEqualTo(408);
        assertThat(stage.ended).containsExactly("408 TD");
    }

    @Test
    void timeTheHandlerTakesDoesNotCountAgainstTheClient(Scene scene) {
        var patient = SETTINGS.withAnswerTimeout(Duration.ZERO);
        var stage = Stage.open(scene, scene.inMemory(), patient, exchange -> {});
        var peer = stage.dial();
        peer.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        stage.loops.turnUntilQuiet();
        for (int times = 0; times < 10; times++) stage.pass(Duration.ofSeconds(20));

        assertThat(peer.readSome(100)).isEmpty();
        assertThat(stage.server.connections()).isOne();
    }

    private static Stage stage(Scene scene, ServerSettings settings) {
        return Stage.open(scene, scene.inMemory(), settings, exchange -> new BodyCounter(exchange).begin());
    }
}
