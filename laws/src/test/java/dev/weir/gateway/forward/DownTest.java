package dev.weir.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.config.Upstream;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Proves what a request gets that finds all origins down.
@Balanced
final class DownTest {
    private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ntoken";

    private static Stage stage(Scene scene, int origins) {
        var setup = Setup.ONE_ORIGIN.withOrigins(origins).withWhenAllDown(Upstream.WhenAllDown.WAIT);
        var stage = Stage.inMemory(scene, setup);
        stage.origins.forEach(Origins::close);
        return stage;
    }

    private static Peer asking(Stage stage) {
        Peer client = stage.client();
        client.send(GET);
        stage.settle();
        return client;
    }

    @Test
    void aRequestIsAnsweredByTheOriginThatRecovers(Scene scene) {
        var stage = stage(scene, 2);
        Peer client = asking(stage);
        stage.pass(Duration.ofMillis(500));
        assertThat(client.isQuiet()).isTrue();

        stage.origins.getLast().revive();
        stage.pass(Duration.ofMillis(150));

        Peer origin = stage.origins.getLast().next();
        assertThat(origin.head()).startsWith("GET /a ");
        origin.send(OK);
        assertThat(client.message().body()).isEqualTo("token");
    }

    @Test
    void withoutARecoveryARequestIsAnswered503AfterTheConnectTimeout(Scene scene) {
        var stage = stage(scene, 2);
        Peer client = asking(stage);
        for (int i = 0; i < 19; i++) stage.pass(Duration.ofMillis(100));
        assertThat(client.isQuiet()).isTrue();
        stage.pass(Duration.ofMillis(200));

        assertThat(client.message().status()).isEqualTo(503);
        assertThat(stage.ended.getLast().end()).isEqualTo("SC");
        assertThat(stage.ended.getLast().reason()).contains("none returned");
    }

    @Test
    void aResetClientLeavesTheQueueForARecovery(Scene scene) {
        var stage = stage(scene, 1);
        Peer client = asking(stage);
        assertThat(stage.cache().waiting()).isOne();
        client.reset();
        stage.pass(Duration.ofMillis(1100));

        assertThat(stage.cache().waiting()).isZero();
        assertThat(stage.ended.getLast().end()).isEqualTo("CQ");
    }

    @Test
    void aHalfClosedClientIsAnsweredByTheOriginThatRecovers(Scene scene) {
        var stage = stage(scene, 1);
        Peer before = stage.client();
        before.send(GET);
        before.endOutput();
        stage.settle();
        Peer meanwhile = asking(stage);
        meanwhile.endOutput();
        stage.settle();
        assertThat(stage.cache().waiting()).isEqualTo(2);

        stage.origins.getLast().revive();
        stage.pass(Duration.ofMillis(150));

        for (Peer client : new Peer[] {before, meanwhile}) {
            Peer origin = stage.origins.getLast().next();
            assertThat(origin.head()).startsWith("GET /a ");
            origin.send(OK);
            assertThat(client.rest()).endsWith("token");
        }
    }
}
