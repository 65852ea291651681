package dev.weir.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Proves that a connection is not kept for longer, nor used more often, than its origin says.
@Balanced
final class KeepAliveTest {
    private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";

    private static void served(Stage stage, Peer client, Peer origin, String field) {
        assertThat(origin.head()).startsWith("GET /a ");
        origin.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n" + field + "\r\ntoken");
        assertThat(client.message().body()).isEqualTo("token");
        stage.settle();
    }

    /// The origin's end of a connection over which one answer with this field came.
    private static Peer warmed(Stage stage, String field) {
        Peer client = stage.client();
        client.send(GET);
        Peer origin = stage.origin().next();
        served(stage, client, origin, field);
        return origin;
    }

    private static boolean isClosed(Peer origin) {
        return origin.hasEnded() || origin.hasReset();
    }

    /// Apache httpd says how long it keeps a connection only to who asks for that.
    @Test
    void theFirstRequestOnAConnectionAsksItsOriginToKeepIt(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        Peer client = stage.client();
        client.send(GET);
        Peer origin = stage.origin().next();
        for (int i = 0; i < 2; i++) {
            assertThat(origin.head().contains("\r\nConnection: keep-alive\r\n")).isEqualTo(i == 0);
            origin.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ntoken");
            assertThat(client.message().body()).isEqualTo("token");
            client.send(GET);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'Keep-Alive: timeout=5\r\n', 3900, 5000",
        "'Keep-Alive: timeout=5, max=100\r\n', 3900, 5000",
        "'keep-alive: max=100,Timeout=5\r\n', 3900, 5000",
        "'Keep-Alive: timeout=20\r\nKeep-Alive: timeout=5\r\n', 3900, 5000",
    })
    void anIdleConnectionIsClosedASecondBeforeItsOriginWould(String field, long open, long closed, Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        Peer origin = warmed(stage, field);
        stage.pass(Duration.ofMillis(open));
        assertThat(isClosed(origin)).isFalse();
        stage.pass(Duration.ofMillis(closed - open));
        assertThat(isClosed(origin)).isTrue();
    }

    @Test
    void anExpiredConnectionIsNotUsed(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        Peer one = stage.client();
        Peer two = stage.client();
        one.send(GET);
        two.send(GET);
        Peer lasting = stage.origin().next();
        Peer brief = stage.origin().next();
        served(stage, one, lasting, "");
        // Why: the looks, a second apart, began with the first; the second is too old between two of them.
        stage.pass(Duration.ofMillis(500));
        served(stage, two, brief, "Keep-Alive: timeout=3\r\n");
        for (int millis : new int[] {500, 1000, 600}) stage.pass(Duration.ofMillis(millis));
        assertThat(isClosed(brief)).as("nobody has looked").isFalse();

        two.send(GET);
        served(stage, two, lasting, "");

        assertThat(isClosed(brief)).isTrue();
    }

    @Test
    void connectionsWithALongerKeepAliveOutliveOlderOnes(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        Peer one = stage.client();
        Peer two = stage.client();
        one.send(GET);
        two.send(GET);
        Peer first = stage.origin().next();
        Peer second = stage.origin().next();
        served(stage, one, first, "Keep-Alive: timeout=30\r\n");
        served(stage, two, second, "Keep-Alive: timeout=4\r\n");
        stage.pass(Duration.ofMillis(3900));
        stage.pass(Duration.ofSeconds(1));

        assertThat(isClosed(second)).isTrue();
        assertThat(isClosed(first)).isFalse();
    }

    @Test
    void aConnectionServesAsOftenAsItsOriginSays(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        Peer client = stage.client();
        client.send(GET);
        Peer origin = stage.origin().next();
        // Why: some say the same number each time, which then means all.
        for (int i = 0; i < 3; i++) {
            served(stage, client, origin, "Keep-Alive: timeout=60, max=2\r\n");
            if (i < 2) client.send(GET);
        }
        assertThat(isClosed(origin)).isTrue();
        client.send(GET);
        assertThat(stage.origin().next().head()).startsWith("GET /a ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Keep-Alive: timeout=1\r\n", "Keep-Alive: timeout=0\r\n", "Keep-Alive: max=0\r\n"})
    void aConnectionAboutToCloseIsNotKept(String field, Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        assertThat(isClosed(warmed(stage, field))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Keep-Alive: timeout=\r\n",
                "Keep-Alive: timeout=x, max=-1\r\n",
                "Keep-Alive: timeout=1x\r\n",
                "Keep-Alive: xtimeout=1\r\n",
                "Keep-Alive: timeout=99999999999, max=99999999999\r\n",
                "X-Keep-Alive: timeout=1\r\n",
            })
    void whatSaysNothingBoundsNothing(String field, Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        Peer origin = warmed(stage, field);
        stage.pass(Duration.ofSeconds(50));
        assertThat(isClosed(origin)).isFalse();
        stage.pass(Duration.ofSeconds(6));
        assertThat(isClosed(origin)).as("the time of the pool").isTrue();
    }

    @Test
    void aPrivateConnectionIsBoundedToo(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN.withReuse(dev.weir.gateway.config.Upstream.Reuse.NEVER));
        Peer origin = warmed(stage, "Keep-Alive: timeout=5\r\n");
        stage.pass(Duration.ofMillis(3900));
        assertThat(isClosed(origin)).isFalse();
        stage.pass(Duration.ofMillis(200));
        assertThat(isClosed(origin)).isTrue();
    }
}
