package dev.weir.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Buffer;
import dev.weir.memory.block.Urgency;
import dev.weir.testing.Balanced;
import dev.weir.testing.RawPeer;
import dev.weir.testing.Scene;
import dev.weir.testing.Shape;
import dev.weir.transport.Transport;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Proves that one conversation can hand over to another, as an upgrade does: the second gets every byte that
/// came after the first's last, in order, and the connection's end is counted once. A toy protocol of lines
/// upgrades to one that collects what it reads, over TCP and in memory.
@Balanced
@ParameterizedClass
@EnumSource
final class HandOverTest {
    private static final String ASKS = "upgrade\n";

    private final NetworkKind over;
    private final List<String> counted = new ArrayList<>();
    private final ConnectionOwner owner = () -> counted.add("ended");

    HandOverTest(NetworkKind over) {
        this.over = over;
    }

    /// Waits for `upgrade`, and hands over with what it has read beyond it.
    private static final class Lines implements Conversation {
        private final Connection connection;
        private final Conversation next;

        Lines(Connection connection, Conversation next) {
            this.connection = connection;
            this.next = next;
        }

        @Override
        public void opened() {
            connection.deadline(connection.loop().nowNanos() + 1_000_000_000L);
        }

        @Override
        public void readable() {
            Buffer block = block(connection);
            int count = connection.read(block.bytes());
            if (count < ASKS.length()) {
                block.release();
                if (count != 0) connection.close(CloseReason.PEER_LEFT);
                return;
            }
            block.bytes().flip().position(ASKS.length());
            connection.handOver(next, block);
        }

        @Override
        public void timedOut() {
            connection.abort(CloseReason.TIMED_OUT);
        }
    }

    /// Reads a number of bytes at a time, when the test says so.
    private static final class Collecting implements Conversation {
        private final Connection connection;
        private final int bytesAtATime;
        private final StringBuilder read = new StringBuilder();
        private final List<String> told = new ArrayList<>();
        private boolean pausesAtFirst;

        Collecting(Connection connection, int bytesAtATime) {
            this.connection = connection;
            this.bytesAtATime = bytesAtATime;
        }

        @Override
        public void opened() {
            told.add("opened");
            if (pausesAtFirst) connection.pauseInput();
        }

        @Override
        public void readable() {
            Buffer block = block(connection);
            int count = connection.read(block.bytes().limit(bytesAtATime));
            var bytes = new byte[Math.max(0, count)];
            block.bytes().flip().get(bytes);
            block.release();
            read.append(new String(bytes, StandardCharsets.ISO_8859_1));
            if (count == Transport.END) connection.close(CloseReason.PEER_LEFT);
        }

        @Override
        public void timedOut() {
            told.add("timed out");
        }

        @Override
        public void ended(CloseReason reason) {
            told.add("ended " + reason);
        }
    }

    private static Buffer block(Connection connection) {
        return Objects.requireNonNull(connection.loop().pool().tryAcquire(BlockSize.NORMAL, Urgency.INTAKE, 0, "read"));
    }

    private AcceptingServer serving(Scene scene, int bytesAtATime) {
        return new AcceptingServer(
                over.loops(scene, Shape.SMALL),
                connection -> new Lines(connection, new Collecting(connection, bytesAtATime)),
                owner);
    }

    private static Collecting upgraded(AcceptingServer serving) {
        serving.loops.turnUntil(() -> serving.last().conversation() instanceof Collecting);
        return (Collecting) serving.last().conversation();
    }

    @Test
    void bytesReadBeyondTheLastMessageComeFirst(Scene scene) {
        var serving = serving(scene, 3);
        try (RawPeer peer = serving.dial()) {
            peer.send(ASKS + "first part, ");
            Collecting next = upgraded(serving);
            peer.send("second part");

            serving.loops.turnUntil(() -> next.read.length() == "first part, second part".length());

            assertThat(next.read).hasToString("first part, second part");
            assertThat(next.told).containsExactly("opened");
            assertThat(serving.last().traffic().bytesIn()).as("counted once").isEqualTo(ASKS.length() + 23);
            assertThat(serving.last().heldBytes()).isZero();
        }
        serving.close();
        assertThat(counted).containsExactly("ended");
    }

    @Test
    void earlyInputWaitsWhilePausedWithoutSpinning(Scene scene) {
        var serving = new AcceptingServer(
                over.loops(scene, Shape.SMALL),
                connection -> {
                    var next = new Collecting(connection, 100);
                    next.pausesAtFirst = true;
                    return new Lines(connection, next);
                },
                owner);
        try (RawPeer peer = serving.dial()) {
            peer.send(ASKS + "early");
            Collecting next = upgraded(serving);
            serving.loops.turnUntilQuiet();
            assertThat(next.read).isEmpty();
            assertThat(serving.last().heldBytes()).isEqualTo(BlockSize.NORMAL.bytes());

            serving.last().resumeInput();
            serving.loops.turnUntilQuiet();

            assertThat(next.read).hasToString("early");
        }
        serving.close();
    }

    @Test
    void closingReleasesUnreadEarlyInput(Scene scene) {
        var serving = serving(scene, 1);
        try (RawPeer peer = serving.dial()) {
            peer.send(ASKS + "nobody reads this");
            Collecting next = upgraded(serving);
            assertThat(serving.last().heldBytes()).isPositive();

            serving.last().finish(CloseReason.CLOSED);
            peer.endOutput();
            serving.loops.turnUntil(() -> !counted.isEmpty());

            assertThat(next.told).containsExactly("opened", "ended CLOSED");
        }
        serving.close();
        assertThat(counted).containsExactly("ended");
    }

    @Test
    void handOverClearsTheDeadline(Scene scene) {
        var serving = serving(scene, 100);
        try (RawPeer peer = serving.dial()) {
            peer.send(ASKS);
            Collecting next = upgraded(serving);

            serving.loops.pass(Duration.ofSeconds(5));

            assertThat(next.told).containsExactly("opened");
            assertThat(serving.last().isOpen()).isTrue();
        }
        serving.close();
    }

    @Test
    void aConnectionThatIsNotOpenCannotHandOverAndTheCallerKeepsTheBlock(Scene scene) {
        var serving = serving(scene, 100);
        try (RawPeer _ = serving.dial()) {
            Connection closed = serving.last();
            var next = new Collecting(closed, 100);
            closed.close(CloseReason.CLOSED);
            Buffer block = block(closed);

            assertThatIllegalStateException().isThrownBy(() -> closed.handOver(next, block));
            assertThatIllegalStateException().isThrownBy(() -> closed.handOver(next));

            assertThat(block.isHeld()).isTrue();
            block.release();
        }
        serving.close();
    }
}
