package dev.weir.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.config.Upstream;
import dev.weir.pool.PoolCount;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Proves that an exchange whose client ended its side keeps its connection to the origin exactly as long as the
/// upstream's `abandon` says.
@Balanced
@ParameterizedClass
@EnumSource
final class AbandonTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ntoken";
    private static final Duration SHORT = Duration.ofMillis(50);

    /// Over what.
    enum Over {
        TCP,
        MEMORY
    }

    private final Over over;

    AbandonTest(Over over) {
        this.over = over;
    }

    private Stage stage(Scene scene, int connections, Upstream.Abandon when) {
        var setup = Setup.ONE_ORIGIN.withPool(connections, 100).withAbandon(when);
        return over == Over.TCP ? Stage.tcp(scene, setup) : Stage.inMemory(scene, setup);
    }

    /// A client that sends a whole request and then ends its side, as a half-close and a close look alike.
    private static Peer abandoning(Stage stage, String path) {
        Peer client = stage.client();
        client.send("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n");
        client.endOutput();
        stage.settle();
        return client;
    }

    private static Peer asking(Stage stage, String path) {
        Peer client = stage.client();
        client.send("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n");
        stage.settle();
        return client;
    }

    private static Peer asked(Stage stage, String path) {
        Peer origin = stage.origin().next();
        assertThat(origin.head()).startsWith("GET " + path + " ");
        return origin;
    }

    private static List<String> ends(Stage stage) {
        return stage.ended.stream().map(Stage.Ended::end).toList();
    }

    @Test
    @DisplayName("H-21 clients that gave up keep the places at an origin that does not answer")
    void aWaiterGetsTheSlotOfTheOldestAbandonedExchange(Scene scene) {
        var stage = stage(scene, 2, Upstream.Abandon.WHEN_NEEDED);
        Peer first = abandoning(stage, "/first");
        Peer second = abandoning(stage, "/second");
        Peer firstOrigin = asked(stage, "/first");
        Peer secondOrigin = asked(stage, "/second");
        stage.pass(SHORT);
        assertThat(stage.ended).as("nobody waits").isEmpty();

        Peer honest = asking(stage, "/honest");

        assertThat(firstOrigin.hasEnded() || firstOrigin.hasReset()).isTrue();
        assertThat(ends(stage)).containsExactly("CH");
        assertThat(stage.ended.getFirst().reason()).contains("ended its side", "others waited");
        assertThat(first.rest()).startsWith("HTTP/1.1 503 ");
        asked(stage, "/honest").send(OK);
        assertThat(honest.message().body()).isEqualTo("token");

        assertThat(secondOrigin.isQuiet()).isTrue();
        secondOrigin.send(OK);
        assertThat(second.rest()).endsWith("token");
        stage.settle();
        assertThat(ends(stage)).containsExactly("CH", "--", "--");
        assertThat(stage.cache().count(PoolCount.YIELDED)).isOne();
    }

    @Test
    void asManyAbandonedExchangesEndAsOthersWait(Scene scene) {
        var stage = stage(scene, 5, Upstream.Abandon.WHEN_NEEDED);
        for (int i = 0; i < 5; i++) abandoning(stage, "/gone" + i);
        var origins = new ArrayList<Peer>();
        for (int i = 0; i < 5; i++) origins.add(asked(stage, "/gone" + i));

        var honest = new ArrayList<Peer>();
        for (int i = 0; i < 3; i++) honest.add(asking(stage, "/honest" + i));

        for (int i = 0; i < 5; i++) {
            assertThat(origins.get(i).hasEnded() || origins.get(i).hasReset()).isEqualTo(i < 3);
        }
        for (int i = 0; i < 3; i++) {
            asked(stage, "/honest" + i).send(OK);
            assertThat(honest.get(i).message().body()).isEqualTo("token");
        }
    }

    @Test
    void anExchangeAbandonedWhileAnotherWaitsEndsAtOnce(Scene scene) {
        var stage = stage(scene, 1, Upstream.Abandon.WHEN_NEEDED);
        Peer client = asking(stage, "/first");
        Peer origin = asked(stage, "/first");
        Peer waiting = asking(stage, "/waits");
        assertThat(origin.isQuiet()).isTrue();

        client.endOutput();
        stage.settle();

        assertThat(origin.hasEnded() || origin.hasReset()).isTrue();
        asked(stage, "/waits").send(OK);
        assertThat(waiting.message().body()).isEqualTo("token");
    }

    @Test
    void aStreamingAnswerIsCutAndCannotBeTakenForWhole(Scene scene) {
        var stage = stage(scene, 1, Upstream.Abandon.WHEN_NEEDED);
        Peer client = abandoning(stage, "/stream");
        Peer origin = asked(stage, "/stream");
        origin.send("HTTP/1.1 200 OK\r\n\r\nevent");
        stage.settle();

        Peer honest = asking(stage, "/honest");

        assertThat(ends(stage)).containsExactly("CD");
        assertThat(client.hasReset()).isTrue();
        asked(stage, "/honest").send(OK);
        assertThat(honest.message().body()).isEqualTo("token");
    }

    @Test
    void abandonAtOnceTreatsAHalfCloseAsADisconnect(Scene scene) {
        var stage = stage(scene, 2, Upstream.Abandon.ALWAYS);
        Peer client = asking(stage, "/gone");
        Peer origin = asked(stage, "/gone");
        client.endOutput();
        stage.settle();

        assertThat(origin.hasEnded() || origin.hasReset()).isTrue();
        assertThat(ends(stage)).containsExactly("CH");
    }

    @Test
    void abandonNeverAwaitsTheAnswerWhileOthersWait(Scene scene) {
        var stage = stage(scene, 1, Upstream.Abandon.NEVER);
        Peer client = abandoning(stage, "/first");
        Peer origin = asked(stage, "/first");
        Peer queued = abandoning(stage, "/queued");
        stage.pass(SHORT);
        assertThat(stage.ended).isEmpty();

        origin.send(OK);
        assertThat(client.rest()).endsWith("token");
        assertThat(origin.head()).startsWith("GET /queued ");
        origin.send(OK);
        assertThat(queued.rest()).endsWith("token");
    }

    @Test
    void aWaiterGetsTheSlotOfAnAbandonedExchangeOnAnotherLoop(Scene scene) {
        var setup = Setup.ONE_ORIGIN.withPool(2, 100).withLoops(2);
        var stage = over == Over.TCP ? Stage.tcp(scene, setup) : Stage.inMemory(scene, setup);
        Peer one = stage.client();
        Peer two = stage.client();
        for (Peer client : List.of(one, two)) {
            client.send("GET /gone HTTP/1.1\r\nHost: h\r\n\r\n");
            client.endOutput();
        }
        stage.settle();
        Peer[] origins = {asked(stage, "/gone"), asked(stage, "/gone")};

        Peer[] honest = {stage.client(), stage.client()};
        for (Peer client : honest) {
            client.send("GET /honest HTTP/1.1\r\nHost: h\r\n\r\n");
            stage.settle();
            asked(stage, "/honest").send(OK);
            assertThat(client.message().body()).isEqualTo("token");
            // Why: its idle connection would serve the next.
            client.send("GET /kept HTTP/1.1\r\nHost: h\r\n\r\n");
            stage.settle();
        }
        for (Peer origin : origins) {
            assertThat(origin.hasEnded() || origin.hasReset()).isTrue();
        }
    }

    @Test
    void halfClosedClientsAreAllAnsweredWhenNobodyElseWaits(Scene scene) {
        var stage = stage(scene, 2, Upstream.Abandon.WHEN_NEEDED);
        var clients = new ArrayList<Peer>();
        for (int i = 0; i < 2; i++) clients.add(abandoning(stage, "/first" + i));
        Peer[] origins = {asked(stage, "/first0"), asked(stage, "/first1")};
        for (int i = 0; i < 4; i++) clients.add(abandoning(stage, "/queued" + i));
        stage.pass(SHORT);

        for (int round = 0; round < 3; round++) {
            for (Peer origin : origins) {
                if (round > 0) assertThat(origin.head()).startsWith("GET /queued");
                origin.send(OK);
                stage.settle();
            }
        }
        for (Peer client : clients) assertThat(client.rest()).endsWith("token");
        assertThat(ends(stage)).containsOnly("--").hasSize(6);
    }

    @Test
    void halfClosedClientsDoNotDisplaceEachOther(Scene scene) {
        var stage = stage(scene, 1, Upstream.Abandon.WHEN_NEEDED);
        Peer first = abandoning(stage, "/first");
        Peer origin = asked(stage, "/first");
        Peer second = stage.client();
        second.send("GET /second HTTP/1.1\r\nHost: h\r\n\r\n");
        second.endOutput();
        stage.settle();

        origin.send(OK);
        assertThat(first.rest()).endsWith("token");
        assertThat(origin.head()).startsWith("GET /second ");
        origin.send(OK);
        assertThat(second.rest()).endsWith("token");
    }

    @Test
    void openClientsAreServedBeforeHalfClosedOnes(Scene scene) {
        var stage = stage(scene, 1, Upstream.Abandon.WHEN_NEEDED);
        Peer first = asking(stage, "/first");
        Peer origin = asked(stage, "/first");
        Peer left = abandoning(stage, "/left");
        Peer honest = asking(stage, "/honest");

        origin.send(OK);
        assertThat(first.message().body()).isEqualTo("token");
        assertThat(origin.head()).startsWith("GET /honest ");
        origin.send(OK);
        assertThat(honest.message().body()).isEqualTo("token");
        assertThat(origin.head()).startsWith("GET /left ");
        origin.send(OK);
        assertThat(left.rest()).endsWith("token");
    }

    @Test
    void aFullQueueDropsAHalfClosedClientFirst(Scene scene) {
        var setup = Setup.ONE_ORIGIN.withPool(1, 1).withAbandon(Upstream.Abandon.WHEN_NEEDED);
        var stage = over == Over.TCP ? Stage.tcp(scene, setup) : Stage.inMemory(scene, setup);
        asking(stage, "/first");
        Peer origin = asked(stage, "/first");
        Peer left = abandoning(stage, "/left");

        Peer honest = asking(stage, "/honest");

        assertThat(left.rest()).startsWith("HTTP/1.1 503 ");
        assertThat(ends(stage)).containsExactly("CQ");
        origin.send(OK);
        assertThat(origin.head()).startsWith("GET /honest ");
        origin.send(OK);
        assertThat(honest.message().body()).isEqualTo("token");
    }
}
