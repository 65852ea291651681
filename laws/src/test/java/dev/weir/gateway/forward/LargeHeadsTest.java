package dev.weir.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http.codec.HeadLimits;
import dev.weir.memory.block.BlockSize;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Proves that heads which no normal block holds pass both ways, in blocks of their own, and that who finds
/// none waits.
@Balanced
final class LargeHeadsTest {
    private static final int LIMIT = HeadLimits.BYTES_MAX;
    private static final Setup SETUP = Setup.ONE_ORIGIN.withLimits(new HeadLimits(LIMIT, 100));
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    /// A request whose head has exactly so many bytes.
    private static String request(int bytes) {
        return filled("GET /a HTTP/1.1\r\nHost: h\r\n", bytes, "");
    }

    private static String filled(String lines, int bytes, String body) {
        String begun = lines + "X-Large: ";
        return begun + "x".repeat(bytes - begun.length() - 4) + "\r\n\r\n" + body;
    }

    @ParameterizedTest(name = "{0} bytes")
    @ValueSource(ints = {16_639, 16_640, 16_641, 40_000, LIMIT})
    void headsOfAnyLengthUpToTheLimitPassBothWays(int bytes, Scene scene) {
        var stage = Stage.inMemory(scene, SETUP);
        var client = stage.client();
        client.send(request(bytes));
        var origin = stage.origin().next();
        var got = origin.message();
        assertThat(got.field("X-Large")).matches("x*").hasSizeGreaterThan(bytes - 100);
        origin.send(filled("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n", bytes, "ok"));
        var answer = client.message();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.field("X-Large")).hasSizeGreaterThan(bytes - 100);
        assertThat(answer.body()).isEqualTo("ok");
        stage.settle();
        assertThat(stage.heldBytes()).isZero();
    }

    @Test
    void aHeadOneByteOverTheLimitIsRefused(Scene scene) {
        var stage = Stage.inMemory(scene, SETUP);
        var client = stage.client();
        client.send(request(LIMIT + 1).substring(0, LIMIT));
        assertThat(client.message().status()).isEqualTo(431);

        var other = stage.client();
        other.send(request(100));
        stage.origin()
                .next()
                .send(filled("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n", LIMIT + 1, "")
                        .substring(0, LIMIT));
        assertThat(other.message().status()).isEqualTo(502);
    }

    @Test
    void aLargeHeadThatComesByteByByteAndABodyBehindItPass(Scene scene) {
        var stage = Stage.inMemory(scene, SETUP);
        var client = stage.client();
        String body = "b".repeat(100_000);
        String head = filled("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: " + body.length() + "\r\n", 20_000, "");
        client.send(head.substring(0, 16_000));
        client.trickle(head.substring(16_000, 18_000));
        client.send(head.substring(18_000) + body);
        var origin = stage.origin().next();
        var got = origin.message();
        assertThat(got.body()).isEqualTo(body);
        // Why: the body does not keep a block that is for heads.
        assertThat(stage.heldBytes()).isLessThan(BlockSize.LARGE.bytes());
        origin.send(OK);
        assertThat(client.message().body()).isEqualTo("ok");
    }

    @Test
    @DisplayName("H-04 the body behind a large head waits for its origin in a normal block")
    void theBodyBehindALargeHeadLeavesItsBlockToOtherHeads(Scene scene) {
        // Why: the path holds the head and little more, so that the first bytes read behind it stay in their block.
        var stage = Stage.inMemory(scene, SETUP.withPipeBytes(80_000));
        var client = stage.client();
        String body = "b".repeat(80_000);
        client.send(filled("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: " + body.length() + "\r\n", 60_000, body));
        stage.settle();
        assertThat(stage.heldBytes()).isPositive().isLessThan(BlockSize.LARGE.bytes());

        var origin = stage.origin().next();
        assertThat(origin.message().body()).isEqualTo(body);
        origin.send(OK);
        assertThat(client.message().body()).isEqualTo("ok");
    }

    @Test
    @DisplayName("A-22 a large head waits while all blocks for such are held, and short ones pass meanwhile")
    void aLargeHeadWaitsAndShortOnesPass(Scene scene) {
        var stage = Stage.inMemory(scene, SETUP);
        var holders = new ArrayList<Peer>();
        for (int i = 0; i < Stage.LARGE_HEADS; i++) {
            var holder = stage.client();
            holder.send(request(30_000).substring(0, 20_000));
            holders.add(holder);
        }
        stage.settle();
        var third = stage.client();
        third.send(request(30_000));
        stage.settle();
        assertThat(stage.origin().count()).isZero();

        var brief = stage.client();
        brief.send(request(100));
        var origin = stage.origin().next();
        origin.message();
        origin.send(OK);
        assertThat(brief.message().body()).isEqualTo("ok");

        holders.getFirst().close();
        assertThat(origin.message().field("X-Large")).hasSizeGreaterThan(29_000);
        origin.send(OK);
        assertThat(third.message().body()).isEqualTo("ok");
    }

    @Test
    void aLargeHeadWithoutABlockInTimeIsAnswered503(Scene scene) {
        var stage = Stage.inMemory(
                scene, SETUP.withPool(1, 8).withServer(one -> one.withHeaderTimeout(Duration.ofSeconds(2))));
        stage.client().send(request(100));
        var origin = stage.origin().next();
        origin.message();
        var holders = new ArrayList<Peer>();
        for (int i = 0; i < Stage.LARGE_HEADS; i++) {
            var holder = stage.client();
            holder.send(request(30_000));
            holders.add(holder);
        }
        stage.settle();
        var third = stage.client();
        third.send(request(30_000));
        stage.pass(Duration.ofSeconds(3));
        var refused = third.message();
        assertThat(refused.status()).isEqualTo(503);
        assertThat(stage.only().reason()).isEqualTo("no memory in time for all of the request's head");
        assertThat(stage.only().end()).isEqualTo("RR");

        // Why: those who had theirs in time are served.
        for (Peer holder : holders) {
            origin.send(OK);
            origin.message();
            stage.settle();
            assertThat(holder.seen()).isEmpty();
        }
    }

    @Test
    void aRequestWithALargeHeadIsRepeatedWhereThereIsRoomToKeepIt(Scene scene) {
        var stage = Stage.inMemory(scene, SETUP);
        var client = stage.client();
        client.send(request(100));
        var origin = stage.origin().next();
        origin.message();
        origin.send(OK);
        client.message();
        client.send(request(40_000));
        origin.message();
        origin.close();
        var second = stage.origin().next();
        assertThat(second.message().field("X-Large")).hasSizeGreaterThan(39_000);
        second.send(OK);
        assertThat(client.message().body()).isEqualTo("ok");
        assertThat(stage.ended.getLast().attempts()).isEqualTo(2);
    }

    @Test
    void aLargeHeadOfAnAnswerWaitsForItsTurnAndTimesOut(Scene scene) {
        var stage = Stage.inMemory(scene, SETUP);
        String head = filled("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n", 30_000, "ok");
        var clients = new ArrayList<Peer>();
        var origins = new ArrayList<Peer>();
        for (int i = 0; i <= Stage.LARGE_HEADS; i++) {
            var client = stage.client();
            client.send(request(100));
            clients.add(client);
            var origin = stage.origin().next();
            origin.message();
            origin.send(i < Stage.LARGE_HEADS ? head.substring(0, 20_000) : head);
            stage.settle();
            origins.add(origin);
        }
        assertThat(clients.getLast().seen()).isEmpty();
        origins.getFirst().send(head.substring(20_000));
        assertThat(clients.getFirst().message().body()).isEqualTo("ok");
        assertThat(clients.getLast().message().body()).isEqualTo("ok");
        stage.pass(Setup.RESPONSE.plusSeconds(1));
        assertThat(clients.get(1).message().status()).isEqualTo(504);
    }

    @Test
    void pipelinedInputBehindALargeHeadLeavesTheHeadBlock(Scene scene) {
        var stage = Stage.inMemory(scene, SETUP);
        var client = stage.client();
        String sent = request(17_000) + "GET /s HTTP/1.1\r\nHost: h\r\n\r\n".repeat(2000);
        var origin = sendAhead(client, sent, stage);
        origin.message();
        origin.send(OK);
        client.message();
        stage.settle();
        assertThat(stage.heldBytes()).isLessThanOrEqualTo(BlockSize.NORMAL.bytes());
        assertThat(origin.message().path()).isEqualTo("/s");
    }

    private static Peer sendAhead(Peer client, String sent, Stage stage) {
        for (int at = 0, count = 1; count > 0; at += count) count = client.offer(sent.substring(at));
        stage.settle();
        return stage.origin().next();
    }

    @Test
    void retriesKeepAtMostHalfOfTheHeadBlocks(Scene scene) {
        var stage = Stage.inMemory(scene, SETUP);
        for (int i = 0; i < Stage.LARGE_HEADS; i++) {
            stage.client().send(request(30_000));
            stage.origin().next().message();
            stage.settle();
        }
        assertThat(stage.heldBytes()).isEqualTo(BlockSize.LARGE.bytes());
        stage.client().send(request(30_000));
        assertThat(stage.origin().next().message().path()).isEqualTo("/a");
    }

    @Test
    @DisplayName("H-29 who holds nothing but a block for long heads does not give way to who waits for another")
    void aHolderOfOnlyAHeadBlockIsNotStarved(Scene scene) {
        var stage = Stage.inMemory(scene, SETUP);
        var first = stage.client();
        first.send(request(30_000));
        var origin = stage.origin().next();
        origin.message();
        stage.settle();
        var hoard = stage.takeAll();
        stage.client().send(request(100));
        for (int i = 0; i < 8; i++) stage.pass(Duration.ofMillis(500));
        assertThat(stage.ended).isEmpty();
        hoard.release();
        origin.send(OK);
        assertThat(first.message().body()).isEqualTo("ok");
    }

    @Test
    void anAnswerWaitingForABlockDoesNotSpinTheLoop(Scene scene) {
        var stage = Stage.inMemory(scene, SETUP);
        String head = filled("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n", 30_000, "ok");
        var holders = new ArrayList<Peer>();
        for (int i = 0; i < Stage.LARGE_HEADS; i++) {
            stage.client().send(request(100));
            var holder = stage.origin().next();
            holder.message();
            holder.send(head.substring(0, 20_000));
            stage.settle();
            holders.add(holder);
        }
        var client = stage.client();
        client.send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 10000000\r\n\r\n" + "b".repeat(50_000));
        var origin = stage.origin().next();
        stage.settle();
        origin.head();
        origin.send(head);
        stage.settle();
        origin.close();
        assertThat(client.offer("c".repeat(16_000))).isPositive();
        stage.settle();
        assertThat(client.seen()).isEmpty();
        holders.getFirst().send(head.substring(20_000));
        assertThat(client.message().body()).isEqualTo("ok");
    }
}
