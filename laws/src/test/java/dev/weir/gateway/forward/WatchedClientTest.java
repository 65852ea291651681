package dev.weir.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Proves that a client is watched while nothing is wanted from it, that its reset ends the exchange, and that a
/// client which ended its side is named when its answer never came.
@Balanced
@ParameterizedClass
@EnumSource
final class WatchedClientTest {
    private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String NEXT = "GET /next HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final Duration ONE_LOOK = Duration.ofMillis(1001);

    /// Over what.
    enum Over {
        TCP,
        MEMORY
    }

    private final Over over;

    WatchedClientTest(Over over) {
        this.over = over;
    }

    private Stage stage(Scene scene, Setup setup) {
        return over == Over.TCP ? Stage.tcp(scene, setup) : Stage.inMemory(scene, setup);
    }

    private static Peer asked(Stage stage, Peer client, String requests) {
        client.send(requests);
        Peer origin = stage.origin().next();
        origin.head();
        stage.settle();
        return origin;
    }

    private static void endedBy(Stage stage, Peer origin, String end) {
        assertThat(stage.only().end()).isEqualTo(end);
        assertThat(origin.hasEnded() || origin.hasReset()).isTrue();
        assertThat(stage.cache().origins().getFirst().outstanding()).isZero();
        assertThat(stage.heldBytes()).isZero();
    }

    private static void isStillAwaited(Stage stage, Peer origin) {
        assertThat(stage.ended).isEmpty();
        assertThat(origin.isQuiet()).isTrue();
    }

    @Test
    @DisplayName("H-21 a client that sent its next request already resets while its answer is awaited")
    void aResetBehindAPipelinedRequestEndsTheExchangeAtOnce(Scene scene) {
        var stage = stage(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        var origin = asked(stage, client, GET + NEXT);

        client.reset();
        stage.settle();

        endedBy(stage, origin, "CH");
    }

    @Test
    @DisplayName("H-21 a client that sent many requests ahead resets while the first answer is awaited")
    void aResetBehindUnreadInputIsDetectedWithinASecond(Scene scene) {
        var stage = stage(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        var origin = asked(stage, client, GET + NEXT.repeat(2000));
        isStillAwaited(stage, origin);

        client.reset();
        stage.pass(ONE_LOOK);

        endedBy(stage, origin, "CH");
    }

    @Test
    void aClientThatSentManyRequestsAheadIsServedEachOfThem(Scene scene) {
        var stage = stage(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        var origin = asked(stage, client, GET + NEXT.repeat(100));
        stage.pass(ONE_LOOK);
        for (int i = 0; i <= 100; i++) {
            if (i > 0) assertThat(origin.head()).startsWith("GET /next ");
            origin.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ntoken");
            assertThat(client.message().body()).isEqualTo("token");
        }
        stage.settle();
        assertThat(stage.heldBytes()).isZero();
    }

    @Test
    @DisplayName("H-21 a client ends its side, then resets, while its answer is awaited")
    void aResetAfterAHalfCloseIsDetectedWithinASecond(Scene scene) {
        var stage = stage(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        var origin = asked(stage, client, GET);
        client.endOutput();
        stage.pass(ONE_LOOK);
        isStillAwaited(stage, origin);

        client.reset();
        stage.pass(ONE_LOOK);

        endedBy(stage, origin, "CH");
    }

    @Test
    @DisplayName("H-21 a client that ended its side gets no answer in time: it is named, not the origin")
    void aHalfClosedClientIsNamedWhenTheTimeoutExpires(Scene scene) {
        var stage = stage(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        var origin = asked(stage, client, GET);
        client.endOutput();

        stage.pass(Setup.RESPONSE.plusSeconds(1));

        endedBy(stage, origin, "CH");
        assertThat(client.rest()).startsWith("HTTP/1.1 504 ");
    }

    @Test
    @DisplayName("H-21 a client leaves an event stream that is quiet")
    void aHalfClosedClientOfAQuietStreamIsNamed(Scene scene) {
        var stage = stage(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        var origin = asked(stage, client, GET);
        origin.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nevent\r\n");
        stage.settle();
        client.endOutput();
        stage.pass(ONE_LOOK);
        isStillAwaited(stage, origin);

        stage.pass(Setup.BODY_STALL.plusSeconds(1));

        endedBy(stage, origin, "CD");
    }

    @Test
    @DisplayName("H-21 a client resets an event stream that is quiet")
    void aResetOfAQuietStreamEndsItAtOnce(Scene scene) {
        var stage = stage(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        var origin = asked(stage, client, GET + NEXT);
        origin.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nevent\r\n");
        stage.settle();

        client.reset();
        stage.settle();

        endedBy(stage, origin, "CD");
    }

    @Test
    @DisplayName("H-21 a client resets while there is no memory to look for it")
    void aResetIsDetectedWithoutABlock(Scene scene) {
        var stage = stage(scene, Setup.ONE_ORIGIN.withBlocks(8, 3));
        var client = stage.client();
        var origin = asked(stage, client, GET);
        var hoard = stage.takeAll();
        client.send("GET");
        stage.settle();
        isStillAwaited(stage, origin);

        client.reset();
        stage.pass(ONE_LOOK);

        hoard.release();
        endedBy(stage, origin, "CH");
    }

    @Test
    @DisplayName("H-21 a client resets an upload that its origin does not take")
    void aResetUploadThatWaitsForItsOriginIsDetectedWithinASecond(Scene scene) {
        var stage = stage(scene, Setup.ONE_ORIGIN.withPipeBytes(4096));
        var client = stage.client();
        client.send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 100000000\r\n\r\n");
        var origin = stage.origin().next();
        for (int idle = 0; idle < 5; ) {
            idle = client.offer("b".repeat(16_000)) > 0 ? 0 : idle + 1;
            stage.settle();
        }
        assertThat(stage.ended).isEmpty();

        client.reset();
        stage.pass(ONE_LOOK);

        assertThat(stage.only().end()).isEqualTo("CD");
        assertThat(stage.cache().origins().getFirst().outstanding()).isZero();
        assertThat(stage.heldBytes()).isZero();
        origin.seen();
    }

    @Test
    void aClientThatHalfClosedWhileConnectingGetsItsAnswer(Scene scene) {
        var stage = stage(scene, Setup.ONE_ORIGIN);
        var client = connected(stage);
        client.send(GET);
        client.endOutput();
        stage.settle();
        stage.network().letGo();

        var origin = stage.origin().next();
        origin.head();
        origin.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ntoken");

        assertThat(client.rest()).endsWith("\r\n\r\ntoken");
        stage.settle();
        assertThat(stage.only().end()).isEqualTo("--");
    }

    @Test
    void aHalfCloseInTheMiddleOfTheBodyIsADisconnect(Scene scene) {
        var stage = stage(scene, Setup.ONE_ORIGIN);
        var client = connected(stage);
        client.send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nhalf");
        client.endOutput();
        stage.settle();

        assertThat(stage.only().end()).isEqualTo("CD");
        stage.network().letGo();
    }

    /// A client whose connection was made before connections were held back.
    private static Peer connected(Stage stage) {
        var client = stage.client();
        stage.settle();
        stage.network().hold();
        return client;
    }
}
