package dev.weir.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.memory.Usage;
import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Buffer;
import dev.weir.memory.block.Urgency;
import dev.weir.testing.Balanced;
import dev.weir.testing.Hoard;
import dev.weir.testing.Scene;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Proves that the gateway makes progress with next to no memory, and that waits for memory end in time.
@Balanced
final class ScarceTest {
    private static final int RESERVE = 3;
    private static final Setup TINY = Setup.ONE_ORIGIN.withBlocks(RESERVE + 1, RESERVE);

    @Test
    @DisplayName("H-01 with one block above the reserve fifty exchanges at once finish, each with its own answer")
    void fiftyExchangesFinishWithOneBlockAboveTheReserve(Scene scene) {
        var stage = Stage.inMemory(scene, TINY.withPipeBytes(3000));
        String body = "0123456789".repeat(1000);
        var clients = new ArrayList<Player>();
        for (int i = 0; i < 50; i++) {
            String token = i + "-" + body;
            clients.add(new Player(
                    stage.client(),
                    "POST /" + i + " HTTP/1.1\r\nHost: h\r\nContent-Length: " + token.length() + "\r\n\r\n" + token,
                    token));
        }
        // Why: every fifth stops in the middle until the others are done; nobody may need what such a one holds.
        for (int i = 0; i < 50; i += 5) clients.get(i).stopsAfter = 5000;
        var origins = new ArrayList<Echo>();
        play(stage, clients, origins, Player::isDoneOrStopped);
        assertThat(clients.stream().filter(Player::isDone)).hasSize(40);
        for (Player client : clients) client.stopsAfter = Integer.MAX_VALUE;
        play(stage, clients, origins, Player::isDone);
        for (Player client : clients) {
            assertThat(client.peer.seen()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\n" + client.token);
        }
        stage.settle();
        assertThat(stage.heldBytes()).isZero();
    }

    private static void play(Stage stage, List<Player> clients, List<Echo> origins, Predicate<Player> until) {
        for (int round = 0; round < 20_000 && !clients.stream().allMatch(until); round++) {
            clients.forEach(Player::step);
            for (Peer one = stage.origin().poll();
                    one != null;
                    one = stage.origin().poll()) origins.add(new Echo(one));
            origins.forEach(Echo::step);
            stage.turn();
        }
    }

    @Test
    void aRequestWithoutMemoryInTimeIsAnswered503(Scene scene) {
        var stage = Stage.inMemory(scene, TINY);
        var taken = stage.takeAll();
        var client = stage.client();
        client.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
        stage.pass(Duration.ofMillis(1));
        assertThat(client.isQuiet()).isTrue();
        stage.pass(Setup.HEADER.plusMillis(10));
        assertThat(client.message().status()).isEqualTo(503);
        assertThat(stage.only().end()).isEqualTo("RR");
        taken.release();
    }

    @Test
    void aRepeatableHeadDoesNotKeepTheLastBlock(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN.withBlocks(RESERVE + 2, RESERVE));
        var pool = stage.weir().group().budget().pool();
        Buffer elsewhere =
                Objects.requireNonNull(pool.tryAcquire(BlockSize.NORMAL, Urgency.INTAKE, 0, "somebody else"));
        var waiting = stage.client();
        waiting.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(stage.origin().next().head()).startsWith("GET /a ");
        stage.settle();

        var next = stage.client();
        next.send("GET /b HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(stage.origin().next().head()).startsWith("GET /b ");
        elsewhere.release();
    }

    @Test
    void aRepeatableHeadDoesNotKeepTheOnlyBlock(Scene scene) {
        var stage = Stage.inMemory(scene, TINY);
        stage.client().send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(stage.origin().next().head()).startsWith("GET /a ");
        stage.settle();
        assertThat(stage.heldBytes()).isZero();
        stage.client().send("GET /b HTTP/1.1\r\nHost: h\r\n\r\n");
        assertThat(stage.origin().next().head()).startsWith("GET /b ");
    }

    @Test
    void noMemoryForTrailersIsAnswered(Scene scene) {
        var stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
        var client = stage.client();
        client.send("POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
        stage.origin().next().head();
        client.send("0\r\nX-A: " + "y".repeat(900));
        stage.settle();
        assertThat(stage.heldBytes()).isEqualTo(BlockSize.SMALL.bytes());
        var taken = stage.takeAll();
        client.send("y".repeat(1000));
        assertThat(client.message().status()).isEqualTo(503);
        assertThat(stage.only().end()).isEqualTo("RD");
        taken.release();
    }

    @Test
    void anAnswerWithoutMemoryInTimeEndsTheExchange(Scene scene) {
        var stage = Stage.inMemory(scene, TINY);
        var client = stage.client();
        client.send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx");
        var origin = stage.origin().next();
        origin.head();
        stage.settle();
        var taken = stage.takeAll();
        origin.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ntoken");
        stage.settle();
        assertThat(client.isQuiet()).isTrue();
        stage.pass(Setup.RESPONSE.plusMillis(10));
        assertThat(client.message().status()).isEqualTo(503);
        assertThat(stage.only().end()).isEqualTo("RH");
        taken.release();
    }

    /// An exchange of which both ways wait for memory.
    private static final class Both {
        private final Stage stage;
        private final Peer client;
        private final Peer origin;
        private final Hoard taken;

        Both(Scene scene) {
            stage = Stage.inMemory(scene, Setup.ONE_ORIGIN);
            client = stage.client();
            client.send("POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nx");
            origin = stage.origin().next();
            origin.head();
            stage.settle();
            taken = stage.takeAll();
            client.send("y");
            origin.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nto");
            stage.settle();
            assertThat(usage().waiters()).isEqualTo(new Usage.Waiting(0, 1, 1, 0));
        }

        Usage usage() {
            return stage.weir().group().budget().usage();
        }
    }

    @Test
    void bothDirectionsOfAnExchangeWaitForMemoryIndependently(Scene scene) {
        var both = new Both(scene);

        both.taken.release();
        both.stage.settle();

        assertThat(both.usage().waiters().total()).isZero();
        assertThat(both.origin.seen()).isEqualTo("xy");
        both.origin.send("ken");
        assertThat(both.client.message().body()).isEqualTo("token");
        assertThat(both.usage().grants()).isEqualTo(2);
    }

    @Test
    void aDisconnectWhileBothDirectionsWaitHoldsNothing(Scene scene) {
        var both = new Both(scene);

        both.client.reset();
        both.stage.settle();
        both.taken.release();
        both.stage.settle();

        assertThat(both.usage().waiters().total()).isZero();
        assertThat(both.stage.heldBytes()).isZero();
    }

    @Test
    void aHeadInPiecesIsForwardedAfterAWaitForMemory(Scene scene) {
        var stage = Stage.inMemory(scene, TINY);
        var taken = stage.takeAll();
        var client = stage.client();
        client.send("POST /a HTT");
        stage.settle();
        taken.release();
        stage.settle();
        client.send("P/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx");
        var origin = stage.origin().next();
        assertThat(origin.message().body()).isEqualTo("x");
        stage.settle();

        taken = stage.takeAll();
        origin.send("HTTP/1.1 20");
        stage.settle();
        taken.release();
        stage.settle();
        origin.send("0 OK\r\nContent-Length: 5\r\n\r\nto");
        stage.settle();
        taken = stage.takeAll();
        origin.send("ken");
        stage.settle();
        taken.release();
        assertThat(client.message().body()).isEqualTo("token");
    }

    @Test
    @DisplayName("H-12 clients leave while they wait for memory: nobody else loses a turn")
    void clientsDisconnectWhileWaitingForMemory(Scene scene) {
        var stage = Stage.inMemory(scene, TINY);
        var taken = stage.takeAll();
        var clients = new ArrayList<Peer>();
        for (int i = 0; i < 20; i++) {
            var client = stage.client();
            client.send("GET /" + i + " HTTP/1.1\r\nHost: h\r\n\r\n");
            clients.add(client);
            stage.settle();
        }
        assertThat(stage.weir().group().budget().usage().waiters().total()).isEqualTo(20);
        for (int i = 0; i < 20; i += 2) clients.get(i).reset();
        stage.settle();
        taken.release();
        var origins = new ArrayList<Echo>();
        for (int round = 0; round < 2000; round++) {
            for (Peer one = stage.origin().poll();
                    one != null;
                    one = stage.origin().poll()) origins.add(new Echo(one));
            origins.forEach(Echo::step);
            stage.turn();
        }
        for (int i = 1; i < 20; i += 2) {
            assertThat(clients.get(i).message().body()).isEqualTo("/" + i);
        }
        stage.settle();
        assertThat(stage.heldBytes()).isZero();
    }

    /// A client that sends as fast as it may.
    private static final class Player {
        private final Peer peer;
        private final String request;
        private final String token;
        private int sent;
        private int stopsAfter = Integer.MAX_VALUE;

        Player(Peer peer, String request, String token) {
            this.peer = peer;
            this.request = request;
            this.token = token;
        }

        void step() {
            int end = Math.min(stopsAfter, request.length());
            if (sent < end) sent += Math.max(0, peer.offer(request.substring(sent, end)));
            peer.seen();
        }

        boolean isDoneOrStopped() {
            return isDone() || sent == stopsAfter;
        }

        boolean isDone() {
            return peer.seen().endsWith(token) || peer.hasEnded() || peer.hasReset();
        }
    }
}
