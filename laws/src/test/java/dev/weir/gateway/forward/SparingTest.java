package dev.weir.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Buffer;
import dev.weir.memory.block.Urgency;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Proves that memory goes where it makes progress: many peers that do not take what is theirs leave
/// enough for those who do.
@Balanced
final class SparingTest {
    private static final int BLOCKS = 32;
    private static final int RESERVE = 3;
    private static final int HALF = (BLOCKS - RESERVE + 1) / 2;
    private static final int PEERS = 100;
    private static final String BODY = "0123456789".repeat(25_000);
    private static final String ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: " + BODY.length() + "\r\n\r\n" + BODY;
    private static final Duration LONG = Setup.BODY_STALL.plus(Duration.ofMillis(200));
    private static final Setup SETUP = Setup.ONE_ORIGIN
            .withBlocks(BLOCKS, RESERVE)
            .withPipeBytes(60_000)
            .withPool(2 * PEERS, PEERS)
            .withoutRetry();

    private static String get(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n";
    }

    private static String post(String body) {
        return "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: " + body.length() + "\r\n\r\n";
    }

    /// The origin that has read what this client asks.
    private static Peer asked(Stage stage, Peer client) {
        client.send(get("/slow"));
        Peer origin = stage.origin().next();
        origin.head();
        return origin;
    }

    /// Sends to each what its path takes, in turns, until none takes more.
    private static boolean feed(Stage stage, List<Peer> peers, String text, int[] sent) {
        boolean moved = false;
        for (boolean more = true; more; moved |= more) {
            more = false;
            for (int i = 0; i < peers.size(); i++) {
                int count = peers.get(i).offer(text.substring(sent[i]));
                sent[i] += Math.max(0, count);
                more |= count > 0;
            }
            stage.settle();
        }
        return moved;
    }

    private static long heldBlocks(Stage stage) {
        return stage.heldBytes() / BlockSize.NORMAL.bytes();
    }

    private static void requireServedAtOnce(Stage stage) {
        var honest = stage.client();
        honest.send(get("/honest"));
        var origin = stage.origin().next();
        assertThat(origin.message().path()).isEqualTo("/honest");
        int sent = 0;
        var got = new StringBuilder();
        for (int idle = 0; idle < 3; idle++) {
            int count = origin.offer(ANSWER.substring(sent));
            sent += count;
            stage.settle();
            String some = honest.some(ANSWER.length());
            got.append(some);
            if (count > 0 || !some.isEmpty()) idle = 0;
        }
        assertThat(got.toString().endsWith(BODY))
                .as("the honest client has all")
                .isTrue();
    }

    @Test
    @DisplayName("H-29 a hundred readers that do not read hold half of the blocks at most, and get all when they read")
    void readersThatStall(Scene scene) {
        var stage = Stage.inMemory(scene, SETUP);
        var clients = new ArrayList<Peer>();
        var origins = new ArrayList<Peer>();
        for (int i = 0; i < PEERS; i++) {
            clients.add(stage.client());
            origins.add(asked(stage, clients.get(i)));
        }
        int[] sent = new int[PEERS];
        feed(stage, origins, ANSWER, sent);
        assertThat(heldBlocks(stage)).isLessThanOrEqualTo(HALF);

        requireServedAtOnce(stage);

        var got = new ArrayList<StringBuilder>();
        for (int i = 0; i < PEERS; i++) got.add(new StringBuilder());
        boolean more = true;
        while (more) {
            more = feed(stage, origins, ANSWER, sent);
            for (int i = 0; i < PEERS; i++) {
                String some = clients.get(i).some(10_000);
                got.get(i).append(some);
                more |= !some.isEmpty();
            }
            assertThat(heldBlocks(stage)).isLessThanOrEqualTo(HALF);
        }
        for (int i = 0; i < PEERS; i++) {
            assertThat(got.get(i).toString().endsWith(BODY)).isTrue();
        }
        stage.settle();
        assertThat(stage.heldBytes()).isZero();
    }

    @Test
    @DisplayName("H-29 who takes nothing is reset when his time is over, who takes a little gets the time again")
    void timeoutsRunWhileOutputRoomIsAwaited(Scene scene) {
        var stage = Stage.inMemory(scene, SETUP);
        var hoard = takeHalf(stage);
        var reading = stage.client();
        var deaf = stage.client();
        var origins = new ArrayList<Peer>();
        for (Peer client : List.of(reading, deaf)) origins.add(asked(stage, client));
        int[] sent = new int[2];
        feed(stage, origins, ANSWER, sent);
        long held = stage.heldBytes();
        assertThat(held).isEqualTo(hoard.size() * (long) BlockSize.NORMAL.bytes());

        assertThat(reading.some(16_000)).hasSize(16_000);
        stage.pass(LONG);
        assertThat(stage.ended).isEmpty();
        assertThat(reading.some(16_000)).hasSize(16_000);
        stage.pass(LONG);
        assertThat(deaf.hasReset()).isTrue();
        assertThat(stage.ended.getFirst().end()).isEqualTo("TD");
        assertThat(stage.ended).hasSize(1);
        hoard.forEach(Buffer::release);
    }

    private static List<Buffer> takeHalf(Stage stage) {
        var hoard = new ArrayList<Buffer>();
        while (!stage.weir().group().budget().pool().isScarce()) {
            hoard.add(stage.weir()
                    .group()
                    .budget()
                    .pool()
                    .tryAcquire(BlockSize.NORMAL, Urgency.INTAKE, -1, "somebody else"));
        }
        return hoard;
    }

    @Test
    @DisplayName(
            "H-29 a client that takes nothing while its answer waits for it is reset in its own time, as its own fault")
    void aClientThatReadsNoEarlierAnswerIsBlamedForTheTimeout(Scene scene) {
        var stage = Stage.inMemory(scene, SETUP.withPipeBytes(1_000));
        var client = stage.client();
        Peer origin = hinted(stage, client);
        origin.offer("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nanswer");

        stage.pass(Setup.RESPONSE.plusMillis(10));
        assertThat(stage.ended).isEmpty();
        stage.pass(Setup.BODY_STALL.minus(Setup.RESPONSE));
        assertThat(client.hasReset()).isTrue();
        assertThat(stage.only().end()).isEqualTo("TD");
    }

    @Test
    @DisplayName("H-29 an answer that waits unread for its client is read when the client has made room without a word")
    void anAnswerIsReadOnceTheClientHasRoom(Scene scene) {
        var stage = Stage.inMemory(scene, SETUP.withPipeBytes(1_000));
        var client = stage.client();
        Peer origin = hinted(stage, client);
        origin.offer("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nanswer");
        stage.settle();
        String begun = client.some(330);

        stage.pass(Setup.RESPONSE.plusMillis(10));
        stage.pass(Duration.ofMillis(110));
        assertThat(stage.only().end()).isEqualTo("--");
        assertThat(begun + client.seen()).endsWith("\r\n\r\nanswer");
    }

    @Test
    @DisplayName("H-29 an origin that is silent is to blame once its client has made room without a word")
    void aSilentOriginIsBlamedWhenTheClientHasRoom(Scene scene) {
        var stage = Stage.inMemory(scene, SETUP.withPipeBytes(1_000));
        var client = stage.client();
        hinted(stage, client);
        client.some(330);

        stage.pass(Setup.RESPONSE.plusMillis(10));
        assertThat(stage.ended).isEmpty();
        stage.pass(Duration.ofMillis(110));
        assertThat(stage.only().end()).isEqualTo("TH");
    }

    /// The origin of a client whose path is full of hints, and for whom 100 bytes of them wait. A poller tells
    /// of room only when a third of the path is free.
    private static Peer hinted(Stage stage, Peer client) {
        client.send(get("/hints"));
        Peer origin = stage.origin().next();
        origin.head();
        for (int bytes : new int[] {600, 428}) {
            origin.send("HTTP/1.1 103 Early Hints\r\nLink: " + "x".repeat(bytes) + "\r\n\r\n");
        }
        stage.settle();
        return origin;
    }

    @Test
    @DisplayName("H-29 a hundred uploads to origins that do not read hold half of the blocks at most")
    void originsThatDoNotRead(Scene scene) {
        var stage = Stage.inMemory(scene, SETUP);
        var clients = new ArrayList<Peer>();
        var origins = new ArrayList<Peer>();
        for (int i = 0; i < PEERS; i++) {
            var client = stage.client();
            client.send(post(BODY));
            clients.add(client);
            origins.add(stage.origin().next());
        }
        int[] sent = new int[PEERS];
        feed(stage, clients, BODY, sent);
        assertThat(heldBlocks(stage)).isLessThanOrEqualTo(HALF);

        requireServedAtOnce(stage);

        for (boolean more = true; more; ) {
            more = feed(stage, clients, BODY, sent);
            for (Peer origin : origins) more |= origin.seen().length() < BODY.length();
            stage.settle();
        }
        for (Peer origin : origins) assertThat(origin.message().body()).isEqualTo(BODY);
    }

    @Test
    void anOriginThatReadsNothingTimesOut(Scene scene) {
        var stage = Stage.inMemory(scene, SETUP);
        var hoard = takeHalf(stage);
        var client = stage.client();
        client.send(post(BODY));
        var origin = stage.origin().next();
        feed(stage, List.of(client), BODY, new int[1]);
        assertThat(stage.heldBytes()).isEqualTo(hoard.size() * (long) BlockSize.NORMAL.bytes());

        stage.pass(LONG);
        assertThat(stage.ended).isEmpty();
        stage.pass(LONG);
        assertThat(client.message().status()).isEqualTo(504);
        assertThat(stage.only().end()).isEqualTo("TD");
        assertThat(origin.hasReset() || origin.hasEnded()).isTrue();
        hoard.forEach(Buffer::release);
    }

    @Test
    @DisplayName("H-29 heads that come byte by byte never take the half of the blocks that whole heads need")
    void headsSentByteByByte(Scene scene) {
        var stage = Stage.inMemory(scene, SETUP);
        var clients = new ArrayList<Peer>();
        for (int i = 0; i < PEERS; i++) {
            clients.add(stage.client());
            clients.get(i).send("GET /a");
            stage.settle();
        }
        assertThat(heldBlocks(stage)).isLessThanOrEqualTo(HALF + 1);
        requireServedAtOnce(stage);
        assertThat(stage.ended).filteredOn(ended -> ended.end().equals("RR")).isNotEmpty();
        long refused = clients.stream()
                .filter(client -> client.seen().startsWith("HTTP/1.1 503 "))
                .count();
        assertThat(refused).isEqualTo(stage.ended.size() - 1).isLessThan(PEERS - HALF / 2);
        stage.pass(Setup.HEADER.plusMillis(200));
        assertThat(stage.heldBytes()).isZero();
    }

    @Test
    @DisplayName("H-29 while memory is scarce a client holds a small block however much it sends before its answer")
    void pipelinedInputIsNotReadAhead(Scene scene) {
        var stage = Stage.inMemory(scene, SETUP.withBlocks(4 * BLOCKS, RESERVE));
        var hoard = takeHalf(stage);
        long before = stage.heldBytes();
        var clients = new ArrayList<Peer>();
        for (int i = 0; i < 10; i++) {
            var client = stage.client();
            client.send(get("/a") + get("/b").repeat(400));
            clients.add(client);
        }
        stage.settle();
        assertThat(stage.heldBytes() - before).isLessThanOrEqualTo(10L * BlockSize.SMALL.bytes());
        hoard.forEach(Buffer::release);
        for (Peer client : clients) client.reset();
    }

    @Test
    @DisplayName("H-29 with two blocks above the reserve readers that do not read leave one to those who do")
    void stalledReadersLeaveOneOfTwoBlocksFree(Scene scene) {
        var stage = Stage.inMemory(scene, SETUP.withBlocks(RESERVE + 2, RESERVE));
        var origins = new ArrayList<Peer>();
        for (int i = 0; i < 10; i++) origins.add(asked(stage, stage.client()));
        feed(stage, origins, ANSWER, new int[10]);
        assertThat(heldBlocks(stage)).isLessThanOrEqualTo(1);
        requireServedAtOnce(stage);
    }

    @Test
    @DisplayName("H-29 while memory is scarce no answer moves in a large block, however fast it is taken")
    void noLargeBlockWhileMemoryIsScarce(Scene scene) {
        var stage = Stage.inMemory(
                scene, SETUP.withBlocks(8 * BLOCKS, BLOCKS).withPipeBytes(10 * BlockSize.NORMAL.bytes()));
        var hoard = takeHalf(stage);
        var client = stage.client();
        client.send(get("/fast"));
        var origin = stage.origin().next();
        origin.head();
        int sent = 0;
        var got = new StringBuilder();
        while (!got.toString().endsWith(BODY)) {
            for (int i = 0; i < 8; i++) sent += Math.max(0, origin.offer(ANSWER.substring(sent)));
            stage.settle();
            for (int i = 0; i < 8; i++) got.append(client.some(16_000));
        }
        assertThat(stage.peakBytes() - hoard.size() * (long) BlockSize.NORMAL.bytes())
                .isLessThan(BlockSize.LARGE.bytes());
        hoard.forEach(Buffer::release);
    }
}
