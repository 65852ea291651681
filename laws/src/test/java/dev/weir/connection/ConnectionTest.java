package dev.weir.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.loop.EventLoop;
import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Buffer;
import dev.weir.memory.block.Urgency;
import dev.weir.testing.Balanced;
import dev.weir.testing.RawPeer;
import dev.weir.testing.Scene;
import dev.weir.testing.Shape;
import dev.weir.transport.Acceptor;
import dev.weir.transport.Transport;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Proves how a connection writes, keeps time and moves while it is open. Connections in memory, turned by
/// hand, so that every write is counted on.
@Balanced
final class ConnectionTest {
    private static AcceptingServer serving(Scene scene, Shape shape) {
        return new AcceptingServer(scene.inMemory(shape), RecordingConversation::new);
    }

    private static void put(@Nullable ByteBuffer output, String text) {
        Objects.requireNonNull(output, "no output").put(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static List<Buffer> takeAll(AcceptingServer serving) {
        var taken = new ArrayList<Buffer>();
        Buffer block;
        while ((block = serving.loops.pool().tryAcquire(BlockSize.NORMAL, Urgency.DRAIN, -1, "greedy")) != null) {
            taken.add(block);
        }
        return taken;
    }

    @Test
    void onlyListedStateChangesAreLegal() {
        var legal = new ArrayList<String>();
        for (ConnectionState from : ConnectionState.values()) {
            for (ConnectionState to : ConnectionState.values()) {
                if (from.mayBecome(to)) legal.add(from + " " + to);
            }
        }

        assertThat(legal)
                .containsExactly(
                        "HANDSHAKING OPEN", "HANDSHAKING CLOSED", "OPEN DRAINING", "OPEN CLOSED", "DRAINING CLOSED");
    }

    @Test
    void twoConnectionsThatEncodeInOneTurnDoNotMixBytes(Scene scene) {
        var serving = serving(scene, Shape.SMALL);
        try (RawPeer one = serving.dial();
                RawPeer two = serving.dial()) {
            var first = serving.opened.get(0);
            var second = serving.opened.get(1);
            put(first.output().scratch(3), "one");
            put(first.output().scratch(4), " and");
            assertThat(one.readSome(10)).as("one write at the end of the turn").isEmpty();
            put(second.output().scratch(3), "two");
            assertThat(new String(one.readSome(10), StandardCharsets.ISO_8859_1))
                    .isEqualTo("one and");
            put(first.output().scratch(5), " more");
            serving.loops.turnUntilQuiet();

            assertThat(one.readText(5)).isEqualTo(" more");
            assertThat(two.readText(3)).isEqualTo("two");
            assertThat(first.traffic().bytesOut()).isEqualTo(12);
        }
        serving.close();
    }

    @Test
    void tooLargeOutputIsRefusedAndTheLimitNamed(Scene scene) {
        var serving = serving(scene, Shape.SMALL);
        try (RawPeer peer = serving.dial()) {
            var connection = serving.last();
            put(connection.output().scratch(3), "one");
            for (int bytes : new int[] {Connection.OUTPUT_BYTES_MAX + 1, -1}) {
                assertThatThrownBy(() -> connection.output().scratch(bytes))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContainingAll(String.valueOf(Connection.OUTPUT_BYTES_MAX), String.valueOf(bytes));
            }
            assertThat(connection.output().scratch(Connection.OUTPUT_BYTES_MAX)).isNotNull();
            assertThat(peer.readText(3)).isEqualTo("one");
        }
        serving.close();
    }

    @Test
    void restOfAShortWriteWaitsInABlockAndArrives(Scene scene) {
        var serving = serving(scene, Shape.SMALL.withPipeBytes(10));
        try (RawPeer peer = serving.dial()) {
            var connection = serving.last();
            put(connection.output().scratch(26), "abcdefghijklmnopqrstuvwxyz");
            serving.loops.turnUntilQuiet();
            assertThat(connection.heldBytes()).isEqualTo(BlockSize.SMALL.bytes());
            assertThat(connection.output().scratch(1)).isNull();

            assertThat(peer.readText(26)).isEqualTo("abcdefghijklmnopqrstuvwxyz");
            serving.loops.turnUntilQuiet();
            assertThat(connection.heldBytes()).isZero();
            assertThat(RecordingConversation.of(connection).told).contains("writable");
        }
        serving.close();
    }

    @Test
    void withoutABlockForTheRestTheConnectionEndsAsStarved(Scene scene) {
        var serving = serving(scene, Shape.SMALL.withPipeBytes(10).withBlocks(4));
        RawPeer peer = serving.dial();
        List<Buffer> taken = takeAll(serving);
        put(serving.last().output().scratch(26), "abcdefghijklmnopqrstuvwxyz");
        serving.loops.turnUntilQuiet();

        assertThat(RecordingConversation.of(serving.last()).told).containsExactly("closing STARVED", "ended STARVED");
        assertThat(peer.readToEnd().ending()).isEqualTo(RawPeer.Ending.RESET);
        taken.forEach(Buffer::release);
        peer.close();
        serving.close();
    }

    @Test
    void moreThanABlockOfOutputIsWrittenDuringTheTurn(Scene scene) {
        var serving = serving(scene, Shape.SMALL);
        try (RawPeer peer = serving.dial()) {
            var connection = serving.last();
            String part = "x".repeat(6_000);
            for (int i = 0; i < 5; i++) put(connection.output().scratch(part.length()), part);

            assertThat(peer.read(30_000)).hasSize(30_000);
        }
        serving.close();
    }

    @Test
    void theQueueRefusesTheSeventeenthBlockAndTheCallerKeepsIt(Scene scene) {
        var serving = serving(scene, Shape.SMALL.withPipeBytes(1));
        RawPeer peer = serving.dial();
        int accepted = 0;
        while (true) {
            Buffer block = Objects.requireNonNull(
                    serving.loops.pool().tryAcquire(BlockSize.NORMAL, Urgency.DRAIN, 0, "queued"));
            block.bytes().limit(10);
            if (!serving.last().output().send(block)) {
                block.release();
                break;
            }
            accepted++;
        }

        assertThat(accepted).isEqualTo(SendQueue.BLOCKS_MAX);
        peer.close();
        serving.close();
        assertThat(serving.loops.pool().buffersLive()).isZero();
    }

    @Test
    void whileMemoryIsScarceTheQueueHoldsOneBlock(Scene scene) {
        var serving = serving(scene, Shape.SMALL.withPipeBytes(1));
        RawPeer peer = serving.dial();
        var taken = takeAll(serving);
        for (int i = 0; i < 2; i++) {
            Buffer block = taken.removeLast();
            block.bytes().limit(10);
            if (serving.last().output().send(block)) continue;
            assertThat(i).isEqualTo(1);
            block.release();
        }
        assertThat(serving.loops.pool().buffersLive()).isEqualTo(taken.size() + 1);
        taken.forEach(Buffer::release);
        peer.close();
        serving.close();
    }

    @Test
    void whileMemoryIsScarceRoomIsAskedForBeforeEachBlock(Scene scene) {
        var serving = serving(scene, Shape.SMALL.withPipeBytes(60_000));
        RawPeer peer = serving.dial();
        var connection = serving.last();
        var told = RecordingConversation.of(connection).told;
        var block = ByteBuffer.allocateDirect(17_000);
        assertThat(connection.output().write(block)).isEqualTo(17_000);
        assertThat(connection.output().askRoom())
                .as("what is not known is hoped for")
                .isTrue();

        var taken = takeAll(serving);
        assertThat(connection.output().room()).as("only a look").isEqualTo(Room.FREE);
        serving.loops.turnUntilQuiet();
        assertThat(told).isEmpty();
        assertThat(connection.output().askRoom()).isFalse();
        assertThat(connection.output().room()).isEqualTo(Room.ASKED);
        serving.loops.turnUntilQuiet();
        assertThat(told).containsExactly("writable");
        assertThat(connection.output().askRoom()).isTrue();

        for (int i = 0; i < 2; i++) connection.output().write(block.clear());
        assertThat(connection.output().askRoom()).isFalse();
        serving.loops.turnUntilQuiet();
        assertThat(told).hasSize(1);
        peer.read(17_000);
        serving.loops.turnUntilQuiet();
        assertThat(told).hasSize(2);
        assertThat(connection.output().askRoom()).isTrue();
        taken.forEach(Buffer::release);
        peer.close();
        serving.close();
    }

    @Test
    void aPostponedDeadlineFiresOnceAtTheLaterMoment(Scene scene) {
        var serving = serving(scene, Shape.SMALL);
        RawPeer peer = serving.dial();
        var connection = serving.last();
        var told = RecordingConversation.of(connection).told;
        long now = connection.loop().nowNanos();
        connection.deadline(now + Duration.ofSeconds(1).toNanos());
        connection.deadline(now + Duration.ofSeconds(3).toNanos());
        assertThat(serving.loops.loop().wheel().live()).isOne();

        serving.loops.pass(Duration.ofMillis(2990));
        assertThat(told).isEmpty();
        serving.loops.pass(Duration.ofMillis(12));
        assertThat(told).containsExactly("timedOut");

        now = connection.loop().nowNanos();
        connection.deadline(now + Duration.ofSeconds(3).toNanos());
        connection.deadline(now + Duration.ofSeconds(1).toNanos());
        serving.loops.pass(Duration.ofMillis(1002));
        assertThat(told).containsExactly("timedOut", "timedOut");
        connection.deadline(now + Duration.ofSeconds(9).toNanos());
        connection.noDeadline();
        serving.loops.pass(Duration.ofSeconds(20));
        assertThat(told).hasSize(2);
        peer.close();
        serving.close();
    }

    /// Greets, and closes the connection of a client that is silent for a second: a minimal protocol.
    private static final class Greeting implements Conversation {
        private final Connection connection;

        Greeting(Connection connection) {
            this.connection = connection;
        }

        @Override
        public void opened() {
            put(connection.output().scratch(5), "hello");
            connection.deadline(
                    connection.loop().nowNanos() + Duration.ofSeconds(1).toNanos());
        }

        @Override
        public void readable() {
            connection.pauseInput();
        }

        @Override
        public void timedOut() {
            connection.finish(CloseReason.IDLE);
        }
    }

    @Test
    void openedIsCalledFirstAndMayWrite(Scene scene) {
        var serving = new AcceptingServer(scene.inMemory(Shape.SMALL), Greeting::new);
        try (RawPeer peer = serving.dial()) {
            serving.loops.turnUntilQuiet();
            serving.loops.pass(Duration.ofSeconds(2));
            assertThat(peer.readToEnd().text()).isEqualTo("hello");
        }
        serving.close();
    }

    @Test
    void failureInOpenedClosesTheConnectionAndIsThrownToTheCaller(Scene scene) {
        var loops = scene.inMemory(Shape.SMALL);
        var told = new ArrayList<RecordingConversation>();
        var failures = new ArrayList<RuntimeException>();
        var connections = Connections.of(loops.group());
        var acceptor = loops.network().listen(Scene.ANY_PORT, 10, loops.loop(), new Acceptor.Listener() {
            @Override
            public void accepted(Transport transport) {
                try {
                    Connection.open(
                            connections,
                            loops.loop(),
                            new Connection.Opening(ConnectionRole.other("bad"), transport, connection -> {
                                told.add(new RecordingConversation(connection) {
                                    @Override
                                    public void opened() {
                                        throw new IllegalStateException("planted");
                                    }
                                });
                                return told.getFirst();
                            }));
                } catch (IllegalStateException planted) {
                    failures.add(planted);
                }
            }

            @Override
            public void acceptFailed(String why) {
                throw new AssertionError(why);
            }
        });
        try (RawPeer peer = loops.dial(acceptor.local())) {
            loops.turnUntil(() -> !failures.isEmpty());
            loops.turnUntilQuiet();
            assertThat(told.getFirst().told).containsExactly("closing BROKEN", "ended BROKEN");
            assertThat(connections.live()).isZero();
            peer.expectReset();
        }
        acceptor.close();
        loops.turnUntilQuiet();
    }

    @Test
    void anIdleConnectionMovesToAnotherLoopAndWorksThere(Scene scene) {
        var serving = serving(scene, Shape.SMALL.withLoops(2));
        try (RawPeer peer = serving.dial()) {
            var connection = serving.last();
            EventLoop target = serving.loops.group().loops().get(1);
            var told = RecordingConversation.of(connection);
            told.onReadable = told::skip;
            connection.moveTo(target, () -> told.told.add("arrived"));
            assertThat(serving.connections.live()).isZero();
            peer.send("x");
            serving.loops.turnUntil(() -> told.told.contains("readable"));

            assertThat(told.told).containsExactly("arrived", "readable");
            assertThat(connection.loop()).isSameAs(target);
            assertThat(serving.connections.on(target).live()).isOne();
        }
        serving.close();
    }

    @Test
    void aConnectionClosedWhileItMovesEndsOnceAndIsListedNowhere(Scene scene) {
        var serving = serving(scene, Shape.SMALL.withLoops(2));
        try (RawPeer stays = serving.dial();
                RawPeer moves = serving.dial();
                RawPeer alsoStays = serving.dial()) {
            var connection = serving.opened.get(1);
            connection.moveTo(
                    serving.loops.group().loops().get(1),
                    () -> RecordingConversation.of(connection).told.add("arrived"));
            connection.close(CloseReason.CLOSED);
            serving.loops.turnUntilQuiet();

            assertThat(RecordingConversation.of(connection).told).containsExactly("closing CLOSED", "ended CLOSED");
            assertThat(serving.connections.live()).isEqualTo(2);
            var seen = new ArrayList<Connection>();
            serving.connections.on(serving.loops.loop()).forEach(seen::add);
            assertThat(seen).containsExactly(serving.opened.get(0), serving.opened.get(2));
            assertThat(List.of(stays, moves, alsoStays)).hasSize(3);
        }
        serving.close();
    }

    @Test
    void aConnectionWithQueuedOutputRefusesToMove(Scene scene) {
        var serving = serving(scene, Shape.SMALL.withLoops(2).withPipeBytes(1));
        try (RawPeer peer = serving.dial()) {
            put(serving.last().output().scratch(3), "abc");
            serving.loops.turnUntilQuiet();

            assertThatThrownBy(() ->
                            serving.last().moveTo(serving.loops.group().loops().get(1), () -> {}))
                    .hasMessageContaining("is not idle");
            assertThat(peer.readText(3)).isEqualTo("abc");
        }
        serving.close();
    }
}
