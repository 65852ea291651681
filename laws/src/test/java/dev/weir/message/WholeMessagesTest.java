package dev.weir.message;

import static dev.weir.message.MessageScene.BLOCK;
import static dev.weir.message.MessageScene.messages;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.management.ThreadMXBean;
import dev.weir.connection.AcceptingServer;
import dev.weir.connection.NetworkKind;
import dev.weir.laws.frames.MessageEcho;
import dev.weir.message.MessageScene.Sender;
import dev.weir.testing.Balanced;
import dev.weir.testing.RawPeer;
import dev.weir.testing.Scene;
import dev.weir.testing.Shape;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Proves that messages are assembled whole, of any length and cut anywhere, over TCP and in memory.
@Balanced
@ParameterizedClass
@EnumSource
final class WholeMessagesTest {
    private static final int BYTES_MAX = 5 * BLOCK;
    private static final Shape PLENTY = Shape.SMALL.withWholeMessages(BYTES_MAX);

    private final NetworkKind over;

    WholeMessagesTest(NetworkKind over) {
        this.over = over;
    }

    @Test
    void messagesOfEveryLengthComeBackInOrder(Scene scene) {
        var stage = new MessageScene(scene, over, PLENTY);
        int[] lengths = {0, 1, 100, 2047, 2048, 2049, BLOCK - 5, BLOCK - 4, BLOCK, BLOCK + 1, 3 * BLOCK, 0, BYTES_MAX, 7
        };
        stage.dial(messages(1, lengths));

        stage.untilAllAreDone();

        assertThat(stage.senders.getFirst().echo().answered()).isEqualTo(lengths.length);
        stage.close();
    }

    @Test
    void aMessageThatFitsItsBlockTakesNoAssemblyPlace(Scene scene) {
        var serving = new AcceptingServer(
                over.loops(scene, PLENTY), connection -> new HoldingReceiver(connection, BYTES_MAX));
        try (RawPeer peer = serving.dial()) {
            var keeping = (HoldingReceiver) serving.last().conversation();
            for (int length : new int[] {300, 2_100, BLOCK - 4}) {
                peer.send(messages(2, length, length));
                for (int i = 0; i < 2; i++) {
                    serving.loops.turnUntil(() -> keeping.kept != null);
                    WholeMessage kept = Objects.requireNonNull(keeping.kept);
                    assertThat(kept.length()).isEqualTo(length);
                    assertThat(keeping.heldBytes()).isPositive();
                    assertThat(serving.loops.pool().assembly().blocksUsed()).isZero();
                    keeping.kept = null;
                    kept.release();
                }
            }
        }
        serving.close();
    }

    @Test
    void messagesThatComeByteByByteComeBackWhole(Scene scene) {
        var stage = new MessageScene(scene, over, PLENTY);
        Sender slow = stage.dial(messages(3, 0, 10, 3000, 0, 5));
        Sender chained = stage.dial(messages(4, BLOCK + 3000));
        chained.sendUpTo(BLOCK - 3000);

        for (int end = 1; end <= slow.length() || chained.sent < chained.length(); end++) {
            slow.sendUpTo(Math.min(end, slow.length()));
            chained.sendUpTo(Math.min(chained.sent + 2, chained.length()));
            stage.round();
            slow.read();
            chained.read();
        }

        stage.untilAllAreDone();
        stage.close();
    }

    @Test
    @DisplayName("S-03 the longest whole message passes, one byte more is refused before a byte of it is kept")
    void theLongestPassesAndOneByteMoreDoesNot(Scene scene) {
        var stage = new MessageScene(scene, over, PLENTY);
        stage.dial(messages(5, BYTES_MAX, BYTES_MAX));
        stage.untilAllAreDone();

        stage.close();

        var serving = new AcceptingServer(
                over.loops(scene, PLENTY), connection -> new HoldingReceiver(connection, BYTES_MAX));
        for (int length : new int[] {BYTES_MAX + 1, Integer.MAX_VALUE, -1}) {
            try (RawPeer worse = serving.dial()) {
                var keeping = (HoldingReceiver) serving.last().conversation();
                worse.send(ByteBuffer.allocate(5).putInt(length).array());
                serving.loops.turnUntil(() -> keeping.told.stream().anyMatch(one -> one.startsWith("too large ")));
                // Why: its end would give back whatever is there.
                assertThat(serving.last().isOpen()).isTrue();
                assertThat(serving.loops.pool().buffersLive()).isZero();
            }
        }
        serving.close();
    }

    @Test
    void anAnnouncedLengthAloneTakesNoMemory(Scene scene) {
        var stage = new MessageScene(scene, over, PLENTY);
        for (int i = 0; i < 20; i++) {
            stage.dial(messages(i, BYTES_MAX)).sendUpTo(4);
            stage.quiet();
        }

        assertThat(stage.serving.loops.pool().buffersLive()).isZero();
        assertThat(stage.share.blocksUsed()).isZero();
        stage.close();
    }

    @Test
    void anEchoOfAssembledMessagesAllocatesNothing(Scene scene) {
        scene.withoutPlaces();
        assumeThat(over).as("the pipes are for tests").isNotEqualTo(NetworkKind.MEMORY);
        var stage = new MessageScene(scene, over, PLENTY);
        byte[] sent = messages(7, BLOCK + 3000);
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (RawPeer peer = stage.serving.dial()) {
            var echo = (MessageEcho) stage.serving.last().conversation();
            long allocated = 0;
            for (int round = 1; round <= 4_000; round++) {
                peer.send(sent);
                long before = threads.getCurrentThreadAllocatedBytes();
                while (echo.answered() < round) stage.serving.loops.loop().turn(0);
                if (round > 3_000) allocated += threads.getCurrentThreadAllocatedBytes() - before;
                peer.read(sent.length);
            }
            assertThat(allocated).as("bytes allocated by 1000 messages").isLessThan(2_000);
        }
        stage.close();
    }
}
