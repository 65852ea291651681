package dev.weir.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.connection.AcceptingServer;
import dev.weir.connection.Connection;
import dev.weir.connection.NetworkKind;
import dev.weir.laws.frames.MessageEcho;
import dev.weir.memory.AssemblyShare;
import dev.weir.memory.block.BlockSize;
import dev.weir.testing.RawPeer;
import dev.weir.testing.Scene;
import dev.weir.testing.Shape;
import dev.weir.time.Chance;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Clients that send messages to an echo of whole messages, and what must hold in every round.
final class MessageScene {
    static final int BLOCK = BlockSize.NORMAL.bytes();
    static final Duration PATIENCE = Duration.ofSeconds(30);

    final AcceptingServer serving;
    final AssemblyShare share;
    final int shareBlocks;
    final List<Sender> senders = new ArrayList<>();
    int waitersMost;
    int stoppedMost;

    MessageScene(Scene scene, NetworkKind over, Shape shape) {
        serving = new AcceptingServer(
                over.loops(scene, shape), one -> new MessageEcho(one, shape.messageBytesMax(), PATIENCE.toNanos()));
        share = serving.loops.pool().assembly();
        shareBlocks = serving.loops.group().budget().plan().assemblyBlocks();
    }

    /// One client, which sends what it is given and reads what comes back.
    static final class Sender {
        final RawPeer peer;
        final Connection connection;
        private final byte[] sends;
        final ByteArrayOutputStream got = new ByteArrayOutputStream();
        int sent;

        Sender(RawPeer peer, Connection connection, byte[] sends) {
            this.peer = peer;
            this.connection = connection;
            this.sends = sends;
        }

        MessageEcho echo() {
            return (MessageEcho) connection.conversation();
        }

        boolean isWaiting() {
            return echo().isWaiting();
        }

        /// Sends what the path takes, up to this byte.
        ///
        /// @return how many bytes that were
        int sendUpTo(int end) {
            int before = sent;
            byte[] part = end == sends.length ? sends : java.util.Arrays.copyOf(sends, end);
            while (sent < end) {
                int count = peer.trySend(part, sent);
                if (count <= 0) break;
                sent += count;
            }
            return sent - before;
        }

        int length() {
            return sends.length;
        }

        void read() {
            got.writeBytes(peer.readSome(64 * 1024));
        }

        boolean isDone() {
            return got.size() == sends.length;
        }

        void requireOwnAnswer() {
            assertThat(got.toByteArray()).isEqualTo(sends);
        }
    }

    /// Messages with their prefixes, as random as their seed.
    static byte[] messages(long seed, int... lengths) {
        var chance = new Chance(seed);
        var all = new ByteArrayOutputStream();
        for (int length : lengths) {
            byte[] body = new byte[length];
            for (int at = 0; at < length; at++) body[at] = (byte) chance.next();
            all.writeBytes(ByteBuffer.allocate(4).putInt(length).array());
            all.writeBytes(body);
        }
        return all.toByteArray();
    }

    Sender dial(byte[] sends) {
        RawPeer peer = serving.dial();
        var sender = new Sender(peer, serving.last(), sends);
        senders.add(sender);
        return sender;
    }

    /// Turns the loops and looks at what must always hold.
    void round() {
        serving.loops.turn();
        look();
    }

    void quiet() {
        serving.loops.turnUntilQuiet();
        look();
    }

    private void look() {
        int waiters = serving.loops.group().budget().usage().waiters().total();
        waitersMost = Math.max(waitersMost, waiters);
        stoppedMost = Math.max(stoppedMost, share.stopped());
        assertThat(share.blocksUsed()).isLessThanOrEqualTo(shareBlocks);
        assertThat(serving.loops.group().budget().complaint()).isNull();
    }

    /// Lets all clients send and read until all have their answers; fails if nothing moves any more.
    void untilAllAreDone() {
        int idle = 0;
        while (!senders.stream().allMatch(Sender::isDone)) {
            int before = moved();
            for (Sender one : senders) one.sendUpTo(one.length());
            round();
            for (Sender one : senders) one.read();
            idle = moved() == before ? idle + 1 : 0;
            assertThat(idle).as("rounds without a byte moved").isLessThan(50);
        }
        senders.forEach(Sender::requireOwnAnswer);
    }

    private int moved() {
        int moved = 0;
        for (Sender one : senders) moved += one.sent + one.got.size();
        return moved;
    }

    /// Everything is closed, and nothing is left in the share.
    void close() {
        senders.forEach(one -> one.peer.close());
        serving.close();
        assertThat(share.blocksUsed()).isZero();
        assertThat(share.stopped()).isZero();
        assertThat(serving.loops.pool().buffersLive()).isZero();
    }
}
