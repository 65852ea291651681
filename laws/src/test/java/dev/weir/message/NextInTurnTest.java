package dev.weir.message;

import static dev.weir.message.MessageScene.BLOCK;
import static dev.weir.message.MessageScene.messages;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.connection.NetworkKind;
import dev.weir.message.MessageScene.Sender;
import dev.weir.testing.Balanced;
import dev.weir.testing.Hoard;
import dev.weir.testing.Scene;
import dev.weir.testing.Shape;
import org.junit.jupiter.api.Test;

/// Proves that a message that was paused in the assembly share continues as soon as it may, not only when the one
/// before it is complete: in each test the one before stays as it is.
@Balanced
final class NextInTurnTest {
    private static final int MESSAGE = 3 * BLOCK;

    /// 12 blocks are the share; one of them is what its loop reads, and the younger have four less than the
    /// oldest.
    private static final Shape LEAST =
            Shape.SMALL.withBlocks(27).withPipeBytes(4096).withWholeMessages(MESSAGE);

    private static MessageScene stage(Scene scene) {
        return new MessageScene(scene, NetworkKind.MEMORY, LEAST);
    }

    private static Sender dial(MessageScene stage) {
        return stage.dial(messages(stage.senders.size(), MESSAGE));
    }

    private static void send(MessageScene stage, Sender from, int end) {
        while (from.sendUpTo(end) > 0) stage.round();
        stage.quiet();
    }

    /// Complete messages that stay with their receivers, because no peer takes the answers.
    private static void keep(MessageScene stage, int count) {
        for (int i = 0; i < count; i++) {
            Sender one = dial(stage);
            send(stage, one, one.length());
            assertThat(one.connection.heldBytes()).isEqualTo(MESSAGE);
        }
    }

    private static void end(MessageScene stage) {
        stage.untilAllAreDone();
        stage.close();
    }

    @Test
    void aMessageThatHasItsBlockAndStallsLeavesTheTurn(Scene scene) {
        var stage = stage(scene);
        var hoard = new Hoard();
        hoard.takeOfNewWork(stage.serving.loops.pool());
        for (int i = 0; i < 2; i++) hoard.releaseOne();
        for (int i = 0; i < 2; i++) dial(stage);
        for (int end : new int[] {BLOCK, BLOCK + 1000}) for (Sender one : stage.senders) send(stage, one, end);
        Sender first = stage.senders.getFirst();
        Sender second = stage.senders.getLast();
        assertThat(stage.senders).allMatch(Sender::isWaiting);
        assertThat(stage.share.stopped()).isOne();

        hoard.releaseOne();
        stage.quiet();
        assertThat(first.connection.heldBytes()).isEqualTo(2 * BLOCK);
        assertThat(stage.share.stopped()).isZero();
        hoard.releaseOne();
        stage.quiet();

        assertThat(second.isWaiting()).isFalse();
        assertThat(second.connection.heldBytes()).isEqualTo(2 * BLOCK);
        hoard.release();
        end(stage);
    }

    @Test
    void afterAWholeHeldMessageTheNextIsTheOldest(Scene scene) {
        var stage = stage(scene);
        keep(stage, 2);
        Sender first = dial(stage);
        Sender second = dial(stage);
        send(stage, first, BLOCK);
        send(stage, second, BLOCK);
        send(stage, first, 2 * BLOCK);
        send(stage, second, BLOCK + 1000);
        assertThat(first.isWaiting()).isFalse();
        assertThat(second.isWaiting()).isTrue();

        send(stage, first, first.length());

        assertThat(first.connection.heldBytes()).isEqualTo(MESSAGE);
        assertThat(second.isWaiting()).isFalse();
        assertThat(second.connection.heldBytes()).isEqualTo(2 * BLOCK);
        end(stage);
    }

    @Test
    void writtenPartsFreeTheirBlocksWhileTheRestIsHeld(Scene scene) {
        var stage = stage(scene);
        keep(stage, 3);
        Sender first = stage.senders.getFirst();
        Sender next = dial(stage);
        send(stage, next, next.length());
        assertThat(next.isWaiting()).isTrue();
        assertThat(next.connection.heldBytes()).isEqualTo(2 * BLOCK);

        while (first.connection.heldBytes() == MESSAGE) {
            first.read();
            stage.round();
        }
        stage.quiet();

        assertThat(first.connection.heldBytes()).isEqualTo(2 * BLOCK);
        assertThat(next.isWaiting()).isFalse();
        assertThat(next.connection.heldBytes()).isEqualTo(MESSAGE);
        end(stage);
    }
}
