package dev.weir.connection;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.weir.memory.block.BlockSize;
import dev.weir.testing.Balanced;
import dev.weir.testing.RawPeer;
import dev.weir.testing.Scene;
import dev.weir.testing.Shape;
import dev.weir.time.Chance;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Proves that frames of any cut and size come back byte for byte through one block, over TCP and in
/// memory. A raw peer sends them as the test cuts them.
@Balanced
@ParameterizedClass
@EnumSource
final class FrameEchoTest {
    private static final int BODY_BYTES_MAX = 1 << 20;
    private static final int SLOW_ROUNDS = 600;

    private final NetworkKind over;

    FrameEchoTest(NetworkKind over) {
        this.over = over;
    }

    private AcceptingServer serving(Scene scene) {
        return new AcceptingServer(
                over.loops(scene, Shape.SMALL.withPipeBytes(4096)), one -> new FrameEcho(one, BODY_BYTES_MAX));
    }

    private static byte[] frames(int count, int bodyBytes, long seed) {
        var chance = new Chance(seed);
        var all = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            byte[] body = new byte[bodyBytes];
            for (int at = 0; at < bodyBytes; at++) body[at] = (byte) chance.next();
            all.writeBytes(ByteBuffer.allocate(4).putInt(bodyBytes).array());
            all.writeBytes(body);
        }
        return all.toByteArray();
    }

    @Test
    @DisplayName("S-01 frames that arrive in one segment all come back, in order")
    void manyFramesInOneSegment(Scene scene) {
        var serving = serving(scene);
        try (RawPeer peer = serving.dial()) {
            for (int count : new int[] {2, 3, 50}) {
                byte[] sent = frames(count, 31, count);
                peer.send(sent);
                assertThat(peer.read(sent.length)).isEqualTo(sent);
            }
            byte[] empty = frames(3, 0, 1);
            peer.send(empty);
            assertThat(peer.read(empty.length)).isEqualTo(empty);
            assertThat(((FrameEcho) serving.last().conversation()).frames).isEqualTo(58);
        }
        serving.close();
    }

    @Test
    @DisplayName("S-01 a frame that arrives byte by byte comes back whole")
    void aFrameInOneByteSegments(Scene scene) {
        var serving = serving(scene);
        try (RawPeer peer = serving.dial()) {
            byte[] sent = frames(2, 40, 9);
            for (byte one : sent) {
                peer.send(new byte[] {one});
                serving.loops.turn();
            }
            assertThat(peer.read(sent.length)).isEqualTo(sent);
        }
        serving.close();
    }

    @Test
    @DisplayName("S-02 large frames through a small pipe to a peer that reads slowly come back byte for byte")
    void largeFramesToASlowReader(Scene scene) {
        var serving = serving(scene);
        // Why: small ones of 101 bytes first, which a reader of 100 bytes lets end everywhere in a pipe that is full,
        // also within a prefix; then more than the kernel keeps for a peer that does not read.
        byte[] sent = frames(300, 97, 3);
        byte[] large = frames(8, BODY_BYTES_MAX, 4);
        int smallBytes = sent.length;
        sent = Arrays.copyOf(sent, smallBytes + large.length);
        System.arraycopy(large, 0, sent, smallBytes, large.length);
        var got = new ByteArrayOutputStream();
        try (RawPeer peer = serving.dial()) {
            int at = 0;
            for (int round = 0; got.size() < sent.length; round++) {
                assertThat(round).as("rounds").isLessThan(200_000);
                if (at < sent.length) at += Math.max(0, peer.trySend(sent, at));
                serving.loops.turn();
                // Why: 100 bytes for each second that passes until everything is full, then all there is, so that the
                // test ends.
                serving.loops.turn();
                if (round < SLOW_ROUNDS) scene.clock().advance(Duration.ofSeconds(1));
                got.writeBytes(peer.readSome(round < SLOW_ROUNDS ? 100 : 16 * 1024));
            }
            assertThat(got.toByteArray()).isEqualTo(sent);
            // Why two: the one it echoes through, and one for what a short write left of a prefix.
            assertThat(((FrameEcho) serving.last().conversation()).heldMax)
                    .isLessThanOrEqualTo(2 * BlockSize.NORMAL.bytes());
        }
        serving.close();
    }

    @Test
    @DisplayName("S-03 the longest frame passes, one byte more is refused in words, and others live on")
    void theLongestFramePassesAndOneByteMoreDoesNot(Scene scene) {
        var serving = new AcceptingServer(over.loops(scene, Shape.SMALL), one -> new FrameEcho(one, 1000));
        try (RawPeer good = serving.dial();
                RawPeer bad = serving.dial();
                RawPeer worse = serving.dial()) {
            byte[] longest = frames(1, 1000, 5);
            bad.send(longest);
            assertThat(bad.read(longest.length)).isEqualTo(longest);

            bad.send(frames(1, 1001, 6));
            var rest = bad.readToEnd();
            worse.send(new byte[] {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 1, 2, 3});
            var worseRest = worse.readToEnd();

            assertThat(rest.text()).isEqualTo(FrameEcho.TOO_LARGE);
            assertThat(rest.ending()).isEqualTo(RawPeer.Ending.ORDERLY);
            assertThat(worseRest.text()).isEqualTo(FrameEcho.TOO_LARGE);
            good.send(longest);
            assertThat(good.read(longest.length)).isEqualTo(longest);
            bad.endOutput();
            worse.endOutput();
            serving.loops.turnUntilQuiet();
            assertThat(serving.connections.live()).isOne();
        }
        serving.close();
    }

    @Test
    void anEchoInSteadyStateAllocatesNothing(Scene scene) {
        scene.withoutPlaces();
        if (over == NetworkKind.MEMORY) return; // the pipes are for tests
        var serving = serving(scene);
        byte[] sent = frames(1, 100, 7);
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (RawPeer peer = serving.dial()) {
            long worst = 0;
            for (int round = 0; round < 12_000; round++) {
                peer.send(sent);
                long before = threads.getCurrentThreadAllocatedBytes();
                int turns = 0;
                while (serving.loops.loop().turn(0) != 0 || turns < 3) turns++;
                long allocated = threads.getCurrentThreadAllocatedBytes() - before;
                peer.read(sent.length);
                if (round >= 10_000) worst += allocated;
            }
            assertThat(worst).as("bytes allocated by 2000 round trips").isLessThan(2_000);
        }
        serving.close();
    }
}
