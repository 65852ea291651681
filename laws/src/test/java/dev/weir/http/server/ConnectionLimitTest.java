package dev.weir.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.connection.CloseReason;
import dev.weir.server.Beyond;
import dev.weir.server.Listening;
import dev.weir.testing.Balanced;
import dev.weir.testing.Hoard;
import dev.weir.testing.ManualLoops;
import dev.weir.testing.RawPeer;
import dev.weir.testing.RawPeer.Ending;
import dev.weir.testing.Scene;
import dev.weir.testing.Shape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Proves what clients are told for whom there is no place, and what that may cost. A real server in memory and
/// over sockets, its loops and its clock turned by hand.
@Balanced
final class ConnectionLimitTest {
    private static final Answer OK = Answer.text(200, "ok");

    private static ManualLoops loops(String network, Scene scene) {
        return network.equals("tcp") ? scene.tcpByHand() : scene.inMemory();
    }

    private static Stage full(Scene scene, ManualLoops loops, int connectionsMax) {
        var settings = Stage.settings(connectionsMax).withBeyond(Beyond.REFUSE);
        var stage = Stage.open(scene, loops, settings, exchange -> exchange.answer(OK));
        for (int i = 0; i < connectionsMax; i++) {
            RawPeer peer = stage.dial();
            peer.send(Stage.GET);
            assertThat(Stage.read(peer).status()).isEqualTo(200);
        }
        return stage;
    }

    @ParameterizedTest
    @DisplayName("S-08 as many are let in as may be, and the next is told so")
    @ValueSource(strings = {"in memory", "tcp"})
    void oneConnectionOverTheLimitGets503AndTheOthersStay(String network, Scene scene) {
        var stage = full(scene, loops(network, scene), 2);

        var more = stage.dial();
        more.send(Stage.GET.repeat(100));
        var told = Stage.read(more);

        assertThat(told.status()).isEqualTo(503);
        assertThat(told.has("Connection: close")).isTrue();
        assertThat(told.body()).contains("as many connections as are allowed");
        assertThat(told.has("Retry-After: 1")).isTrue();
        assertThat(more.readToEnd()).isEqualTo(new RawPeer.Rest(0, Ending.ORDERLY, ""));
        more.close();
        stage.loops.turnUntil(() -> stage.weir.connections().live() == 2);
        assertThat(stage.refused).isEqualTo(1);
        assertThat(stage.server.connections()).isEqualTo(2);
        assertThat(stage.ended).containsOnly("200 --");
    }

    @ParameterizedTest
    @ValueSource(strings = {"in memory", "tcp"})
    void slotOfAClosedConnectionIsReused(String network, Scene scene) {
        var stage = full(scene, loops(network, scene), 1);
        stage.weir.connections().on(stage.loops.loop()).forEach(one -> one.abort(CloseReason.IDLE));
        stage.loops.turnUntil(() -> stage.server.connections() == 0);

        var next = stage.dial();
        next.send(Stage.GET);

        assertThat(Stage.read(next).status()).isEqualTo(200);
        assertThat(stage.refused).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"in memory", "tcp"})
    void refusedClientThatStaysIsClosedAfterFiveSeconds(String network, Scene scene) {
        var stage = full(scene, loops(network, scene), 1);
        var more = stage.dial();
        assertThat(Stage.read(more).status()).isEqualTo(503);

        stage.pass(Duration.ofMillis(4900));
        assertThat(stage.weir.connections().live()).isEqualTo(2);
        stage.pass(Duration.ofMillis(200));

        assertThat(stage.weir.connections().live()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"in memory", "tcp"})
    void moreRefusedClientsThanPlacesAllGet503(String network, Scene scene) {
        var stage = full(scene, loops(network, scene), 1);
        List<RawPeer> more = new ArrayList<>();
        for (int i = 0; i < Listening.REFUSALS_MAX + 3; i++) more.add(stage.dial());

        stage.loops.turnUntilQuiet();
        assertThat(stage.refused).isEqualTo(Listening.REFUSALS_MAX + 3);
        assertThat(stage.weir.connections().live()).isEqualTo(1 + Listening.REFUSALS_MAX);

        for (RawPeer peer : more) assertThat(Stage.read(peer).status()).isEqualTo(503);
    }

    @Test
    void whenAllRefusalsAreTakenTheBacklogWaitsWithoutSpinning(Scene scene) {
        var stage = full(scene, scene.inMemory(Shape.SMALL.withPipeBytes(16)), 1);
        for (int i = 0; i < Listening.REFUSALS_MAX + 3; i++) stage.dial();

        stage.loops.turnUntilQuiet();
        assertThat(stage.refused).isEqualTo(Listening.REFUSALS_MAX);
        assertThat(stage.weir.connections().live()).isEqualTo(1 + Listening.REFUSALS_MAX);
        stage.pass(Duration.ofMillis(1100));
        stage.loops.turnUntil(() -> stage.refused == Listening.REFUSALS_MAX + 3);
    }

    @Test
    void refusalTakesNoBlockEvenIfItIsWrittenInParts(Scene scene) {
        var stage = full(scene, scene.inMemory(Shape.SMALL.withPipeBytes(16)), 1);
        var hoard = Hoard.all(stage.loops.pool());

        var more = stage.dial();

        assertThat(Stage.read(more).status()).isEqualTo(503);
        assertThat(more.readToEnd().ending()).isEqualTo(Ending.ORDERLY);
        hoard.release();
    }

    @Test
    void refusedClientThatReadsNothingIsCutAfterASecond(Scene scene) {
        var stage = full(scene, scene.inMemory(Shape.SMALL.withPipeBytes(16)), 1);
        var more = stage.dial();
        stage.loops.turnUntil(() -> stage.refused == 1);

        stage.pass(Duration.ofMillis(900));
        assertThat(stage.weir.connections().live()).isEqualTo(2);
        stage.pass(Duration.ofMillis(200));

        assertThat(stage.weir.connections().live()).isEqualTo(1);
        more.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"in memory", "tcp"})
    void refusalsInProgressAreCutWhenTheServerCloses(String network, Scene scene) {
        var stage = full(scene, loops(network, scene), 1);
        var more = stage.dial();
        stage.loops.turnUntil(() -> stage.refused == 1);

        stage.server.abort();

        stage.loops.turnUntil(() -> stage.weir.connections().live() == 0);
        more.close();
    }
}
