package dev.weir.message;

import static dev.weir.message.MessageScene.BLOCK;
import static dev.weir.message.MessageScene.messages;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.connection.AcceptingServer;
import dev.weir.connection.CloseReason;
import dev.weir.connection.ConnectionState;
import dev.weir.connection.NetworkKind;
import dev.weir.connection.Starvation;
import dev.weir.memory.block.MemoryDebug;
import dev.weir.message.MessageScene.Sender;
import dev.weir.testing.Balanced;
import dev.weir.testing.Hoard;
import dev.weir.testing.RawPeer;
import dev.weir.testing.Scene;
import dev.weir.testing.Shape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Proves that whole messages are assembled with very little memory, each in its turn, and that a connection that
/// closes passes its turn on.
@Balanced
final class ScarceMessagesTest {
    private static final int MESSAGE = 3 * BLOCK;

    /// As few blocks as messages of three can be planned with: 25 outside the reserve, 12 of them the share.
    private static final Shape LEAST =
            Shape.SMALL.withBlocks(27).withPipeBytes(4096).withWholeMessages(MESSAGE);

    private final Hoard taken = new Hoard();

    private static MessageScene stage(Scene scene, Shape shape) {
        return new MessageScene(scene, NetworkKind.MEMORY, shape);
    }

    /// Takes all available blocks except for a number of them.
    private void leave(MessageScene stage, int blocks) {
        taken.takeOfNewWork(stage.serving.loops.pool());
        for (int i = 0; i < blocks; i++) taken.releaseOne();
    }

    private void letGo() {
        taken.release();
    }

    @Test
    void aShareBelowTheMinimumIsRefused(Scene scene) {
        assertThatThrownBy(() -> scene.inMemory(LEAST.withBlocks(26))).hasMessageContaining("assembly share");
    }

    @Test
    @DisplayName("H-03 200 messages of a quarter of the share each, in the smallest budget there can be: all are whole")
    void manyLongMessagesInTheSmallestBudget(Scene scene) {
        var stage = stage(scene, LEAST);
        for (int i = 0; i < 200; i++) stage.dial(messages(i, MESSAGE));

        stage.untilAllAreDone();

        assertThat(stage.stoppedMost).isPositive();
        stage.close();
    }

    @Test
    void randomRefusalsAndPoisonCorruptNoMessage(Scene scene) {
        var stage = stage(
                scene,
                LEAST.withDebug(MemoryDebug.OFF.withPoison().withColdFirst().withRefusals(300, 7)));
        for (int i = 0; i < 30; i++) stage.dial(messages(i, 100, MESSAGE, BLOCK + 1, 5000));

        stage.untilAllAreDone();

        stage.close();
    }

    @Test
    void theOldestMessageCompletesWhileYoungerOnesArePaused(Scene scene) {
        var stage = stage(scene, LEAST);
        for (int i = 0; i < 6; i++) {
            Sender one = stage.dial(messages(i, MESSAGE));
            while (one.sendUpTo(one.length() - 1) > 0) stage.round();
            stage.quiet();
        }
        Sender oldest = stage.senders.getFirst();
        Sender youngest = stage.senders.getLast();

        assertThat(oldest.sent).isEqualTo(oldest.length() - 1);
        assertThat(stage.senders.stream().filter(Sender::isWaiting)).hasSize(3);
        // Why: a pipe full, and the prefix that told how long it is.
        assertThat(youngest.sent).isEqualTo(4096 + 4);
        assertThat(youngest.connection.heldBytes()).isZero();
        assertThat(stage.waitersMost)
                .as("who waits for memory, not for its turn")
                .isZero();

        stage.untilAllAreDone();
        stage.close();
    }

    @Test
    void onlyOneMessageWaitsForMemoryWhileItHoldsSome(Scene scene) {
        var stage = stage(scene, LEAST);
        leave(stage, 5);
        for (int i = 0; i < 5; i++) stage.dial(messages(i, MESSAGE));
        for (int end : new int[] {BLOCK, MESSAGE}) {
            for (Sender one : stage.senders) {
                while (one.sendUpTo(end) > 0) stage.round();
            }
        }
        stage.quiet();

        int waiting = 0;
        for (Sender one : stage.senders) if (one.isWaiting() && one.connection.heldBytes() > 0) waiting++;
        assertThat(waiting).isEqualTo(5);
        assertThat(stage.serving.loops.group().budget().usage().waiters().total())
                .isOne();
        assertThat(stage.share.stopped()).isEqualTo(4);

        while (taken.size() > 0) {
            taken.releaseOne();
            stage.round();
            assertThat(stage.serving.loops.group().budget().usage().waiters().total())
                    .isLessThanOrEqualTo(1);
        }
        stage.untilAllAreDone();
        stage.close();
    }

    /// Two connections with a block each and no more to be had: the first waits for memory, the second for
    /// its turn.
    private MessageScene twoThatNeedTheNext(Scene scene) {
        var stage = stage(scene, LEAST);
        leave(stage, 2);
        for (int i = 0; i < 2; i++) stage.dial(messages(i, MESSAGE));
        for (Sender one : stage.senders) {
            while (one.sendUpTo(BLOCK) > 0) stage.round();
        }
        for (Sender one : stage.senders) {
            one.sendUpTo(BLOCK + 1000);
            stage.quiet();
        }
        assertThat(stage.senders).allMatch(Sender::isWaiting);
        assertThat(stage.share.stopped()).isOne();
        return stage;
    }

    @Test
    void aConnectionThatClosesInItsTurnPassesItOn(Scene scene) {
        var stage = twoThatNeedTheNext(scene);
        Sender first = stage.senders.removeFirst();
        Sender second = stage.senders.getFirst();

        first.connection.close(CloseReason.CLOSED);
        stage.quiet();

        assertThat(second.isWaiting()).isFalse();
        assertThat(second.connection.heldBytes()).isEqualTo(2 * BLOCK);
        first.peer.close();
        letGo();
        stage.untilAllAreDone();
        stage.close();
    }

    @Test
    void aConnectionThatClosesBeforeItsTurnIsNotNotified(Scene scene) {
        var stage = twoThatNeedTheNext(scene);
        Sender second = stage.senders.removeLast();

        second.connection.close(CloseReason.CLOSED);
        stage.quiet();

        assertThat(stage.share.stopped()).isZero();
        assertThat(stage.senders.getFirst().connection.heldBytes()).isEqualTo(2 * BLOCK);
        second.peer.close();
        letGo();
        stage.untilAllAreDone();
        stage.close();
    }

    @Test
    void deadlinesFireWhileWaitingAndWhilePaused(Scene scene) {
        var stage = twoThatNeedTheNext(scene);

        stage.serving.loops.pass(MessageScene.PATIENCE.plusMillis(1));

        assertThat(stage.senders).allMatch(one -> one.connection.state() == ConnectionState.CLOSED);
        assertThat(stage.share.blocksUsed()).isZero();
        letGo();
        stage.close();
    }

    @Test
    void aStalledPartialMessageIsEndedForMemory(Scene scene) {
        var stage = stage(scene, LEAST);
        leave(stage, 2);
        Sender stalled = stage.dial(messages(1, MESSAGE));
        while (stalled.sendUpTo(5000) > 0) stage.quiet();
        stage.serving.loops.pass(Duration.ofMillis(100));
        Sender moving = stage.dial(messages(2, MESSAGE));
        while (moving.sendUpTo(moving.length()) > 0) stage.quiet();
        assertThat(moving.isWaiting()).isTrue();
        var loop = stage.serving.loops.loop();
        var watching = stage.serving
                .loops
                .group()
                .call(loop, () -> Starvation.watch(stage.serving.connections, loop, Starvation.LIMIT));

        stage.serving.loops.pass(Duration.ofMillis(2500));

        assertThat(stalled.connection.state()).isEqualTo(ConnectionState.CLOSED);
        assertThat(moving.connection.heldBytes()).isEqualTo(2 * BLOCK);
        watching.stop();
        stage.senders.remove(stalled);
        stalled.peer.close();
        letGo();
        stage.untilAllAreDone();
        stage.close();
    }

    @Test
    void aMessageIsReadInPartsOrCopiedAndReleasedOnce(Scene scene) {
        var serving = new AcceptingServer(
                scene.inMemory(Shape.SMALL.withWholeMessages(MESSAGE)), one -> new HoldingReceiver(one, MESSAGE));
        try (RawPeer peer = serving.dial()) {
            var keeping = (HoldingReceiver) serving.last().conversation();
            byte[] sent = messages(1, 50, 60, 2 * BLOCK + 7);
            peer.send(sent);
            serving.loops.turnUntilQuiet();

            assertThat(copied(keeping.message())).isEqualTo(Arrays.copyOfRange(sent, 4, 54));
            assertThat(keeping.message().parts()).isOne();
            keeping.message().release();
            assertThat(copied(keeping.message())).isEqualTo(Arrays.copyOfRange(sent, 58, 118));
            keeping.message().release();
            serving.loops.turnUntilQuiet();

            WholeMessage chained = keeping.message();
            assertThat(copied(chained)).isEqualTo(Arrays.copyOfRange(sent, 122, sent.length));
            assertThat(chained.parts()).isEqualTo(3);
            assertThat(keeping.heldBytes()).isEqualTo(3 * BLOCK);
            chained.release();
            assertThat(keeping.heldBytes()).isZero();
            assertThatThrownBy(chained::release).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> chained.part(0)).hasMessageContaining("after it was released");
        }
        serving.loops.turnUntilQuiet();
        serving.close();
    }

    private static byte[] copied(WholeMessage message) {
        byte[] all = new byte[message.length()];
        assertThat(message.copyTo(all, 0)).isEqualTo(all.length);
        return all;
    }

    @Test
    void aHeldMessageIsGoneWithItsConnectionAndACutOneIsReported(Scene scene) {
        var serving = new AcceptingServer(
                scene.inMemory(Shape.SMALL.withWholeMessages(MESSAGE)), one -> new HoldingReceiver(one, MESSAGE));
        var peers = new ArrayList<RawPeer>();
        for (int bytes : new int[] {MESSAGE, 100}) {
            RawPeer peer = serving.dial();
            peers.add(peer);
            peer.send(messages(bytes, bytes));
            serving.loops.turnUntilQuiet();
            WholeMessage out = ((HoldingReceiver) serving.last().conversation()).message();

            serving.last().close(CloseReason.CLOSED);

            assertThat(out.isHeld()).isFalse();
            assertThatThrownBy(out::parts).isInstanceOf(IllegalStateException.class);
        }
        RawPeer cut = serving.dial();
        cut.send(Arrays.copyOf(messages(3, MESSAGE), 2 * BLOCK));
        cut.endOutput();
        serving.loops.turnUntilQuiet();

        assertThat(((HoldingReceiver) serving.last().conversation()).told).contains("cut");
        assertThat(serving.loops.pool().buffersLive()).isZero();
        cut.close();
        peers.forEach(RawPeer::close);
        serving.close();
    }

    @Test
    void withoutAShareNoMessageIsAssembled(Scene scene) {
        assertThatThrownBy(() -> scene.inMemory(Shape.SMALL).pool().assembly())
                .hasMessageContaining("withWholeMessages");
    }
}
