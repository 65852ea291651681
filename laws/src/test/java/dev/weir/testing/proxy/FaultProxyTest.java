package dev.weir.testing.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.runtime.Weir;
import dev.weir.testing.Balanced;
import dev.weir.testing.ManualLoops;
import dev.weir.testing.RawAcceptor;
import dev.weir.testing.RawPeer;
import dev.weir.testing.RawPeer.Ending;
import dev.weir.testing.Scene;
import dev.weir.testing.Sockets;
import java.io.ByteArrayOutputStream;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Proves that each fault does what it says, to the byte and to the millisecond, and that a proxy leaves
/// nothing behind. The proxy stands between raw peers on loops and a clock that are turned by hand.
@Balanced
final class FaultProxyTest {
    private static final Duration LONG = Duration.ofHours(1);

    /// A proxy, and the two ends of the one connection through it.
    private static final class Stage {
        final Scene scene;
        final ManualLoops loops;
        final RawAcceptor target;
        final FaultProxy proxy;
        final RawPeer client;
        final RawPeer origin;

        Stage(Scene scene, ManualLoops loops, ProxyFault... upstream) {
            this.scene = scene;
            this.loops = loops;
            Weir weir = scene.weir(loops);
            target = scene.closes(loops.listen());
            proxy = scene.closes(FaultProxy.on(weir, ProxySettings.to(target.address())));
            proxy.upstream(upstream);
            client = dial();
            origin = scene.closes(target.accept());
        }

        RawPeer dial() {
            return scene.closes(loops.dial(proxy.local()));
        }
    }

    private static Duration millis(long count) {
        return Duration.ofMillis(count);
    }

    @ParameterizedTest
    @ValueSource(strings = {"in memory", "tcp"})
    void bytesAndEndsPassBothWays(String network, Scene scene) {
        var stage = new Stage(scene, network.equals("tcp") ? scene.tcpByHand() : scene.inMemory());

        stage.client.send("a question");
        stage.client.endOutput();
        stage.origin.expect("a question");
        stage.origin.expectEnd();
        stage.origin.send("an answer");
        stage.origin.endOutput();
        stage.client.expect("an answer");
        stage.client.expectEnd();
        stage.loops.turnUntilQuiet();

        assertThat(stage.proxy.clients()).isZero();
    }

    @Test
    void latencyKeepsEveryByteAndTheEnd(Scene scene) {
        var stage = new Stage(scene, scene.inMemory(), ProxyFault.latency(millis(50)));

        stage.client.send("first");
        stage.origin.expectNothing(millis(20));
        stage.client.send("second");
        stage.client.endOutput();
        stage.origin.expectNothing(millis(29));
        stage.loops.pass(millis(3));

        assertThat(stage.origin.readSome(100)).asString().isEqualTo("first");
        stage.origin.expectNothing(millis(16));
        stage.loops.pass(millis(4));
        stage.origin.expect("second");
        stage.origin.expectEnd();
    }

    @Test
    void latencyOfOneDirectionDoesNotSlowTheOther(Scene scene) {
        var stage = new Stage(scene, scene.inMemory(), ProxyFault.latency(LONG));

        stage.origin.send("at once");

        stage.client.expect("at once");
    }

    @Test
    void notMoreBytesPassThanTheBandwidthAllows(Scene scene) {
        var stage = new Stage(scene, scene.inMemory(), ProxyFault.bandwidth(10_000));
        stage.client.send(new byte[2_000]);

        int came = 0;
        for (int passed = 2; passed <= 100; passed += 2) {
            stage.loops.pass(millis(2));
            came += stage.origin.readSome(10_000).length;
            // Why: the first piece goes at once, and what a timer was late may be made up for.
            assertThat(came).isLessThanOrEqualTo(10 * passed + 300);
        }

        assertThat(came).isBetween(900, 1_300);
    }

    @Test
    void slicesComeOneByOne(Scene scene) {
        var stage = new Stage(scene, scene.inMemory(), ProxyFault.slices(3));
        stage.client.send("abcdefgh");

        var pieces = new ArrayList<String>();
        for (int i = 0; i < 6; i++) {
            byte[] piece = stage.origin.readSome(100);
            if (piece.length > 0) pieces.add(new String(piece, java.nio.charset.StandardCharsets.US_ASCII));
            stage.loops.pass(millis(3));
        }

        assertThat(pieces).containsExactly("abc", "def", "gh");
    }

    @Test
    void aSlowCloseDelaysTheEndAndNotTheBytes(Scene scene) {
        var stage = new Stage(scene, scene.inMemory(), ProxyFault.slowClose(Duration.ofSeconds(2)));
        stage.client.send("last words");
        stage.client.endOutput();

        stage.origin.expect("last words");
        stage.origin.expectNothing(millis(1_990));
        stage.loops.pass(millis(12));
        stage.origin.expectEnd();
    }

    @Test
    void aResetFollowsTheGivenNumberOfBytes(Scene scene) {
        var stage = new Stage(scene, scene.inMemory(), ProxyFault.resetAfter(5));
        stage.client.send("0123");
        stage.origin.expect("0123");

        stage.client.send("456789");

        assertThat(stage.origin.readToEnd()).satisfies(rest -> {
            assertThat(rest.ending()).isEqualTo(Ending.RESET);
            assertThat(rest.bytes()).isLessThanOrEqualTo(1);
        });
        stage.client.expectReset();
    }

    @Test
    void aResetFollowsAtTheGivenAge(Scene scene) {
        var stage = new Stage(scene, scene.inMemory(), ProxyFault.resetAfter(Duration.ofSeconds(1)));

        stage.client.expectNothing(millis(990));
        stage.loops.pass(millis(12));

        stage.client.expectReset();
        stage.origin.expectReset();
    }

    @Test
    void exactlyTheLimitPassesAndThenAnOrderlyEnd(Scene scene) {
        var stage = new Stage(scene, scene.inMemory(), ProxyFault.limit(5));

        stage.client.send("0123456789");

        assertThat(stage.origin.readToEnd()).isEqualTo(new RawPeer.Rest(5, Ending.ORDERLY, "01234"));
        stage.origin.send("the way back is open");
        stage.client.expect("the way back is open");
        stage.client.send(new byte[500_000]);
        stage.origin.endOutput();
        stage.client.expectEnd();
    }

    @Test
    void aBlackHoleHoldsBytesAndEndsUntilItIsHealed(Scene scene) {
        var stage = new Stage(scene, scene.inMemory(), ProxyFault.blackHole());
        stage.client.send("lost?");
        stage.client.endOutput();

        stage.origin.expectNothing(LONG);
        stage.origin.send("the way back is open");
        stage.client.expect("the way back is open");
        stage.proxy.heal();

        stage.origin.expect("lost?");
        stage.origin.expectEnd();
    }

    @Test
    void aBlackHoleHidesAReset(Scene scene) {
        var stage = new Stage(scene, scene.inMemory(), ProxyFault.blackHole());

        stage.client.reset();
        stage.origin.expectNothing(LONG);
        stage.origin.send("into the void");
        stage.origin.expectNothing(LONG);
        stage.proxy.heal();

        stage.origin.expectReset();
    }

    @Test
    void aResetOfOneSideResetsTheOtherAtOnce(Scene scene) {
        var stage = new Stage(scene, scene.inMemory(), ProxyFault.latency(LONG));

        stage.origin.reset();

        stage.client.expectReset();
    }

    @Test
    void faultsChangeForOpenConnections(Scene scene) {
        var stage = new Stage(scene, scene.inMemory(), ProxyFault.latency(LONG));
        stage.client.send("waiting");
        stage.origin.expectNothing(millis(100));

        stage.proxy.both(ProxyFault.slices(4));

        stage.origin.expect("wait");
        stage.loops.pass(millis(3));
        stage.origin.expect("ing");
        stage.proxy.reset();
        stage.client.expectReset();
        stage.origin.expectReset();
    }

    @ParameterizedTest
    @ValueSource(strings = {"in memory", "tcp"})
    void backPressurePassesThroughTheProxy(String network, Scene scene) {
        var stage = new Stage(scene, network.equals("tcp") ? scene.tcpByHand() : scene.inMemory());
        byte[] much = new byte[64 << 20];

        int sent = 0;
        for (int idle = 0; idle < 20; ) {
            int count = stage.client.trySend(much, sent);
            sent += count;
            idle = count == 0 ? idle + 1 : 0;
            stage.loops.turn();
        }

        assertThat(sent).isGreaterThan(200_000).isLessThan(much.length);
        assertThat(stage.loops.pool().buffersLive()).isLessThanOrEqualTo(Lane.BLOCKS_MAX);
        assertThat(stage.origin.read(sent)).isEqualTo(new byte[sent]);
    }

    @Test
    void aClientIsResetWhenTheTargetCannotBeReachedOrTheProxyIsFull(Scene scene) {
        ManualLoops loops = scene.inMemory();
        Weir weir = scene.weir(loops);
        RawAcceptor target = loops.listen();
        var to = ProxySettings.to(target.address());
        var settings = new ProxySettings(to.listen(), to.target(), 1, List.of(), List.of());
        FaultProxy proxy = scene.closes(FaultProxy.on(weir, settings));

        RawPeer first = scene.closes(loops.dial(proxy.local()));
        RawPeer accepted = scene.closes(target.accept());
        scene.closes(loops.dial(proxy.local())).expectReset();
        first.reset();
        accepted.expectReset();
        target.close();
        loops.turnUntilQuiet();

        scene.closes(loops.dial(proxy.local())).expectReset();
    }

    @Test
    void delayedBytesArriveWholeAndInOrder(Scene scene) {
        for (long seed = 1; seed <= 40; seed++) delayedWhole(scene, seed);
    }

    private static void delayedWhole(Scene scene, long seed) {
        var random = new Random(seed);
        var stage = new Stage(scene, scene.inMemory(), delays(random));
        stage.proxy.downstream(delays(random));
        byte[] up = bytes(random);
        byte[] down = bytes(random);
        var cameUp = new ByteArrayOutputStream();
        var cameDown = new ByteArrayOutputStream();
        int sentUp = 0;
        int sentDown = 0;
        for (int step = 0; step < 200_000 && cameUp.size() + cameDown.size() < up.length + down.length; step++) {
            if (sentUp < up.length) sentUp += stage.client.trySend(up, sentUp);
            if (sentDown < down.length) sentDown += stage.origin.trySend(down, sentDown);
            stage.loops.pass(Duration.ofNanos(random.nextInt(3_000_000)));
            cameUp.writeBytes(stage.origin.readSome(1 + random.nextInt(5_000)));
            cameDown.writeBytes(stage.client.readSome(1 + random.nextInt(5_000)));
        }
        stage.client.endOutput();
        stage.origin.endOutput();

        assertThat(cameUp.toByteArray()).as("up, seed " + seed).isEqualTo(up);
        assertThat(cameDown.toByteArray()).as("down, seed " + seed).isEqualTo(down);
        for (int i = 0; i < 100; i++) stage.loops.pass(millis(1));
        stage.client.expectEnd();
        stage.origin.expectEnd();
    }

    private static byte[] bytes(Random random) {
        byte[] bytes = new byte[random.nextInt(40_000)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static ProxyFault[] delays(Random random) {
        var faults = new ArrayList<ProxyFault>();
        if (random.nextBoolean()) faults.add(ProxyFault.latency(millis(1 + random.nextInt(50))));
        if (random.nextBoolean()) faults.add(ProxyFault.bandwidth(100_000 + random.nextInt(1_000_000)));
        if (random.nextBoolean()) faults.add(ProxyFault.slices(50 + random.nextInt(2_000)));
        return faults.toArray(ProxyFault[]::new);
    }

    @Test
    void withARuntimeOfItsOwnItServesThreadsAndLeavesNothing(Scene scene) throws Exception {
        var echo = scene.plays(peer -> peer.send(peer.read(100_000)));
        var proxy = FaultProxy.open(echo.address()).both(ProxyFault.slices(10_000), ProxyFault.latency(millis(5)));
        byte[] sent = bytes(new Random(7), 100_000);

        try (var socket = Sockets.dial(proxy.local())) {
            socket.getOutputStream().write(sent);
            assertThat(socket.getInputStream().readNBytes(sent.length)).isEqualTo(sent);
            echo.awaitEnd();
        }
        proxy.close();

        assertThatThrownBy(() -> Sockets.dial(proxy.local()).close()).isInstanceOf(ConnectException.class);
    }

    private static byte[] bytes(Random random, int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
