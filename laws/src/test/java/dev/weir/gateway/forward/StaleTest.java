package dev.weir.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.config.Upstream;
import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Buffer;
import dev.weir.memory.block.Urgency;
import dev.weir.pool.PoolCount;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Proves what happens to connections to origins between exchanges, and what is sent again when one was dead.
@Balanced
final class StaleTest {
    private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String POST = "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody";

    private static String ok(String token) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + token.length() + "\r\n\r\n" + token;
    }

    /// One exchange, after which the connection to the origin is idle.
    private static Peer warmed(Stage stage, Peer client) {
        client.send(GET);
        var origin = stage.origin().next();
        origin.head();
        origin.send(ok("first"));
        assertThat(client.message().body()).isEqualTo("first");
        stage.settle();
        return origin;
    }

    private static void answersFreshly(Stage stage, Peer client, String request) {
        client.send(request);
        var fresh = stage.origin().next();
        assertThat(fresh.message().first()).startsWith(request.substring(0, 6));
        fresh.send(ok("token"));
        assertThat(client.message().body()).isEqualTo("token");
    }

    // ---- H-15

    @Test
    @DisplayName("H-15 bytes nobody asked for on an idle connection close it, the next request is served")
    void unsolicitedBytesCloseAnIdleConnection(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        var origin = warmed(stage, client);
        origin.send(ok("nobody's"));
        stage.settle();

        assertThat(stage.cache().count(PoolCount.EVICTED_UNSOLICITED)).isOne();
        answersFreshly(stage, client, POST);
    }

    @Test
    @DisplayName("H-15 an idle connection that ends is closed, the next request is served")
    void anIdleConnectionThatEndsIsNotUsed(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        warmed(stage, client).close();
        stage.settle();
        assertThat(stage.cache().count(PoolCount.EVICTED_PEER_LEFT)).isOne();
        answersFreshly(stage, client, POST);
    }

    @Test
    @DisplayName("H-15 an idle connection that is reset is closed, the next request is served")
    void anIdleConnectionThatIsResetIsNotUsed(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        warmed(stage, client).reset();
        answersFreshly(stage, client, POST);
        assertThat(stage.cache().count(PoolCount.EVICTED_PEER_LEFT)).isOne();
    }

    @Test
    @DisplayName("H-15 bytes that come in the turn of the next request close the connection before it is used")
    void bytesBeforeTheNextRequestAreNotItsAnswer(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        var origin = warmed(stage, client);
        origin.send(ok("nobody's"));
        answersFreshly(stage, client, POST);
        assertThat(origin.hasReset() || origin.hasEnded()).isTrue();
    }

    @Test
    @DisplayName("H-15 bytes between the promise of a connection and its first write are nobody's answer")
    void bytesAfterTheHandOffAreNotAnAnswer(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN.withPool(1, 8));
        var client = stage.client();
        var waiting = stage.client();
        client.send(GET);
        var origin = stage.origin().next();
        origin.head();
        waiting.send(POST);
        stage.settle();
        origin.send(ok("first") + ok("nobody's"));

        assertThat(client.message().body()).isEqualTo("first");
        var fresh = stage.origin().next();
        assertThat(fresh.message().body()).isEqualTo("body");
        fresh.send(ok("token"));
        assertThat(waiting.message().body()).isEqualTo("token");
    }

    @Test
    @DisplayName("H-15 over real sockets: an end, a reset and bytes on an idle connection harm nobody")
    void overTcpBytesBetweenRequestsAffectNoExchange(Scene scene) {
        var stage = Stage.tcp(scene, Setup.ONE_ORIGIN);
        for (Consumer<Peer> harm : List.<Consumer<Peer>>of(Peer::close, Peer::reset, one -> one.send(ok("poison")))) {
            var client = stage.client();
            var origin = warmed(stage, client);
            harm.accept(origin);
            stage.settle();
            client.send(POST);
            var fresh = stage.origin().next();
            assertThat(fresh.message().body()).isEqualTo("body");
            fresh.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\ntoken");
            assertThat(client.message().body()).isEqualTo("token");
            stage.settle();
        }
        assertThat(stage.origin().count()).isEqualTo(6);
    }

    // ---- H-16

    @Test
    @DisplayName("H-16 an answer longer than it said is cut where it said, and its connection is not used again")
    void aTooLongAnswerAffectsNoOtherExchange(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        client.send(GET);
        var origin = stage.origin().next();
        origin.head();
        origin.send(ok("token") + ok("poison"));

        assertThat(client.message().body()).isEqualTo("token");
        answersFreshly(stage, client, GET);
        assertThat(client.isQuiet()).isTrue();
    }

    @Test
    @DisplayName("H-16 an answer shorter than it said ends in a reset, never in something that looks whole")
    void anAnswerThatIsTooShortIsAborted(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        for (String cut : new String[] {
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\ntoken",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\ntoken\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\ntok",
        }) {
            var client = stage.client();
            client.send(GET);
            var origin = stage.origin().next();
            origin.head();
            origin.send(cut);
            stage.settle();
            origin.close();
            stage.settle();
            assertThat(client.hasReset()).as(cut).isTrue();
            assertThat(stage.ended.getLast().end()).isEqualTo("SD");
            assertThat(stage.ended.getLast().answered()).isFalse();
        }
    }

    @Test
    @DisplayName("H-16 an answer that ends with its connection is aborted when that is reset")
    void anAnswerWithoutALengthIsAbortedByAReset(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        client.send(GET);
        var origin = stage.origin().next();
        origin.head();
        origin.send("HTTP/1.1 200 OK\r\n\r\ntoken");
        stage.settle();
        origin.reset();
        stage.settle();
        assertThat(client.hasReset()).isTrue();
    }

    // ---- H-17

    @Test
    @DisplayName("H-17 a safe request that met a dead connection is sent once more, on a fresh one")
    void aSafeRequestOnADeadConnectionIsRepeatedOnce(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        var origin = warmed(stage, client);
        client.send("GET /b HTTP/1.1\r\nHost: h\r\nX-Request-Id: one\r\n\r\n");
        String sent = origin.head();
        origin.close();
        var fresh = stage.origin().next();
        assertThat(fresh.head()).isEqualTo(sent).contains("X-Request-Id: one\r\n");
        fresh.send(ok("token"));

        assertThat(client.message().body()).isEqualTo("token");
        assertThat(stage.ended.getLast().attempts()).isEqualTo(2);
        assertThat(stage.origin().count()).isEqualTo(2);
    }

    @ParameterizedTest
    @DisplayName("H-17 a safe request is repeated whatever its head looks like, with the question in its body")
    @ValueSource(
            strings = {
                "GET /a HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n",
                "PROPFIND /a HTTP/1.1\r\nHost: h\r\nDepth: 1\r\n\r\n",
                "PROPFIND /a HTTP/1.1\r\nHost: h\r\nContent-Length: 7\r\n\r\n<a>b/a>",
                "REPORT /a HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nwhat",
                "QUERY /a HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nwhat"
            })
    void aSafeRequestIsRepeatedWithItsQuestion(String request, Scene scene) {
        isRepeated(Stage.inMemory(scene, Setup.ONE_ORIGIN), request);
    }

    @ParameterizedTest
    @DisplayName("H-17 a safe request is repeated though its head is larger than a small block")
    @ValueSource(ints = {1_100, 1_300, 5_000, 15_000})
    void aSafeRequestWithALargeHeadIsRepeated(int bytes, Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        isRepeated(stage, "GET /a HTTP/1.1\r\nHost: h\r\nCookie: " + "c".repeat(bytes) + "\r\n\r\n");
    }

    @Test
    @DisplayName("H-17 a question in a large body is repeated, and what its client sends behind it is its next request")
    void aLargeSafeRequestIsRepeatedAndTheNextRequestFollows(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        String question = "QUERY /a HTTP/1.1\r\nHost: h\r\nContent-Length: 9000\r\n\r\n" + "q".repeat(9_000);
        var client = stage.client();
        var origin = warmed(stage, client);
        client.send(question + GET);
        origin.message();
        stage.settle();
        origin.close();
        var fresh = stage.origin().next();
        assertThat(fresh.message().body()).isEqualTo("q".repeat(9_000));
        fresh.send(ok("token"));
        assertThat(client.message().body()).isEqualTo("token");
        assertThat(fresh.head()).startsWith("GET /a ");
    }

    private static void isRepeated(Stage stage, String request) {
        var client = stage.client();
        var origin = warmed(stage, client);
        client.send(request);
        var sent = origin.message();
        stage.settle();
        origin.close();
        var fresh = stage.origin().next();
        assertThat(fresh.message()).isEqualTo(sent);
        fresh.send(ok("token"));

        assertThat(client.message().body()).isEqualTo("token");
        assertThat(stage.ended.getLast().attempts()).isEqualTo(2);
    }

    @Test
    @DisplayName("H-17 a large head is not kept while memory is scarce")
    void aLargeHeadIsNotKeptWhileMemoryIsScarce(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN.withBlocks(32, 3));
        var client = stage.client();
        var origin = warmed(stage, client);
        var pool = stage.weir().group().budget().pool();
        var hoard = new ArrayList<Buffer>();
        while (!pool.isScarce()) hoard.add(pool.tryAcquire(BlockSize.NORMAL, Urgency.INTAKE, -1, "somebody else"));
        long held = stage.heldBytes();
        client.send("GET /a HTTP/1.1\r\nHost: h\r\nCookie: " + "c".repeat(5_000) + "\r\n\r\n");
        origin.message();
        stage.settle();
        assertThat(stage.heldBytes()).isEqualTo(held);
        origin.close();
        assertThat(client.message().status()).isEqualTo(502);
        hoard.forEach(Buffer::release);
    }

    @Test
    @DisplayName("H-17 a client whose large head is kept is still seen to leave")
    void aClientWhoseLargeHeadIsKeptIsSeenDisconnecting(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN.withAbandon(Upstream.Abandon.ALWAYS));
        var client = stage.client();
        client.send("GET /a HTTP/1.1\r\nHost: h\r\nCookie: " + "c".repeat(5_000) + "\r\n\r\n");
        stage.origin().next().message();
        stage.settle();
        client.endOutput();
        stage.settle();
        assertThat(stage.only().end()).isEqualTo("CH");
    }

    @Test
    @DisplayName("H-17 a repeat does not begin the wait for an answer anew: one deadline over both")
    void allAttemptsShareOneDeadline(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        var origin = warmed(stage, client);
        client.send(GET);
        origin.head();
        stage.pass(Setup.RESPONSE.dividedBy(2));
        origin.close();
        stage.origin().next().head();

        stage.pass(Setup.RESPONSE.dividedBy(2).plusSeconds(1));

        assertThat(client.message().status()).isEqualTo(504);
    }

    @Test
    @DisplayName("H-17 what was repeated is not repeated again")
    void aRepeatedRequestIsNotRepeatedAgain(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        var origin = warmed(stage, client);
        client.send(GET);
        origin.head();
        origin.close();
        var fresh = stage.origin().next();
        fresh.head();
        fresh.close();

        assertThat(client.message().status()).isEqualTo(502);
        stage.settle();
        assertThat(stage.origin().poll()).isNull();
    }

    @Test
    @DisplayName("H-17 what was repeated is not repeated again, though the repeat met an idle connection, too")
    void aRepeatOnADeadConnectionIsNotRepeatedAgain(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN.withPool(2, 8));
        var client = stage.client();
        var other = stage.client();
        client.send(GET);
        var first = stage.origin().next();
        first.head();
        var second = warmed(stage, other);
        first.send(ok("first"));
        assertThat(client.message().body()).isEqualTo("first");

        client.send(GET);
        first.head();
        first.close();
        second.head();
        second.close();

        assertThat(client.message().status()).isEqualTo(502);
        stage.settle();
        assertThat(stage.origin().poll()).isNull();
    }

    @Test
    @DisplayName("H-17 a request that is not safe is never sent twice: 502")
    void anUnsafeRequestIsNotRepeated(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        for (String request : new String[] {
            POST,
            "PUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n",
            "GET /a HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody",
            "DELETE /a HTTP/1.1\r\nHost: h\r\n\r\n"
        }) {
            var client = stage.client();
            var origin = warmed(stage, client);
            client.send(request);
            origin.message();
            origin.close();

            assertThat(client.message().status()).as(request).isEqualTo(502);
            stage.settle();
            assertThat(stage.origin().poll()).isNull();
            assertThat(stage.ended.getLast().end()).isEqualTo("SH");
        }
    }

    @Test
    @DisplayName("H-17 nothing is repeated after a byte of an answer")
    void noRetryAfterTheFirstByteOfAnAnswer(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        var origin = warmed(stage, client);
        client.send(GET);
        origin.head();
        origin.send("H");
        stage.settle();
        origin.close();
        assertThat(client.message().status()).isEqualTo(502);
    }

    @Test
    @DisplayName("H-17 nothing is repeated when retries are turned off")
    void noRetryWhenRetriesAreOff(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN.withoutRetry());
        var client = stage.client();
        var origin = warmed(stage, client);
        client.send(GET);
        origin.head();
        origin.close();
        assertThat(client.message().status()).isEqualTo(502);
        stage.settle();
        assertThat(stage.origin().poll()).isNull();
    }

    @Test
    @DisplayName("H-17 retries are a small part of the traffic: an origin that closes everything gets few of them")
    void retriesAreBounded(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        int repeated = 0;
        for (int i = 0; i < 300; i++) {
            var client = stage.client();
            var origin = warmed(stage, client);
            client.send(GET);
            origin.head();
            origin.close();
            stage.settle();
            var again = stage.origin().poll();
            if (again != null) {
                repeated++;
                again.close();
            }
            assertThat(client.message().status()).isEqualTo(502);
            stage.settle();
        }
        assertThat(repeated).isBetween(100, 225);
    }

    @Test
    @DisplayName("H-17 a repeat that finds no connection is told as a broken answer, not as if nothing had been sent")
    void aRepeatWithoutAConnectionIsAnswered502(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN.withPool(1, 0));
        var client = stage.client();
        var origin = warmed(stage, client);
        client.send(GET);
        origin.head();
        origin.close();
        assertThat(client.message().status()).isEqualTo(502);
    }
}
