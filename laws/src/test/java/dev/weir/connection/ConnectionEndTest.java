package dev.weir.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.ledger.Kind;
import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Buffer;
import dev.weir.memory.block.Urgency;
import dev.weir.testing.Balanced;
import dev.weir.testing.RawPeer;
import dev.weir.testing.Scene;
import dev.weir.testing.Shape;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Proves how a connection ends: in which order, reported once, without losing the last answer. Over TCP and in
/// memory, on loops turned by hand.
@Balanced
@ParameterizedClass
@EnumSource
final class ConnectionEndTest {
    private static final int ANSWER_BYTES = 10_000_000;

    private final NetworkKind over;

    ConnectionEndTest(NetworkKind over) {
        this.over = over;
    }

    private AcceptingServer serving(Scene scene) {
        return new AcceptingServer(over.loops(scene, Shape.SMALL), RecordingConversation::new);
    }

    /// Writes an answer of `bytes` from one block, as the path takes it, and finishes.
    private static void answer(RecordingConversation told, int bytes) {
        Buffer block = block(told, "answer");
        int[] left = {bytes};
        boolean[] held = {true};
        told.onClosing = () -> {
            if (held[0]) block.release();
        };
        told.onWritable = () -> {
            while (held[0] && left[0] > 0) {
                block.bytes().clear().limit(Math.min(left[0], block.capacity()));
                int count = told.connection.output().write(block.bytes());
                if (count <= 0) return;
                left[0] -= count;
            }
            if (!held[0]) return;
            held[0] = false;
            block.release();
            told.connection.finish(CloseReason.PEER_LEFT);
        };
        told.onWritable.run();
    }

    private static Buffer block(RecordingConversation told, String owner) {
        return Objects.requireNonNull(
                told.connection.loop().pool().tryAcquire(BlockSize.NORMAL, Urgency.DRAIN, 0, owner));
    }

    private static long sockets() {
        var files = Objects.requireNonNull(new File("/proc/self/fd").listFiles());
        long count = 0;
        for (File file : files) {
            try {
                if (Files.readSymbolicLink(file.toPath()).toString().startsWith("socket:")) count++;
            } catch (IOException gone) {
                // Why: the descriptor of this very listing.
            }
        }
        return count;
    }

    @Test
    void endedIsCalledWhenEverythingIsReleased(Scene scene) {
        var serving = serving(scene);
        long socketsBefore = sockets();
        RawPeer peer = serving.dial();
        var told = RecordingConversation.of(serving.last());
        var seen = new ArrayList<String>();
        var connection = serving.last();
        connection.deadline(connection.loop().nowNanos() + 5_000_000_000L);
        Buffer queued = block(told, "queued");
        queued.bytes().limit(100);
        assertThat(connection.output().send(queued)).isTrue();
        told.onClosing = () -> seen.add("closing: " + connection.state() + ", listed " + serving.connections.live()
                + ", timers " + serving.loops.loop().wheel().live() + ", buffers "
                + serving.loops.pool().buffersLive() + ", " + connections(scene) + " entry");
        told.onEnded = () -> seen.add("ended: " + connections(scene) + " entry, sockets " + sockets(scene)
                + ", descriptors " + (sockets() - socketsBefore));

        connection.close(CloseReason.CLOSED);
        connection.close(CloseReason.RESET);
        assertThat(seen).hasSize(1);
        serving.loops.turnUntilQuiet();

        // Why: the peer's own socket is the one that is left.
        assertThat(seen)
                .containsExactly(
                        "closing: CLOSED, listed 0, timers 0, buffers 0, 1 entry",
                        over == NetworkKind.TCP
                                ? "ended: 0 entry, sockets 2, descriptors 1"
                                : "ended: 0 entry, sockets 2, descriptors 0");
        assertThat(told.told).containsExactly("closing CLOSED", "ended CLOSED");
        assertThat(connection.read(java.nio.ByteBuffer.allocateDirect(1))).isEqualTo(-2);
        assertThat(connection.output().scratch(1)).isNull();
        peer.close();
        serving.close();
    }

    private static long connections(Scene scene) {
        return scene.ledger().balance().live(Kind.CONNECTION);
    }

    private static long sockets(Scene scene) {
        return scene.ledger().balance().live(Kind.SOCKET);
    }

    @Test
    void finishDiscardsInputSoThatTheAnswerArrives(Scene scene) {
        var serving = serving(scene);
        try (RawPeer peer = serving.dial()) {
            peer.send(new byte[10_000]);
            var connection = serving.last();
            Objects.requireNonNull(connection.output().scratch(7))
                    .put("refused".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            connection.finish(CloseReason.CLOSED);
            assertThat(connection.state()).isEqualTo(ConnectionState.DRAINING);
            peer.send(new byte[20_000]);
            serving.loops.turnUntilQuiet();

            var rest = peer.readToEnd();
            assertThat(rest.text()).isEqualTo("refused");
            assertThat(rest.ending()).isEqualTo(RawPeer.Ending.ORDERLY);
            assertThat(connection.state()).isEqualTo(ConnectionState.DRAINING);
            peer.endOutput();
            serving.loops.turnUntil(
                    () -> RecordingConversation.of(connection).told.contains("ended CLOSED"));
            assertThat(RecordingConversation.of(connection).told)
                    .doesNotContain("writable")
                    .endsWith("closing CLOSED", "ended CLOSED");
        }
        serving.close();
    }

    @Test
    void nothingIsReportedWhileTheLastAnswerWaitsForThePeer(Scene scene) {
        var serving = serving(scene);
        RawPeer peer = serving.dial();
        var told = RecordingConversation.of(serving.last());
        for (int i = 0; i < 200 && serving.last().output().room() != Room.BLOCKED; i++) {
            Buffer block = block(told, "filler");
            if (serving.last().output().write(block.bytes()) > 0) i = 0;
            block.release();
        }
        Buffer queued = block(told, "last words");
        assertThat(serving.last().output().send(queued)).isTrue();
        serving.last().finish(CloseReason.CLOSED);
        told.told.clear();
        peer.send("anything");
        serving.loops.turnUntilQuiet();

        assertThat(told.told).isEmpty();
        assertThat(serving.last().state()).isEqualTo(ConnectionState.DRAINING);
        // Why: over sockets the kernel may have some room left, and whoever still takes a byte gets more time.
        for (int i = 0; i < 20 && !told.told.contains("ended CLOSED"); i++) serving.loops.pass(Duration.ofSeconds(31));
        assertThat(told.told)
                .filteredOn(text -> !text.equals("lingers"))
                .containsExactly("closing CLOSED", "ended CLOSED");
        peer.close();
        serving.close();
    }

    @Test
    @DisplayName("S-12 a peer that ends its side first reads an answer of 10 MB to its end")
    void aPeerThatHalfClosesReadsTheWholeAnswer(Scene scene) {
        var serving = serving(scene);
        try (RawPeer peer = serving.dial()) {
            var told = RecordingConversation.of(serving.last());
            told.onReadable = () -> {
                if (told.skip() == -1) answer(told, ANSWER_BYTES);
            };
            peer.send("question");
            peer.endOutput();

            var rest = peer.readToEnd();

            assertThat(rest.bytes()).isEqualTo(ANSWER_BYTES);
            assertThat(rest.ending()).isEqualTo(RawPeer.Ending.ORDERLY);
        }
        serving.close();
    }

    @Test
    void endOutputWaitsForQueuedBytes(Scene scene) {
        var serving = serving(scene);
        try (RawPeer peer = serving.dial()) {
            var told = RecordingConversation.of(serving.last());
            int sent = 0;
            Buffer block = block(told, "queued");
            while (serving.last().output().send(block)) {
                sent += block.capacity();
                block = block(told, "queued");
            }
            block.release();
            serving.last().output().end();

            assertThat(peer.readToEnd().bytes()).isEqualTo(sent);
        }
        serving.close();
    }

    @Test
    void anExceptionInAConversationClosesItsConnectionOnly(Scene scene) {
        var serving = serving(scene);
        try (RawPeer good = serving.dial();
                RawPeer bad = serving.dial()) {
            var told = RecordingConversation.of(serving.last());
            told.onReadable = () -> {
                throw new IllegalStateException("planted");
            };
            told.onClosing = told.onReadable;
            told.onEnded = told.onReadable;
            bad.send("x");
            serving.loops.turnUntil(() -> told.told.contains("ended BROKEN"));

            assertThat(told.told).containsExactly("readable", "closing BROKEN", "ended BROKEN");
            assertThat(serving.opened.getFirst().isOpen()).isTrue();
            good.send("y");
            var other = RecordingConversation.of(serving.opened.getFirst());
            other.onReadable = other::skip;
            serving.loops.turnUntil(() -> other.told.contains("readable"));
        }
        serving.close();
    }

    @Test
    @DisplayName(
            "S-04 a write that fails while reading still works closes the connection in that turn and gives back what was queued")
    void aFailingWriteEndsTheConnection(Scene scene) {
        var serving = serving(scene);
        RawPeer peer = serving.dial();
        var connection = serving.last();
        var told = RecordingConversation.of(connection);
        connection.pauseInput();
        peer.send("readable and healthy");
        peer.reset();
        serving.loops.turnUntilQuiet();
        assertThat(connection.isOpen()).isTrue();

        assertThat(connection.output().send(block(told, "first"))).isTrue();
        assertThat(connection.output().send(block(told, "second"))).isTrue();
        serving.loops.turn();

        assertThat(told.told).containsExactly("closing RESET", "ended RESET");
        assertThat(serving.loops.pool().buffersLive()).isZero();
        assertThat(serving.connections.live()).isZero();
        Buffer refused = block(told, "third");
        assertThat(connection.output().send(refused)).isFalse();
        refused.release();
        serving.close();
    }

    @Test
    @DisplayName("S-10 close from a handler, from the end itself, twice and before the first turn tells each end once")
    void closeFromAnyCallbackReportsTheEndOnce(Scene scene) {
        var serving = serving(scene);
        List<RawPeer> peers = new ArrayList<>();
        for (int i = 0; i < 5; i++) peers.add(serving.dial());
        for (int i = 0; i < 4; i++) {
            var told = RecordingConversation.of(serving.opened.get(i));
            Runnable close = () -> told.connection.close(CloseReason.CLOSED);
            if (i == 0) told.onReadable = close;
            if (i == 1) told.onTimedOut = close;
            if (i == 2) told.onClosing = close;
            if (i == 3) told.onEnded = close;
        }
        peers.getFirst().send("x");
        serving.opened.get(1).deadline(serving.loops.loop().nowNanos() + 1);
        serving.opened.get(2).close(CloseReason.EVICTED);
        serving.opened.get(3).finish(CloseReason.CLOSED);
        serving.opened.get(4).abort(CloseReason.STARVED);
        serving.opened.get(4).close(CloseReason.CLOSED);
        serving.loops.pass(Duration.ofSeconds(6));
        serving.loops.turnUntil(() -> serving.connections.live() == 0);
        serving.loops.turnUntilQuiet();

        for (Connection one : serving.opened) {
            assertThat(RecordingConversation.of(one).told)
                    .filteredOn(text -> text.startsWith("ended"))
                    .hasSize(1);
            assertThat(RecordingConversation.of(one).told)
                    .filteredOn(text -> text.startsWith("closing"))
                    .hasSize(1);
        }
        for (RawPeer peer : peers) peer.close();
        serving.close();
    }

    @Test
    @DisplayName("S-11 closing while 1000 connections are reset leaves nothing and tells each end once")
    void closingWhileAThousandAreReset(Scene scene) {
        var serving = serving(scene);
        List<RawPeer> peers = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            peers.add(serving.dial());
            var told = RecordingConversation.of(serving.last());
            int me = i;
            told.onReadable = () -> {
                if (told.skip() >= 0) return;
                told.connection.close(CloseReason.RESET);
                if (me % 3 != 1) return;
                serving.opened.get(me - 1).close(CloseReason.CLOSED);
                serving.opened.get(me + 1).close(CloseReason.CLOSED);
            };
        }
        for (RawPeer peer : peers) peer.reset();
        // Why: a third is closed first, a third learns of the reset from the poller, and a third is closed by a
        // neighbour that learns in the same poll, before or after itself.
        for (int i = 0; i < 1000; i += 3) serving.opened.get(i).close(CloseReason.CLOSED);
        serving.acceptor.close();
        serving.loops.turnUntil(() -> serving.connections.live() == 0);
        serving.loops.turnUntilQuiet();

        for (int i = 0; i < 1000; i++) {
            var told = RecordingConversation.of(serving.opened.get(i)).told;
            assertThat(told)
                    .as("told of number %d", i)
                    .filteredOn(text -> !text.equals("readable"))
                    .hasSize(2);
            assertThat(told.getLast()).as("last of number %d", i).startsWith("ended ");
            if (i % 3 == 0) assertThat(told).containsExactly("closing CLOSED", "ended CLOSED");
        }
        assertThat(scene.ledger().balance().live(Kind.CONNECTION)).isZero();
        assertThat(sockets(scene)).isEqualTo(over == NetworkKind.TCP ? 1 : 0);
        assertThat(serving.loops.pool().buffersLive()).isZero();
    }
}
