package dev.weir.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.config.Upstream;
import dev.weir.memory.block.BlockSize;
import dev.weir.testing.Balanced;
import dev.weir.testing.Hoard;
import dev.weir.testing.Scene;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Proves that a short answer which its client reads slowly is taken whole, so that its place at the origin serves
/// others, and that memory which others wait for is not used for it.
@Balanced
final class TakenWholeTest {
    private static final int PIPE_BYTES = 8_000;
    private static final String GET = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String BODY = "0123456789".repeat(4_000);
    private static final String SMALL = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private static String withLength(String body) {
        return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    /// In many chunks, whose lines lie across the ends of blocks.
    private static String inChunks(String body) {
        return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks(body);
    }

    private static String chunks(String body) {
        var all = new StringBuilder();
        for (int at = 0; at < body.length(); at += 1_000) {
            String data = body.substring(at, Math.min(body.length(), at + 1_000));
            all.append(Integer.toHexString(data.length()))
                    .append("\r\n")
                    .append(data)
                    .append("\r\n");
        }
        return all.append("0\r\n\r\n").toString();
    }

    private static Setup onePlace() {
        return Setup.ONE_ORIGIN.withPool(1, 10).withPipeBytes(PIPE_BYTES);
    }

    /// A client that has asked, and reads nothing; its origin has answered.
    private static Peer unread(Stage stage, String answer) {
        Peer client = stage.client();
        client.send(GET);
        answered(stage, stage.origin().next(), answer);
        return client;
    }

    private static void answered(Stage stage, Peer origin, String answer) {
        origin.head();
        offered(stage, origin, answer);
    }

    /// Sends as much of it as the gateway takes.
    ///
    /// @return how much that was
    private static int offered(Stage stage, Peer origin, String text) {
        int sent = 0;
        for (int count = 1; count > 0 && sent < text.length(); sent += count) {
            count = origin.offer(text.substring(sent));
            stage.settle();
        }
        return sent;
    }

    /// Another client, which is served by a connection that was made before, at once.
    private static void servesAnother(Stage stage, Peer origin) {
        Peer other = stage.client();
        other.send(GET);
        assertThat(origin.head()).startsWith("GET /a ");
        origin.send(SMALL);
        assertThat(other.message().body()).isEqualTo("ok");
    }

    private static String bodyOf(String answer) {
        return answer.substring(answer.indexOf("\r\n\r\n") + 4);
    }

    private static void requireSame(String got, String sent) {
        byte[] bytes = got.getBytes(StandardCharsets.ISO_8859_1);
        assertThat(Arrays.mismatch(bytes, sent.getBytes(StandardCharsets.ISO_8859_1)))
                .as("where what came is not what was sent, of " + got.length())
                .isEqualTo(-1);
    }

    /// What a reset left of it; the last that is in the path is lost.
    private static void requireBegins(String got, String sent) {
        String body = bodyOf(got);
        assertThat(body.length()).isGreaterThanOrEqualTo(bodyOf(sent).length() - PIPE_BYTES);
        requireSame(body, bodyOf(sent).substring(0, body.length()));
    }

    private static void requireHeld(Stage stage, int blocksMost) {
        assertThat(stage.heldBytes()).isPositive();
        requireHeldAtMost(stage, blocksMost);
    }

    private static void requireHeldAtMost(Stage stage, int blocks) {
        assertThat(stage.heldBytes()).isLessThanOrEqualTo((long) blocks * BlockSize.NORMAL.bytes());
    }

    @Test
    void aSlowReaderOfAShortAnswerHoldsNoOriginConnection(Scene scene) {
        var stage = Stage.inMemory(scene, onePlace());
        Peer slow = stage.client();
        slow.send(GET);
        Peer origin = stage.origin().next();
        answered(stage, origin, withLength(BODY));

        assertThat(stage.cache().origins().getFirst().outstanding()).isZero();
        requireHeld(stage, 4);
        servesAnother(stage, origin);
        assertThat(stage.ended).hasSize(1);
        requireSame(slow.message().body(), BODY);
        assertThat(stage.ended.getLast()).isEqualTo(new Stage.Ended(200, "--", "", 1, true));
        assertThat(stage.heldBytes()).isZero();
        assertThat(stage.origin().count()).isOne();
    }

    @Test
    void shortAnswersAreReadAheadOverRealSockets(Scene scene) {
        var stage = Stage.tcp(scene, Setup.ONE_ORIGIN.withPool(1, 10));
        Peer slow = stage.client();
        slow.send(GET.repeat(200));
        Peer origin = stage.origin().next();
        // Why: the kernel takes many answers for a client that does not read, before one of them waits.
        int answers = 0;
        String answer = withLength(BODY);
        while (answers < 200 && stage.ended.size() == answers) {
            answered(stage, origin, answer);
            answers++;
        }
        assertThat(stage.ended).hasSize(answers - 1);
        assertThat(stage.cache().origins().getFirst().outstanding()).isZero();
        servesAnother(stage, origin);
        for (int i = 0; i < answers; i++) requireSame(slow.message().body(), BODY);
    }

    @Test
    void aChunkedAnswerIsReadAheadUnchanged(Scene scene) {
        var stage = Stage.inMemory(scene, onePlace());
        Peer slow = stage.client();
        slow.send(GET);
        Peer origin = stage.origin().next();
        answered(stage, origin, inChunks(BODY));

        servesAnother(stage, origin);
        requireSame(slow.message().body(), chunks(BODY));
        assertThat(stage.heldBytes()).isZero();
    }

    @Test
    void aChunkedAnswerIsReadAheadForAnHttp10Client(Scene scene) {
        var stage = Stage.inMemory(scene, onePlace());
        Peer slow = stage.client();
        slow.send("GET /a HTTP/1.0\r\n\r\n");
        Peer origin = stage.origin().next();
        answered(stage, origin, inChunks(BODY));

        servesAnother(stage, origin);
        requireSame(bodyOf(slow.rest()), BODY);
    }

    @Test
    void anAnswerDelimitedByCloseIsReadAhead(Scene scene) {
        var stage = Stage.inMemory(scene, onePlace());
        Peer slow = stage.client();
        slow.send(GET);
        Peer origin = stage.origin().next();
        answered(stage, origin, "HTTP/1.1 200 OK\r\n\r\n" + BODY);
        assertThat(stage.cache().origins().getFirst().outstanding()).isOne();
        origin.endOutput();
        stage.settle();

        Peer other = stage.client();
        other.send(GET);
        Peer second = stage.origin().next();
        answered(stage, second, SMALL);
        assertThat(other.message().body()).isEqualTo("ok");
        requireSame(bodyOf(slow.rest()), BODY);
    }

    @Test
    void anAnswerInPiecesIsReadAheadAsItArrives(Scene scene) {
        var stage = Stage.inMemory(scene, onePlace());
        Peer slow = stage.client();
        slow.send(GET);
        Peer origin = stage.origin().next();
        String answer = withLength(BODY);
        answered(stage, origin, answer.substring(0, 20_000));
        assertThat(stage.cache().origins().getFirst().outstanding()).isOne();
        assertThat(offered(stage, origin, answer.substring(20_000))).isEqualTo(answer.length() - 20_000);

        servesAnother(stage, origin);
        requireSame(slow.message().body(), BODY);
    }

    @Test
    void aClientThatReadsOnMeanwhileGetsEveryByteOnce(Scene scene) {
        var stage = Stage.inMemory(scene, onePlace());
        Peer slow = stage.client();
        slow.send(GET);
        Peer origin = stage.origin().next();
        String answer = inChunks(BODY);
        var got = new StringBuilder();
        origin.head();
        for (int at = 0; at < answer.length(); at += 700) {
            origin.send(answer.substring(at, Math.min(answer.length(), at + 700)));
            got.append(slow.some(450));
            stage.settle();
        }
        servesAnother(stage, origin);
        while (got.indexOf("\r\n0\r\n\r\n") < 0) {
            got.append(slow.some(450));
            stage.settle();
        }
        requireSame(bodyOf(got.toString()), chunks(BODY));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLongAnswerIsReadNoFasterThanItsClientReads(boolean chunked, Scene scene) {
        var stage = Stage.inMemory(scene, onePlace());
        Peer slow = stage.client();
        slow.send(GET);
        Peer origin = stage.origin().next();
        origin.head();
        String body = BODY.repeat(4);
        String answer = chunked ? inChunks(body) : withLength(body);
        int taken = offered(stage, origin, answer);

        // Why: that an answer in chunks is long is known only when four blocks are full.
        requireHeld(stage, chunked ? 4 : 1);
        assertThat(taken).isLessThan((chunked ? 5 : 2) * BlockSize.NORMAL.bytes() + 2 * PIPE_BYTES);
        assertThat(stage.cache().origins().getFirst().outstanding()).isOne();
        var got = new StringBuilder();
        while (stage.ended.isEmpty() || !slow.isQuiet()) {
            if (taken < answer.length()) taken += offered(stage, origin, answer.substring(taken));
            got.append(slow.some(1_000));
            stage.settle();
            // Why: what was taken of a long one is taken once, and leaves.
            if (got.length() > answer.length() / 2) requireHeldAtMost(stage, 1);
            else requireHeldAtMost(stage, 4);
        }
        requireSame(bodyOf(got.toString()), bodyOf(answer));
    }

    @Test
    void noReadAheadWhenMemoryIsShort(Scene scene) {
        var stage = Stage.inMemory(scene, onePlace());
        var most = new Hoard();
        most.takeOfNewWork(stage.weir().group().budget().pool());
        for (int i = 0; i < 6; i++) most.releaseOne();
        long before = stage.heldBytes();
        Peer slow = stage.client();
        slow.send(GET);
        Peer origin = stage.origin().next();
        origin.head();
        String answer = withLength(BODY);
        int taken = offered(stage, origin, answer);
        assertThat(stage.heldBytes() - before).isEqualTo(BlockSize.NORMAL.bytes());
        assertThat(stage.cache().origins().getFirst().outstanding()).isOne();

        most.release();
        String first = slow.some(6_000);
        stage.settle();
        offered(stage, origin, answer.substring(taken));
        assertThat(stage.cache().origins().getFirst().outstanding()).isZero();
        requireSame(bodyOf(first) + slow.text(BODY.length() - bodyOf(first).length()), BODY);
    }

    @Test
    void noReadAheadWhileMemoryIsAwaited(Scene scene) {
        var stage = Stage.inMemory(scene, onePlace().withBlocks(12, 3));
        Peer slow = stage.client();
        // Why: of such a request nothing is kept, and no block comes back for the one that waits.
        slow.send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx");
        Peer origin = stage.origin().next();
        origin.head();
        var most = new Hoard();
        most.takeOfNewWork(stage.weir().group().budget().pool());
        Peer waiting = stage.client();
        waiting.send(GET);
        stage.settle();
        assertThat(stage.weir().group().budget().usage().waiters().total()).isOne();
        long before = stage.heldBytes();
        offered(stage, origin, withLength(BODY));
        assertThat(stage.heldBytes() - before).isEqualTo(BlockSize.NORMAL.bytes());
        assertThat(stage.cache().origins().getFirst().outstanding()).isOne();
        most.release();
    }

    @Test
    void blocksHeldForASlowClientGoToALongMemoryWaiter(Scene scene) {
        var stage = Stage.inMemory(scene, onePlace());
        Peer slow = unread(stage, withLength(BODY));
        Hoard rest = stage.takeAll();
        Peer waiting = stage.client();
        waiting.send(GET);
        stage.pass(Duration.ofMillis(2_600));

        assertThat(slow.hasReset()).isTrue();
        assertThat(stage.only().end()).isEqualTo("RD");
        rest.release();
    }

    @Test
    void aDisconnectDuringTheAnswerLeavesTheOriginConnectionReusable(Scene scene) {
        var stage = Stage.inMemory(scene, onePlace());
        Peer slow = stage.client();
        slow.send(GET);
        Peer origin = stage.origin().next();
        answered(stage, origin, withLength(BODY));
        assertThat(slow.some(2_000)).hasSize(2_000);
        slow.reset();
        stage.settle();

        assertThat(stage.only().end()).isEqualTo("CD");
        assertThat(stage.heldBytes()).isZero();
        servesAnother(stage, origin);
        assertThat(stage.origin().count()).isOne();
    }

    @Test
    void aDisconnectBeforeTheWholeAnswerClosesTheOriginConnection(Scene scene) {
        var stage = Stage.inMemory(scene, onePlace());
        Peer slow = stage.client();
        slow.send(GET);
        Peer origin = stage.origin().next();
        answered(stage, origin, withLength(BODY).substring(0, 30_000));
        slow.reset();
        stage.settle();

        assertThat(stage.only().end()).isEqualTo("CD");
        assertThat(origin.hasEnded() || origin.hasReset()).isTrue();
        assertThat(stage.heldBytes()).isZero();
    }

    @Test
    void aCutAnswerIsBlamedOnTheOriginAfterDelivery(Scene scene) {
        var stage = Stage.inMemory(scene, onePlace());
        Peer slow = stage.client();
        slow.send(GET);
        Peer origin = stage.origin().next();
        String answer = withLength(BODY);
        answered(stage, origin, answer.substring(0, 30_000));
        origin.endOutput();
        stage.settle();

        var got = new StringBuilder();
        for (String some = slow.some(1_000); !some.isEmpty(); some = slow.some(1_000)) {
            got.append(some);
            stage.settle();
        }
        requireBegins(got.toString(), answer.substring(0, 30_000));
        assertThat(slow.hasReset()).isTrue();
        assertThat(stage.only().end()).isEqualTo("SD");
    }

    @Test
    void aBrokenChunkReadAheadIsReportedAfterDelivery(Scene scene) {
        var stage = Stage.inMemory(scene, onePlace());
        Peer slow = stage.client();
        slow.send(GET);
        Peer origin = stage.origin().next();
        String good = inChunks(BODY).replace("0\r\n\r\n", "");
        answered(stage, origin, good + "zz\r\n");

        var got = new StringBuilder();
        for (String some = slow.some(1_000); !some.isEmpty(); some = slow.some(1_000)) {
            got.append(some);
            stage.settle();
        }
        requireBegins(got.toString(), good);
        assertThat(slow.hasReset()).isTrue();
        assertThat(stage.only().end()).isEqualTo("SD");
    }

    @Test
    void bytesAfterTheAnswerPreventReuseOfTheConnection(Scene scene) {
        var stage = Stage.inMemory(scene, onePlace());
        Peer slow = stage.client();
        slow.send(GET);
        Peer origin = stage.origin().next();
        answered(stage, origin, withLength(BODY) + "HTTP/1.1 200 OK\r\n");

        Peer other = stage.client();
        other.send(GET);
        Peer second = stage.origin().next();
        answered(stage, second, SMALL);
        assertThat(other.message().body()).isEqualTo("ok");
        assertThat(origin.hasEnded() || origin.hasReset()).isTrue();
        requireSame(slow.message().body(), BODY);
    }

    @Test
    void aClientThatReadsNothingIsBlamedForTheTimeout(Scene scene) {
        var stage = Stage.inMemory(scene, onePlace());
        Peer slow = stage.client();
        slow.send(GET);
        Peer origin = stage.origin().next();
        answered(stage, origin, withLength(BODY));
        stage.pass(Setup.BODY_STALL.plusMillis(100));

        assertThat(slow.hasReset()).isTrue();
        assertThat(stage.only().end()).isEqualTo("TD");
        servesAnother(stage, origin);
    }

    @ParameterizedTest
    @EnumSource
    void aHalfClosedClientGetsTheWholeAnswerReadAhead(Upstream.Abandon abandon, Scene scene) {
        var stage = Stage.inMemory(scene, onePlace().withAbandon(abandon));
        Peer slow = unread(stage, withLength(BODY));
        slow.endOutput();
        stage.settle();
        requireSame(slow.message().body(), BODY);
        assertThat(stage.only().answered()).isTrue();
    }

    @Test
    void answersWithoutABodyAreForwardedUnchanged(Scene scene) {
        var stage = Stage.inMemory(scene, onePlace());
        Peer client = stage.client();
        client.send("HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n");
        Peer origin = stage.origin().next();
        answered(stage, origin, "HTTP/1.1 200 OK\r\nContent-Length: 40000\r\n\r\n");
        assertThat(client.head()).contains("Content-Length: 40000");
        client.send(GET);
        answered(stage, origin, "HTTP/1.1 204 No Content\r\n\r\n");
        assertThat(client.head()).startsWith("HTTP/1.1 204 ");
        client.send(GET);
        answered(stage, origin, SMALL);
        assertThat(client.message().body()).isEqualTo("ok");
        assertThat(stage.origin().count()).isOne();
    }

    @Test
    void theNextRequestOfTheSameClientWaitsForItsTurn(Scene scene) {
        var stage = Stage.inMemory(scene, onePlace());
        Peer slow = stage.client();
        slow.send(GET + "GET /next HTTP/1.1\r\nHost: h\r\n\r\n");
        Peer origin = stage.origin().next();
        answered(stage, origin, withLength(BODY));
        assertThat(origin.isQuiet()).isTrue();
        requireSame(slow.message().body(), BODY);
        assertThat(origin.head()).startsWith("GET /next ");
        origin.send(SMALL);
        assertThat(slow.message().body()).isEqualTo("ok");
    }
}
