package dev.weir.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.loop.EventLoop;
import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Buffer;
import dev.weir.memory.block.Urgency;
import dev.weir.memory.wait.Waiter;
import dev.weir.testing.Balanced;
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

/// Proves that connections are ended for requests that wait too long for memory, and which ones.
@Balanced
final class StarvationTest {
    private static final int OUTSIDE_RESERVE = 6;

    private final List<Wanting> wanting = new ArrayList<>();

    /// Holds a block until its connection ends.
    private static final class Holding extends RecordingConversation {
        private @Nullable Buffer held;

        Holding(Connection connection) {
            super(connection);
            onClosing = this::letGo;
        }

        void hold() {
            hold(BlockSize.NORMAL);
        }

        void hold(BlockSize size) {
            held = Objects.requireNonNull(connection.loop().pool().tryAcquire(size, Urgency.INTAKE, -1, "held"));
        }

        private void letGo() {
            if (held != null) held.release();
            held = null;
        }

        @Override
        public int heldBytes() {
            return held == null ? 0 : held.capacity();
        }
    }

    /// Waits for a block and keeps it.
    private static final class Wanting extends Waiter {
        private @Nullable Buffer got;

        Wanting(EventLoop loop) {
            super(loop);
            got = loop.pool().acquire(this, BlockSize.NORMAL, Urgency.INTAKE, -1, "wanted");
        }

        @Override
        protected void granted(Buffer buffer) {
            got = buffer;
        }
    }

    private long ended(AcceptingServer serving) {
        return serving.opened.stream()
                .filter(one -> one.state() == ConnectionState.CLOSED)
                .count();
    }

    /// Peers whose connections hold all blocks outside the reserve, one each.
    private static List<RawPeer> holdAll(AcceptingServer serving) {
        var peers = new ArrayList<RawPeer>();
        for (int i = 0; i < OUTSIDE_RESERVE; i++) {
            peers.add(serving.dial());
            ((Holding) serving.last().conversation()).hold();
        }
        return peers;
    }

    private void want(AcceptingServer serving, int count) {
        for (int i = 0; i < count; i++) wanting.add(new Wanting(serving.loops.loop()));
    }

    @Test
    void aShorterLimitIsObeyed(Scene scene) {
        var serving = new AcceptingServer(scene.inMemory(Shape.SMALL.withBlocks(OUTSIDE_RESERVE + 3)), Holding::new);
        List<RawPeer> peers = holdAll(serving);
        var loop = serving.loops.loop();
        var limit = Duration.ofMillis(200);
        var watching = serving.loops.group().call(loop, () -> Starvation.watch(serving.connections, loop, limit));
        want(serving, 1);

        serving.loops.pass(Duration.ofMillis(190));
        assertThat(ended(serving)).isZero();
        serving.loops.pass(Duration.ofMillis(60));

        assertThat(ended(serving)).isEqualTo(1);
        letGo(serving, watching, peers);
    }

    @Test
    void asManyConnectionsEndAsWaitTooLongAndTheOthersStay(Scene scene) {
        var serving = new AcceptingServer(scene.inMemory(Shape.SMALL.withBlocks(OUTSIDE_RESERVE + 3)), Holding::new);
        List<RawPeer> peers = holdAll(serving);
        var loop = serving.loops.loop();
        var watching =
                serving.loops.group().call(loop, () -> Starvation.watch(serving.connections, loop, Starvation.LIMIT));
        want(serving, 4);

        serving.loops.pass(Duration.ofMillis(1900));
        assertThat(ended(serving)).isZero();
        want(serving, 1);
        serving.loops.pass(Duration.ofMillis(600));
        assertThat(ended(serving)).isEqualTo(4);
        assertThat(wanting).filteredOn(one -> one.got != null).hasSize(4);
        serving.loops.pass(Duration.ofMillis(500));
        assertThat(ended(serving)).isEqualTo(4);

        letGo(serving, watching, peers);
    }

    @Test
    @DisplayName("H-29 who has moved nothing for longest gives way, and who holds only a small block comes last")
    void theLongestStalledConnectionIsEnded(Scene scene) {
        var serving = new AcceptingServer(scene.inMemory(Shape.SMALL.withBlocks(OUTSIDE_RESERVE + 3)), Holding::new);
        var peers = new ArrayList<RawPeer>();
        for (int i = 0; i < OUTSIDE_RESERVE; i++) {
            peers.add(serving.dial());
            ((Holding) serving.last().conversation()).hold(i == 0 ? BlockSize.SMALL : BlockSize.NORMAL);
            serving.loops.pass(Duration.ofMillis(50));
        }
        var loop = serving.loops.loop();
        var watching =
                serving.loops.group().call(loop, () -> Starvation.watch(serving.connections, loop, Starvation.LIMIT));
        want(serving, 2);

        serving.loops.pass(Starvation.LIMIT);

        assertThat(serving.opened)
                .filteredOn(one -> one.state() == ConnectionState.CLOSED)
                .isEqualTo(serving.opened.subList(1, 3));
        letGo(serving, watching, peers);
    }

    @Test
    void theLongestStallIsFoundAcrossAClockWrap(Scene scene) {
        var group = scene.inMemory(Shape.SMALL.withLoops(3)).group();
        var connections = Connections.of(group);
        var loops = group.loops();
        long before = Long.MAX_VALUE - 1_000;
        long after = Long.MIN_VALUE + 1_000;
        connections.notifyStalled(loops.get(0), before);
        connections.notifyStalled(loops.get(1), after);
        assertThat(connections.isLongestStalled(before)).isTrue();
        assertThat(connections.isLongestStalled(after)).isFalse();

        connections.notifyStalled(loops.get(0), Connections.NOT_STALLED);
        assertThat(connections.isLongestStalled(after)).isTrue();
    }

    private void letGo(AcceptingServer serving, Starvation watching, List<RawPeer> peers) {
        watching.stop();
        for (Wanting one : wanting) {
            serving.loops.pool().cancel(one);
            if (one.got != null) one.got.release();
        }
        peers.forEach(RawPeer::close);
        serving.close();
    }
}
