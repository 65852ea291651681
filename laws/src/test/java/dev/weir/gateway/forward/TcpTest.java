package dev.weir.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.connection.Roster;
import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Buffer;
import dev.weir.memory.block.Urgency;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Proves over real sockets what a kernel could change: interim and early answers, closes, resets, large bodies.
@Balanced
final class TcpTest {
    private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";

    private static String ok(String token) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + token.length() + "\r\n\r\n" + token;
    }

    @Test
    void aContinueIsForwardedAndTheBodyFollows(Scene scene) {
        var stage = Stage.tcp(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        client.send("PUT /up HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
        var origin = stage.origin().next();
        origin.head();
        origin.send("HTTP/1.1 100 Continue\r\n\r\n");
        assertThat(client.head()).startsWith("HTTP/1.1 100 Continue\r\n");
        client.send("token");
        assertThat(origin.text(5)).isEqualTo("token");
        origin.send("HTTP/1.1 103 Early Hints\r\n\r\n" + ok("token"));
        assertThat(client.head()).startsWith("HTTP/1.1 103 ");
        assertThat(client.message().body()).isEqualTo("token");
        client.send(GET);
        assertThat(origin.head()).startsWith("GET /a");
    }

    @Test
    void anEarlyAnswerIsDeliveredWholeThoughTheClientGoesOnSending(Scene scene) {
        var stage = Stage.tcp(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        client.send("POST /up HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\nbeginning");
        var origin = stage.origin().next();
        origin.head();
        String body = "token".repeat(2000);
        origin.send("HTTP/1.1 413 Too Large\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        client.send("x".repeat(20_000));
        stage.settle();
        client.send("x".repeat(20_000));

        var answer = client.message();
        assertThat(answer.body()).isEqualTo(body);
        assertThat(answer.field("Connection")).isEqualTo("close");
    }

    @Test
    @DisplayName("S-04 over real sockets: an answer is delivered though its request could not be written")
    void anAnswerFollowedByACloseIsDeliveredThoughTheRequestCouldNotBeWritten(Scene scene) {
        var stage = Stage.tcp(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        client.send("POST /up HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\nbeginning");
        var origin = stage.origin().next();
        origin.head();
        stage.settle();
        assertThat(origin.seen()).isEqualTo("beginning");
        client.send("what the origin leaves unread, so that it closes with a reset");
        stage.settle();
        // Why: in this order, or the answer is read before the gateway learns that it cannot write.
        client.send("more");
        origin.send(ok("token"));
        origin.close();

        assertThat(client.message().body()).isEqualTo("token");
        assertThat(client.rest()).isEmpty();
    }

    @Test
    @DisplayName("H-16 over real sockets: an answer shorter than it said ends in a reset")
    void anAnswerThatIsTooShortIsAborted(Scene scene) {
        var stage = Stage.tcp(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        client.send(GET);
        var origin = stage.origin().next();
        origin.head();
        origin.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\ntoken");
        origin.close();
        stage.settle();
        assertThat(client.hasReset()).isTrue();
    }

    @Test
    @DisplayName("H-17 over real sockets: a safe request that met a dead connection is sent once more")
    void aSafeRequestOnADeadConnectionIsRepeatedOnce(Scene scene) {
        var stage = Stage.tcp(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        client.send(GET);
        var origin = stage.origin().next();
        origin.head();
        origin.send(ok("first"));
        client.message();
        client.send(GET);
        origin.head();
        origin.reset();
        var fresh = stage.origin().next();
        fresh.head();
        fresh.send(ok("token"));
        assertThat(client.message().body()).isEqualTo("token");
    }

    @Test
    void aLargeBodyPassesBothWays(Scene scene) {
        var stage = Stage.tcp(scene, Setup.ONE_ORIGIN.withBlocks(4, 3));
        var client = stage.client();
        String body = "0123456789".repeat(200_000);
        String request = "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        int sent = client.offer(request);
        var echo = new Echo(stage.origin().next());
        while (!client.seen().endsWith(body)) {
            for (int i = 0; i < 20 && sent < request.length(); i++) {
                sent += client.offer(request.substring(sent, Math.min(request.length(), sent + 20_000)));
            }
            echo.step();
            stage.turn();
        }
        assertThat(client.message().body()).isEqualTo(body);
    }

    @Test
    @DisplayName("H-29 over real sockets: while memory is scarce the system keeps little of an answer nobody reads")
    void theKernelBuffersLittleOfAnUnreadAnswer(Scene scene) {
        var stage = Stage.tcp(scene, Setup.ONE_ORIGIN.withBlocks(32, 3));
        var pool = stage.weir().group().budget().pool();
        var hoard = new ArrayList<Buffer>();
        while (!pool.isScarce()) hoard.add(pool.tryAcquire(BlockSize.NORMAL, Urgency.INTAKE, -1, "somebody else"));
        var client = stage.client();
        client.send(GET);
        var origin = stage.origin().next();
        origin.head();
        origin.send("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n");
        String some = "x".repeat(16_000);
        for (int quiet = 0; quiet < 5; ) {
            quiet = origin.offer(some) > 0 ? 0 : quiet + 1;
            stage.settle();
        }
        long passedOn = stage.connections().rosters().stream()
                .mapToLong(TcpTest::mostWritten)
                .max()
                .orElseThrow();
        assertThat(passedOn).isBetween(100_000L, 700_000L);
        hoard.forEach(Buffer::release);
        client.reset();
    }

    private static long mostWritten(Roster roster) {
        var most = new AtomicLong();
        roster.forEach(one -> most.accumulateAndGet(one.traffic().bytesOut(), Math::max));
        return most.get();
    }
}
