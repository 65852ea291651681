package dev.weir.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Buffer;
import dev.weir.memory.block.Urgency;
import dev.weir.testing.Balanced;
import dev.weir.testing.RawPeer;
import dev.weir.testing.Scene;
import dev.weir.testing.Shape;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Proves that a last answer is delivered to a peer that writes everything before it reads, and what bounds the
/// connections that wait for such peers. Over TCP and in memory, on loops turned by hand.
@Balanced
@ParameterizedClass
@EnumSource
final class LingeringTest {
    private static final int UPLOAD_BYTES = 5_000_000;
    private static final int PLACES = 3;

    private final NetworkKind over;

    LingeringTest(NetworkKind over) {
        this.over = over;
    }

    private AcceptingServer serving(Scene scene) {
        return new AcceptingServer(over.loops(scene, Shape.SMALL), RecordingConversation::new);
    }

    private static Lingering lingering(AcceptingServer serving) {
        return new Lingering(serving.loops.loop(), PLACES, Duration.ofSeconds(5), Duration.ofSeconds(30));
    }

    private static void say(Connection connection, String words) {
        Objects.requireNonNull(connection.output().scratch(words.length()))
                .put(words.getBytes(StandardCharsets.US_ASCII));
    }

    /// Queues blocks until the queue refuses one.
    ///
    /// @return bytes that the peer is to get
    private static int sayMuch(Connection connection) {
        int bytes = 0;
        while (true) {
            Buffer block = Objects.requireNonNull(
                    connection.loop().pool().tryAcquire(BlockSize.NORMAL, Urgency.DRAIN, 0, "long answer"));
            int length = block.bytes().remaining();
            if (!connection.output().send(block)) {
                block.release();
                return bytes;
            }
            bytes += length;
        }
    }

    /// Makes the path so full that nothing of the next answer leaves before the peer reads.
    private static int fill(Connection connection) {
        int bytes = 0;
        for (int rounds = 0; rounds < 1000 && connection.output().room() != Room.BLOCKED; rounds++) {
            Buffer block = Objects.requireNonNull(
                    connection.loop().pool().tryAcquire(BlockSize.NORMAL, Urgency.DRAIN, 0, "filler"));
            bytes += Math.max(0, connection.output().write(block.bytes()));
            block.release();
        }
        return bytes;
    }

    @Test
    @DisplayName("W-06 a peer that writes five megabytes before it reads gets the last answer")
    void peerThatWritesEverythingFirstGetsTheAnswer(Scene scene) {
        var serving = serving(scene);
        try (RawPeer peer = serving.dial()) {
            var connection = serving.last();
            peer.send(new byte[10_000]);
            say(connection, "too large");
            connection.finish(CloseReason.CLOSED);
            peer.send(new byte[UPLOAD_BYTES]);

            var rest = peer.readToEnd();
            assertThat(rest.text()).isEqualTo("too large");
            assertThat(rest.ending()).isEqualTo(RawPeer.Ending.ORDERLY);
            assertThat(connection.heldBytes()).isZero();
            assertThat(serving.loops.pool().buffersLive()).isZero();
        }
        serving.close();
    }

    @Test
    @DisplayName("W-06 a long last answer waits in its blocks while the peer writes, and is read whole after")
    void inputIsDiscardedWhileTheAnswerIsNotYetWritten(Scene scene) {
        var serving = serving(scene);
        try (RawPeer peer = serving.dial()) {
            var connection = serving.last();
            int bytes = fill(connection) + sayMuch(connection);
            connection.finish(CloseReason.CLOSED);
            peer.send(new byte[UPLOAD_BYTES]);
            assertThat(connection.state()).isEqualTo(ConnectionState.DRAINING);

            var rest = peer.readToEnd();
            assertThat(rest.bytes()).isEqualTo(bytes);
            assertThat(rest.ending()).isEqualTo(RawPeer.Ending.ORDERLY);
        }
        serving.close();
    }

    @Test
    void peerThatEndsItsSideGetsTheRestOfTheAnswer(Scene scene) {
        var serving = serving(scene);
        try (RawPeer peer = serving.dial()) {
            var connection = serving.last();
            int bytes = fill(connection) + sayMuch(connection);
            connection.finish(CloseReason.CLOSED);
            peer.send(new byte[100_000]);
            peer.endOutput();
            serving.loops.turnUntilQuiet();

            assertThat(peer.readToEnd().bytes()).isEqualTo(bytes);
            serving.loops.turnUntil(
                    () -> RecordingConversation.of(connection).told.contains("ended CLOSED"));
        }
        serving.close();
    }

    @Test
    void peerThatWritesForeverAndReadsNothingIsCutAfterTheLingerTime(Scene scene) {
        var serving = serving(scene);
        RawPeer peer = serving.dial();
        var connection = serving.last();
        var told = RecordingConversation.of(connection);
        fill(connection);
        sayMuch(connection);
        connection.finish(CloseReason.CLOSED);
        // Why: over sockets the kernel may have some room left, and whoever still takes a byte gets more time.
        for (int seconds = 0; seconds < 600 && !told.told.contains("ended CLOSED"); seconds += 4) {
            peer.trySend(new byte[100], 0);
            serving.loops.pass(Duration.ofSeconds(4));
            if (seconds < 24) assertThat(told.told).isEmpty();
        }

        assertThat(told.told)
                .filteredOn(text -> !text.equals("lingers"))
                .containsExactly("closing CLOSED", "ended CLOSED");
        peer.close();
        serving.close();
    }

    @Test
    void lingeringEndsWhenThePeerIsSilentForTheSilenceTime(Scene scene) {
        var serving = serving(scene);
        try (RawPeer peer = serving.dial()) {
            var connection = serving.last();
            connection.finish(CloseReason.CLOSED);
            serving.loops.pass(Duration.ofMillis(4_900));
            assertThat(connection.state()).isEqualTo(ConnectionState.DRAINING);
            peer.send("x");
            serving.loops.turnUntilQuiet();
            serving.loops.pass(Duration.ofMillis(4_900));
            assertThat(connection.state()).isEqualTo(ConnectionState.DRAINING);
            serving.loops.pass(Duration.ofMillis(200));
            assertThat(connection.state()).isEqualTo(ConnectionState.CLOSED);
        }
        serving.close();
    }

    @Test
    void lingeringEndsAfterTheTotalTimeThoughThePeerStillSends(Scene scene) {
        var serving = serving(scene);
        try (RawPeer peer = serving.dial()) {
            var connection = serving.last();
            connection.finish(CloseReason.CLOSED);
            for (int seconds = 0; seconds < 28; seconds += 4) {
                peer.send(new byte[100_000]);
                serving.loops.pass(Duration.ofSeconds(4));
                assertThat(connection.state()).isEqualTo(ConnectionState.DRAINING);
            }
            peer.send("x");
            serving.loops.pass(Duration.ofMillis(2_100));
            assertThat(connection.state()).isEqualTo(ConnectionState.CLOSED);
        }
        serving.close();
    }

    @Test
    void peerThatHasSentItsWholeRequestIsWaitedForOneSecondOnly(Scene scene) {
        var serving = serving(scene);
        try (RawPeer _ = serving.dial()) {
            var connection = serving.last();
            connection.finish(CloseReason.CLOSED, lingering(serving), false);
            serving.loops.pass(Duration.ofMillis(900));
            assertThat(connection.state()).isEqualTo(ConnectionState.DRAINING);
            serving.loops.pass(Duration.ofMillis(200));
            assertThat(connection.state()).isEqualTo(ConnectionState.CLOSED);
        }
        serving.close();
    }

    @Test
    void whenAllPlacesAreTakenTheOneThatLingeredLongestIsClosed(Scene scene) {
        var serving = serving(scene);
        var lingering = lingering(serving);
        List<RawPeer> peers = new ArrayList<>();
        for (int i = 0; i < 2 * PLACES; i++) {
            peers.add(serving.dial());
            say(serving.last(), "answer");
            serving.last().finish(CloseReason.CLOSED, lingering, true);
            assertThat(lingering.taken()).isLessThanOrEqualTo(PLACES);
            serving.loops.turnUntilQuiet();
            assertThat(lingering.taken()).isEqualTo(Math.min(i + 1, PLACES));
        }

        for (int i = 0; i < 2 * PLACES; i++) {
            var one = serving.opened.get(i);
            var told = RecordingConversation.of(one).told;
            if (i < PLACES) assertThat(told).containsExactly("lingers", "closing CLOSED", "ended CLOSED");
            else assertThat(told).containsExactly("lingers");
            assertThat(peers.get(i).readToEnd().text()).isEqualTo("answer");
        }
        for (RawPeer peer : peers) peer.close();
        serving.loops.turnUntil(() -> serving.connections.live() == 0);
        serving.loops.turnUntilQuiet();
        assertThat(lingering.taken()).isZero();
        serving.close();
    }

    @Test
    void placeOfAClosedConnectionIsFreeOnlyWhenItsDescriptorIs(Scene scene) {
        var serving = serving(scene);
        var lingering = lingering(serving);
        List<RawPeer> peers = new ArrayList<>();
        for (int i = 0; i < PLACES + 2; i++) peers.add(serving.dial());
        for (int i = 0; i < PLACES; i++) serving.opened.get(i).finish(CloseReason.CLOSED, lingering, true);
        serving.opened.getFirst().close(CloseReason.CLOSED);
        var fourth = serving.opened.get(PLACES);
        fourth.finish(CloseReason.CLOSED, lingering, true);
        var fifth = serving.opened.get(PLACES + 1);
        fifth.finish(CloseReason.CLOSED, lingering, true);
        fifth.close(CloseReason.RESET);
        assertThat(lingering.taken()).isEqualTo(PLACES);
        assertThat(RecordingConversation.of(fourth).told).isEmpty();
        serving.loops.turnUntilQuiet();

        assertThat(RecordingConversation.of(fourth).told).containsExactly("lingers");
        assertThat(RecordingConversation.of(fifth).told).containsExactly("closing RESET", "ended RESET");
        for (RawPeer peer : peers) peer.close();
        serving.close();
        assertThat(lingering.taken()).isZero();
    }

    @Test
    void lingeringWithoutPlacesIsRefused(Scene scene) {
        var serving = serving(scene);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Lingering(serving.loops.loop(), 0, Lingering.SILENCE, Lingering.TOTAL))
                .withMessageContaining("places must be at least 1, was 0");
        serving.close();
    }
}
