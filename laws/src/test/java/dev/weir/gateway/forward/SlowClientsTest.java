package dev.weir.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/// Proves that slow clients do not keep the connections to an origin from honest ones.
@Balanced
final class SlowClientsTest {
    private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String POST = "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n";
    private static final String LARGE_POST = "POST /large HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n";
    private static final int RESERVE = 3;
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final Duration GATHER = Duration.ofSeconds(1);
    private static final Duration MOMENT = Duration.ofMillis(100);

    @Test
    void anIncompleteBodyBorrowsNoConnectionForASecond(Scene scene) {
        var stage = Stage.inMemory(scene, gathering(4));
        var client = stage.client();
        client.send(POST + "half");
        stage.pass(GATHER.minus(MOMENT));
        assertThat(stage.origin().count()).isZero();
        stage.pass(MOMENT.multipliedBy(2));
        assertThat(stage.origin().count()).isOne();
        assertThat(stage.cache().trickling()).isOne();
    }

    @Test
    void aCompleteBodyIsForwardedAtOnce(Scene scene) {
        var stage = Stage.inMemory(scene, gathering(4));
        var client = stage.client();
        client.send(POST);
        stage.settle();
        client.send("x".repeat(40));
        stage.settle();
        assertThat(stage.origin().count()).isZero();
        client.send("x".repeat(60));
        var origin = stage.origin().next();
        assertThat(origin.message().body()).hasSize(100);
        origin.send(OK);
        assertThat(client.message().status()).isEqualTo(200);
    }

    @Test
    void aCompleteChunkedBodyIsForwardedAtOnce(Scene scene) {
        var stage = Stage.inMemory(scene, gathering(4));
        var client = stage.client();
        client.send("POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n");
        stage.settle();
        assertThat(stage.origin().count()).isZero();
        client.send("\r\n");
        stage.settle();
        assertThat(stage.origin().next().message().body()).isEqualTo("2\r\nab\r\n0\r\n\r\n");
    }

    @Test
    void aBodyThatFillsABlockIsForwardedAtOnce(Scene scene) {
        var stage = Stage.inMemory(scene, gathering(4));
        var client = stage.client();
        client.send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n" + "x".repeat(20_000));
        stage.settle();
        assertThat(stage.origin().count()).isOne();
        assertThat(stage.cache().trickling()).isZero();
    }

    @Test
    void aBodyIsGatheredOnlyWhileMemoryIsPlentiful(Scene scene) {
        var stage = Stage.inMemory(scene, gathering(4).withBlocks(RESERVE + 2, RESERVE));
        stage.client().send(LARGE_POST + "x".repeat(10_000));
        stage.settle();

        assertThat(stage.origin().count()).isOne();
        assertThat(stage.cache().trickling()).isOne();
    }

    @Test
    void aGatheredBodyIsForwardedWhenMemoryRunsLow(Scene scene) {
        var stage = Stage.inMemory(
                scene, gathering(4).withBlocks(RESERVE + 3, RESERVE).withPipeBytes(20_000));
        stage.client().send(LARGE_POST + "x".repeat(10_000));
        stage.pass(MOMENT);
        assertThat(stage.origin().count()).isZero();

        stage.client().send(GET);
        var origin = stage.origin().next();
        origin.head();
        origin.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + "x".repeat(30_000));
        stage.pass(MOMENT);

        assertThat(stage.origin().next().head()).startsWith("POST /large");
        assertThat(stage.cache().trickling()).isOne();
    }

    @Test
    void aClientThatExpectsToContinueHasItsConnectionAtOnce(Scene scene) {
        var stage = Stage.inMemory(scene, gathering(4));
        stage.client().send("POST /a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n");
        stage.settle();
        assertThat(stage.origin().count()).isOne();
    }

    @Test
    void tricklingUploadsUseAtMostHalfOfTheConnections(Scene scene) {
        var stage = Stage.inMemory(scene, gathering(4));
        for (int i = 0; i < 20; i++) stage.client().send(POST + "x");
        stage.pass(GATHER.plus(MOMENT));
        assertThat(stage.origin().count()).isEqualTo(2);
        served(stage);
    }

    @Test
    void aStalledReaderLosesItsConnectionToAWaiter(Scene scene) {
        var stage = Stage.inMemory(scene, gathering(2).withPipeBytes(20_000));
        var slow = new ArrayList<Peer>();
        for (int i = 0; i < 2; i++) {
            var client = stage.client();
            slow.add(client);
            client.send(GET);
            var origin = stage.origin().next();
            origin.head();
            origin.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + "x".repeat(30_000));
            stage.settle();
        }
        stage.pass(Duration.ofSeconds(2).plus(MOMENT));
        served(stage);

        assertThat(slow).filteredOn(Peer::hasReset).hasSize(1);
        assertThat(stage.ended).anyMatch(one -> one.end().equals("RD"));
    }

    @Test
    void aClientWithASlowOriginKeepsItsConnectionWhileOthersWait(Scene scene) {
        var stage = Stage.inMemory(scene, gathering(1));
        var patient = stage.client();
        patient.send(GET);
        var origin = stage.origin().next();
        origin.head();
        stage.pass(Duration.ofSeconds(4));
        stage.client().send(GET);
        stage.pass(Duration.ofSeconds(3));
        origin.send(OK);

        assertThat(patient.message().status()).isEqualTo(200);
    }

    @Test
    void timeSpentByTheOriginDoesNotCountAgainstTheClient(Scene scene) {
        var stage = Stage.inMemory(scene, gathering(1).withPipeBytes(8_000));
        stage.client().send(GET);
        var origin = stage.origin().next();
        origin.head();
        stage.pass(Duration.ofSeconds(4));
        origin.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + "x".repeat(10_000));
        stage.settle();
        stage.client().send(GET);
        stage.pass(Duration.ofSeconds(2).minus(MOMENT));
        assertThat(stage.ended).isEmpty();
        stage.pass(MOMENT.multipliedBy(2));
        assertThat(stage.only().end()).isEqualTo("RD");
    }

    private static void served(Stage stage) {
        var honest = stage.client();
        honest.send(GET);
        stage.settle();
        var origin = stage.origin().next();
        while (origin.isQuiet() && stage.origin().count() > 0) {
            origin = stage.origin().next();
        }
        for (Peer one = origin;
                one != null && honest.isQuiet();
                one = stage.origin().poll()) {
            stage.settle();
            if (one.seen().startsWith("GET")) one.send(OK);
            stage.settle();
        }
        assertThat(honest.message().status()).isEqualTo(200);
    }

    private static Setup gathering(int connections) {
        return Setup.ONE_ORIGIN.withPool(connections, 100).withGather(GATHER);
    }
}
