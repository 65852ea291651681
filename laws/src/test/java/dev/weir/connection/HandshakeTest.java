package dev.weir.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testing.Balanced;
import dev.weir.testing.RawPeer;
import dev.weir.testing.Scene;
import dev.weir.testing.Shape;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Proves that a transport with a handshake needs nothing but its own class: the conversation is made when the
/// handshake is over, bytes that the transport buffers are read although no poller reports them, and a connection
/// whose handshake fails or takes too long ends like any other. A toy transport in records around TCP and around
/// memory.
@Balanced
@ParameterizedClass
@EnumSource
final class HandshakeTest {
    private final NetworkKind over;
    private final List<String> made = new ArrayList<>();
    private final List<String> counted = new ArrayList<>();
    private final ConnectionOwner owner = () -> counted.add("ended");

    HandshakeTest(NetworkKind over) {
        this.over = over;
    }

    private AcceptingServer serving(Scene scene) {
        return new AcceptingServer(
                over.loops(scene, Shape.SMALL),
                connection -> {
                    made.add(connection.protocol());
                    return new RecordingConversation(connection);
                },
                owner,
                ToyRecords::new);
    }

    private static byte[] record(String text) {
        byte[] plain = text.getBytes(StandardCharsets.ISO_8859_1);
        var record = new byte[plain.length + 1];
        record[0] = (byte) plain.length;
        for (int i = 0; i < plain.length; i++) record[i + 1] = (byte) (plain[i] ^ ToyRecords.MASK);
        return record;
    }

    private static void greet(RawPeer peer) {
        peer.expect("I speak toy\n");
        peer.send("I speak echo/1\n");
    }

    @Test
    void theConversationIsMadeWhenTheHandshakeIsOver(Scene scene) {
        var serving = serving(scene);
        try (RawPeer peer = serving.dial()) {
            peer.expect("I speak toy\n");
            peer.send("I speak ec");
            serving.loops.turnUntilQuiet();
            assertThat(made).isEmpty();
            assertThat(serving.last().state()).isEqualTo(ConnectionState.HANDSHAKING);

            peer.send("ho/1\n");
            serving.loops.turnUntil(() -> serving.last().isOpen());

            assertThat(made).as("it knows what was agreed on").containsExactly("echo/1");
        }
        serving.close();
    }

    @Test
    void bufferedRecordsAreReadOneByOne(Scene scene) {
        var serving = serving(scene);
        try (RawPeer peer = serving.dial()) {
            greet(peer);
            serving.loops.turnUntil(() -> serving.last().isOpen());
            var read = new ArrayList<Integer>();
            RecordingConversation told = RecordingConversation.of(serving.last());
            told.onReadable = () -> read.add(told.skip());

            // Why: in one piece, so that the poller tells once and the toy keeps all but the first.
            peer.send(concat(record("one"), record("three"), record("seventeen letters")));
            serving.loops.turnUntil(() -> read.contains(17));

            assertThat(read).containsSubsequence(3, 5, 17);
            serving.loops.turnUntilQuiet();
        }
        serving.close();
    }

    @Test
    void bytesReadWithTheHandshakeAreNotLost(Scene scene) {
        var serving = serving(scene);
        try (RawPeer peer = serving.dial()) {
            peer.expect("I speak toy\n");
            peer.send(concat("I speak echo/1\n".getBytes(StandardCharsets.ISO_8859_1), record("early")));
            serving.loops.turnUntil(() -> serving.last().isOpen());
            RecordingConversation told = RecordingConversation.of(serving.last());
            var read = new ArrayList<Integer>();
            told.onReadable = () -> read.add(told.skip());

            serving.loops.turnUntil(() -> read.contains(5));
        }
        serving.close();
    }

    @Test
    void outputIsWrappedInRecords(Scene scene) {
        var serving = serving(scene);
        try (RawPeer peer = serving.dial()) {
            greet(peer);
            serving.loops.turnUntil(() -> serving.last().isOpen());
            Objects.requireNonNull(serving.last().output().scratch(5))
                    .put("hello".getBytes(StandardCharsets.ISO_8859_1));

            peer.expect(record("hello"));
        }
        serving.close();
    }

    @Test
    void aHandshakeThatTakesTooLongIsReset(Scene scene) {
        var serving = serving(scene);
        try (RawPeer peer = serving.dial()) {
            peer.expect("I speak toy\n");
            serving.loops.pass(Connection.Opening.HANDSHAKE_TIME.minus(Duration.ofMillis(1)));
            assertThat(counted).isEmpty();

            serving.loops.pass(Duration.ofMillis(2));

            assertThat(counted).containsExactly("ended");
            peer.expectReset();
        }
        assertThat(made).isEmpty();
        serving.close();
    }

    @Test
    void aHandshakeThatFailsEndsTheConnection(Scene scene) {
        var serving = serving(scene);
        try (RawPeer peer = serving.dial()) {
            peer.send("GET / HTTP/1.1\n");
            serving.loops.turnUntil(() -> !counted.isEmpty());
        }
        assertThat(made).isEmpty();
        serving.close();
        assertThat(counted).containsExactly("ended");
    }

    private static byte[] concat(byte[]... parts) {
        var all = new java.io.ByteArrayOutputStream();
        for (byte[] part : parts) all.writeBytes(part);
        return all.toByteArray();
    }
}
