package dev.weir.gateway.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.connection.Starvation;
import dev.weir.loop.EventLoop;
import dev.weir.memory.BufferPool;
import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Buffer;
import dev.weir.memory.block.Urgency;
import dev.weir.memory.wait.Waiter;
import dev.weir.testing.Balanced;
import dev.weir.testing.Hoard;
import dev.weir.testing.RawPeer;
import dev.weir.testing.Scene;
import dev.weir.testing.Shape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Proves that peers of relays who do not take what is theirs leave enough memory for those who do.
@Balanced
final class SparingTest {
    private static final int BLOCKS = 32;
    private static final int PEERS = 60;
    private static final String BYTES = "0123456789".repeat(25_000);

    private static TcpStage stage(Scene scene) {
        var stage = new TcpStage(
                scene, scene.inMemory(Shape.SMALL.withBlocks(BLOCKS).withPipeBytes(60_000)));
        stage.perOrigin = 2 * PEERS;
        return stage;
    }

    private static void sendWhatIsTaken(TcpStage stage, List<RawPeer> peers, int[] sent) {
        byte[] bytes = BYTES.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        for (boolean more = true; more; ) {
            more = false;
            for (int i = 0; i < peers.size(); i++) {
                int now = peers.get(i).trySend(bytes, sent[i]);
                more |= now > 0;
                sent[i] += now;
            }
            stage.loops.turnUntilQuiet();
        }
    }

    @Test
    @DisplayName("H-29 in TCP mode sixty clients that do not read hold half of the blocks at most")
    void clientsThatDoNotRead(Scene scene) {
        var stage = stage(scene);
        var origin = stage.origin();
        stage.open();
        var clients = new ArrayList<RawPeer>();
        for (int i = 0; i < PEERS; i++) {
            clients.add(stage.client());
            origin.talk(i).say(BYTES);
            stage.loops.turnUntilQuiet();
        }
        assertThat(stage.blocks()).isLessThanOrEqualTo(BLOCKS / 2);

        var honest = stage.client();
        origin.talk(PEERS).say(BYTES);
        assertThat(honest.readText(BYTES.length())).isEqualTo(BYTES);
        for (RawPeer client : clients) {
            assertThat(client.readText(BYTES.length())).isEqualTo(BYTES);
        }
        stage.loops.turnUntilQuiet();
        assertThat(stage.blocks()).isZero();
    }

    @Test
    @DisplayName("H-29 in TCP mode sixty origins that do not read hold half of the blocks at most")
    void originsThatDoNotRead(Scene scene) {
        var stage = stage(scene);
        var origin = stage.origin();
        stage.open();
        var clients = new ArrayList<RawPeer>();
        for (int i = 0; i < PEERS; i++) {
            clients.add(stage.client());
            origin.talk(i).stopListening();
        }
        int[] sent = new int[PEERS];
        sendWhatIsTaken(stage, clients, sent);
        assertThat(stage.blocks()).isLessThanOrEqualTo(BLOCKS / 2);

        var honest = stage.client();
        var talk = origin.talk(PEERS);
        honest.send(BYTES);
        stage.loops.turnUntil(() -> talk.heard().length == BYTES.length());

        for (int i = 0; i < PEERS; i++) origin.talk(i).listen();
        stage.loops.turnUntilQuiet();
        sendWhatIsTaken(stage, clients, sent);
        for (int i = 0; i < PEERS; i++) {
            assertThat(origin.talk(i).heardText().equals(BYTES)).isTrue();
        }
        assertThat(stage.blocks()).isZero();
    }

    @Test
    @DisplayName("H-02 in TCP mode what a client sends to an origin it has gets memory when new work has taken all")
    void bytesForAnOriginGetMemoryWhenNewWorkGetsNone(Scene scene) {
        var stage = stage(scene);
        var origin = stage.origin();
        stage.open();
        var client = stage.client();
        var talk = origin.talk(0);
        var pool = stage.loops.pool();
        var hoard = new Hoard();
        hoard.takeOfNewWork(pool);

        client.send("token");
        stage.loops.turnUntil(() -> talk.heardText().equals("token"));
        hoard.release();
    }

    private static @Nullable Buffer take(BufferPool pool) {
        return pool.tryAcquire(BlockSize.NORMAL, Urgency.INTAKE, BufferPool.NO_LOOP, "new work");
    }

    @Test
    void aRelayWhoseClientReadsNothingIsResetAlthoughNoBlockIsHeld(Scene scene) {
        var stage = stage(scene);
        var origin = stage.origin();
        var server = stage.open();
        var clients = new ArrayList<RawPeer>();
        for (int i = 0; i < PEERS; i++) {
            clients.add(stage.client());
            origin.talk(i).say(BYTES);
            stage.loops.turnUntilQuiet();
        }

        stage.loops.pass(TcpStage.IDLE.plus(Duration.ofMillis(100)));
        stage.loops.pass(TcpStage.IDLE.plus(Duration.ofMillis(100)));
        assertThat(server.connections()).isZero();
        for (RawPeer client : clients) assertThat(client.readToEnd().ending()).isEqualTo(RawPeer.Ending.RESET);
        assertThat(server.count(RelayCounter.IDLE)).isEqualTo(PEERS);
    }

    @Test
    @DisplayName("H-29 in TCP mode a relay in which nothing moves ends after one idle time, though room was asked for")
    void anIdleRelayThatAskedForOutputRoomEndsAfterOneIdleTimeout(Scene scene) {
        var stage = stage(scene);
        var origin = stage.origin();
        var server = stage.open();
        var pool = stage.loops.pool();
        var hoard = new ArrayList<Buffer>();
        while (!pool.isScarce()) hoard.add(Objects.requireNonNull(take(pool)));
        var client = stage.client();
        // Why: three full reads, and room for a fourth is neither known nor told of.
        origin.talk(0).say(BYTES.substring(0, 49_800));
        stage.loops.turnUntilQuiet();

        stage.loops.pass(TcpStage.IDLE.plus(Duration.ofMillis(100)));
        for (int i = 0; i < 2; i++) stage.loops.pass(Duration.ofMillis(110));
        assertThat(server.connections()).isZero();
        assertThat(server.count(RelayCounter.IDLE)).isOne();
        assertThat(client.readToEnd())
                .extracting(RawPeer.Rest::bytes, RawPeer.Rest::ending)
                .containsExactly(49_800, RawPeer.Ending.ORDERLY);
        hoard.forEach(Buffer::release);
    }

    @Test
    void anIdleRelayClosesGracefullyAlthoughMemoryIsScarce(Scene scene) {
        var stage = stage(scene);
        var origin = stage.origin();
        var server = stage.open();
        var client = stage.client();
        // Why: more than is hoped for without asking, and all of it has left.
        origin.talk(0).say(BYTES.substring(0, 20_000));
        stage.loops.turnUntilQuiet();
        var pool = stage.loops.pool();
        var hoard = new ArrayList<Buffer>();
        while (!pool.isScarce()) hoard.add(Objects.requireNonNull(take(pool)));

        stage.loops.pass(TcpStage.IDLE.plus(Duration.ofMillis(100)));
        assertThat(server.connections()).isZero();
        assertThat(server.count(RelayCounter.IDLE)).isOne();
        assertThat(client.readToEnd())
                .extracting(RawPeer.Rest::bytes, RawPeer.Rest::ending)
                .containsExactly(20_000, RawPeer.Ending.ORDERLY);
        hoard.forEach(Buffer::release);
    }

    @Test
    @DisplayName("H-29 in TCP mode who takes slowly but steadily stays, and who takes nothing gives way")
    void aSteadyReaderIsNotChosenAsStalled(Scene scene) {
        var stage = new TcpStage(scene, scene.inMemory(Shape.SMALL.withBlocks(6).withPipeBytes(15_000)));
        var origin = stage.origin();
        var server = stage.open();
        var loop = stage.loops.loop();
        var watching =
                stage.loops.group().call(loop, () -> Starvation.watch(stage.connections, loop, Starvation.LIMIT));
        scene.closes(watching::stop);
        var clients = new ArrayList<RawPeer>();
        for (int i = 0; i < 2; i++) {
            clients.add(stage.client());
            origin.talk(i).say(BYTES.substring(0, 14_000));
            stage.loops.turnUntilQuiet();
            origin.talk(i).say(BYTES);
            stage.loops.pass(Duration.ofMillis(250));
        }
        assertThat(stage.blocks()).isEqualTo(2);
        var hoard = Hoard.all(stage.loops.pool());
        var waiting = new Waiting(loop);

        for (int i = 0; i < 12 && stage.connections.starved() == 0; i++) {
            clients.getFirst().read(1_250);
            stage.loops.pass(Duration.ofMillis(250));
        }
        assertThat(stage.connections.starved()).isPositive();
        assertThat(server.connections()).isOne();
        assertThat(clients.getLast().readToEnd().ending()).isEqualTo(RawPeer.Ending.RESET);
        Objects.requireNonNull(waiting.got).release();
        hoard.release();
        clients.forEach(RawPeer::close);
        stage.loops.turnUntilQuiet();
    }

    /// Waits for a block and keeps it.
    private static final class Waiting extends Waiter {
        private @Nullable Buffer got;

        Waiting(EventLoop loop) {
            super(loop);
            got = loop.pool().acquire(this, BlockSize.NORMAL, Urgency.INTAKE, BufferPool.NO_LOOP, "waiting");
        }

        @Override
        protected void granted(Buffer buffer) {
            got = buffer;
        }
    }
}
