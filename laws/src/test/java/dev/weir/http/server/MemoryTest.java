package dev.weir.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testing.Balanced;
import dev.weir.testing.Hoard;
import dev.weir.testing.RawPeer;
import dev.weir.testing.Scene;
import dev.weir.testing.Shape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Proves that requests wait for memory in order, are refused when they wait too long, and that very little
/// is enough for many. A real server over pipes, its clock turned by hand.
@Balanced
final class MemoryTest {
    private static final Answer OK = Answer.text(200, "ok");

    @Test
    @DisplayName("H-12 a request that waits for memory in vain is 503 from static bytes, without spinning")
    void aRequestThatWaitsInVainIs503(Scene scene) {
        var stage = Stage.open(scene, exchange -> exchange.answer(OK));
        var peer = stage.dial();
        stage.loops.turnUntilQuiet();
        var hoard = Hoard.all(stage.loops.pool());

        peer.send(Stage.GET);
        stage.loops.turnUntilQuiet(); // fails when it never gets quiet
        assertThat(stage.loops.group().budget().usage().waiters().intake()).isEqualTo(1);
        stage.pass(Duration.ofSeconds(11));

        assertThat(Stage.read(peer).status()).isEqualTo(503);
        assertThat(stage.ended).containsExactly("503 RR");
        assertThat(stage.loops.group().budget().usage().waiters().intake()).isZero();
        hoard.release();
        peer.close();
    }

    @Test
    void memoryWaitIsReportedOnlyForTheRequestThatWaited(Scene scene) {
        var stage = Stage.open(scene, exchange -> exchange.answer(OK));
        var peer = stage.dial();
        stage.loops.turnUntilQuiet();
        var hoard = Hoard.all(stage.loops.pool());
        peer.send(Stage.GET);
        stage.loops.turnUntilQuiet();
        stage.pass(Duration.ofSeconds(1));
        hoard.release();
        Stage.read(peer);
        peer.send(Stage.GET);
        Stage.read(peer);

        assertThat(stage.waited.get(0)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        assertThat(stage.waited.get(1)).isZero();
    }

    @Test
    void silentClientGetsNo503ForLackOfMemory(Scene scene) {
        var stage = Stage.open(scene, exchange -> exchange.answer(OK));
        var peer = stage.dial();
        stage.loops.turnUntilQuiet();
        var hoard = Hoard.all(stage.loops.pool());

        // Why: readiness may be told in vain.
        stage.weir
                .connections()
                .on(stage.loops.loop())
                .forEach(one -> one.conversation().readable());
        stage.pass(Duration.ofSeconds(11));
        hoard.release();
        peer.send(Stage.GET);

        assertThat(Stage.read(peer).status()).isEqualTo(200);
        assertThat(stage.ended).containsExactly("200 --");
    }

    @Test
    @DisplayName("one that gives up takes nobody's turn: the others are answered when memory comes")
    void cancelledWaiterTakesNoTurn(Scene scene) {
        var stage = Stage.open(scene, exchange -> exchange.answer(OK));
        List<RawPeer> peers = new ArrayList<>();
        for (int i = 0; i < 5; i++) peers.add(stage.dial());
        stage.loops.turnUntilQuiet();
        var hoard = Hoard.all(stage.loops.pool());
        for (RawPeer peer : peers) {
            peer.send(Stage.GET);
            stage.loops.turnUntilQuiet();
        }

        peers.get(0).reset();
        peers.get(2).close();
        stage.loops.turnUntilQuiet();
        hoard.release();

        for (int i : List.of(1, 3, 4)) {
            assertThat(Stage.read(peers.get(i)).status()).isEqualTo(200);
        }
    }

    @Test
    @DisplayName("H-01 one block over the reserve and 200 connections: all finish")
    void oneBlockIsEnoughForAllRequests(Scene scene) {
        var loops = scene.inMemory(Shape.SMALL.withBlocks(4));
        var stage = Stage.open(scene, loops, Stage.SETTINGS, exchange -> new BodyCounter(exchange).begin());
        List<RawPeer> peers = new ArrayList<>();
        for (int i = 0; i < 200; i++) peers.add(stage.dial());

        for (int round = 0; round < 3; round++) {
            for (RawPeer peer : peers) {
                peer.trySend(
                        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 30000\r\n\r\n" + "x".repeat(14_000))
                                .getBytes(java.nio.charset.StandardCharsets.US_ASCII),
                        0);
            }
            stage.loops.turnUntilQuiet();
            // Why: last come first, so that nobody who waits for input may keep what these need.
            for (RawPeer peer : peers.reversed()) {
                peer.send("x".repeat(16_000));
                assertThat(Stage.read(peer).body()).isEqualTo("30000");
            }
        }

        assertThat(stage.ended).hasSize(600).containsOnly("200 --");
        stage.loops.turnUntilQuiet();
        assertThat(stage.loops.pool().buffersLive()).isZero();
    }
}
