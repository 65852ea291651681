package dev.weir.testing.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.connection.CloseReason;
import dev.weir.http.server.Answer;
import dev.weir.http.server.HttpServer;
import dev.weir.http.server.ServerSettings;
import dev.weir.testing.Balanced;
import dev.weir.testing.Scene;
import dev.weir.testing.Shape;
import dev.weir.testing.sim.ScriptedEcho.Asking;
import dev.weir.testing.sim.net.SimDoor;
import dev.weir.testing.sim.net.SimNetwork;
import dev.weir.testing.sim.net.SimPeer;
import dev.weir.testing.sim.seed.Fault;
import dev.weir.transport.Transport;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Proves that a script does what it says, neither earlier nor later, and that it says what went wrong with
/// it.
@Balanced
final class SimNetworkTest {
    private static final int STEPS_MAX = 60;

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"POLLER_THROWS", "CLOCK_THROWS"})
    void whicheverCallOfPollerOrClockThrowsAClientIsAnswered(Fault fault, Scene scene) {
        int struck = 0;
        for (int step = 1; step <= STEPS_MAX; step++) {
            SimNetwork network = scene.simulated();
            var server = HttpServer.open(
                    scene.weir(network),
                    ServerSettings.at(Scene.ANY_PORT).withConnectionsMax(10),
                    exchange -> exchange.answer(Answer.text(200, "ok")));
            network.faults().at(step, fault);

            SimPeer client = network.dial(server.local()).send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(client.readUntil("ok")).as("%s at step %d", fault, step).startsWith("HTTP/1.1 200");
            client.close();
            network.settle();

            struck += network.faults().struck(fault);
            network.faults().never(fault);
        }
        assertThat(struck).isGreaterThan(2);
    }

    private static final Duration JUST_BEFORE = ScriptedEcho.IDLE.minusNanos(1);
    /// How late a timer may be.
    private static final Duration TICK = Duration.ofNanos(1 << 20);

    @Test
    void bytesSentAreReadAndLaterBytesStay(SimNetwork network, Scene scene) {
        var server = ScriptedEcho.serve(scene.weir(network));
        SimPeer peer = network.dial(server.local());

        peer.send("one two").expect("one").expect(" two").expectNothing();
        peer.send("a line\nand more");
        assertThat(peer.readUntil("\n")).isEqualTo("a line\n");
        peer.expect("and more".getBytes(StandardCharsets.ISO_8859_1));
        peer.endOutput().expectEnd();
        peer.close();
    }

    @Test
    void slicesArriveOneByOne(SimNetwork network, Scene scene) {
        var server = ScriptedEcho.serve(scene.weir(network));
        SimPeer peer = network.dial(server.local());

        peer.slices(2).send("abcde").expect("abcde");
        assertThat(server.reads).containsExactly(2, 2, 1);
        peer.slices(0).send("abcde").expect("abcde");
        assertThat(server.reads).containsExactly(2, 2, 1, 5);
        peer.close();
    }

    @Test
    void aTimeOutIsNeverEarlyAndATickLateAtMost(SimNetwork network, Scene scene) {
        var server = ScriptedEcho.serve(scene.weir(network));
        SimPeer peer = network.dial(server.local());
        peer.send("x").expect("x").expectNothing(JUST_BEFORE);
        long before = network.clock().nanoTime();
        network.pass(TICK.plusNanos(1));
        peer.expectEnd();
        peer.close();
        network.settle();

        assertThat(server.last().end).isEqualTo(CloseReason.TIMED_OUT);
        assertThat(server.last().timedOutNanos - before).isBetween(1L, TICK.toNanos() + 1);
    }

    @Test
    void passIsExactAndAClockJumpIsLate(SimNetwork network, Scene scene) {
        var server = ScriptedEcho.serve(scene.weir(network));
        network.dial(server.local());
        network.settle();
        long began = network.clock().nanoTime();
        network.pass(Duration.ofHours(1));
        assertThat(server.last().timedOutNanos - began)
                .isBetween(
                        ScriptedEcho.IDLE.toNanos(),
                        ScriptedEcho.IDLE.plus(TICK).toNanos());
        assertThat(network.clock().nanoTime() - began)
                .isEqualTo(Duration.ofHours(1).toNanos());

        network.dial(server.local());
        network.settle();
        long leaped = network.clock().nanoTime();
        network.clock().advance(Duration.ofHours(1));
        network.settle();
        assertThat(server.last().timedOutNanos - leaped)
                .isEqualTo(Duration.ofHours(1).toNanos());
    }

    @Test
    void aFrozenPathDeliversNothingNotEvenAReset(SimNetwork network, Scene scene) {
        var server = ScriptedEcho.serve(scene.weir(network));
        SimPeer peer = network.dial(server.local());
        peer.send("a").expect("a");

        peer.freeze().send("b").expectNothing(Duration.ofSeconds(3));
        assertThat(server.reads).containsExactly(1);
        peer.thaw().expect("b");
        peer.freeze().reset();
        network.pass(Duration.ofSeconds(3));
        assertThat(server.last().end).isNull();
        peer.thaw();
        network.settle();
        assertThat(server.last().end).isEqualTo(CloseReason.RESET);
    }

    @Test
    void aResetReachesTheServerAndOneOfItsReachesThePeer(SimNetwork network, Scene scene) {
        var server = ScriptedEcho.serve(scene.weir(network));
        SimPeer leaves = network.dial(server.local());
        leaves.send("x");
        network.settle();
        leaves.reset();
        network.settle();
        assertThat(server.last().end).isEqualTo(CloseReason.RESET);

        SimPeer stays = network.dial(server.local());
        network.settle();
        server.last().connection.abort(CloseReason.STARVED);
        stays.expectReset();
        stays.close();
    }

    @Test
    void aServerBeforeAPeerThatDoesNotReadKeepsWhatDoesNotFit(Scene scene) {
        SimNetwork network = scene.simulated(Shape.SMALL.withPipeBytes(10));
        var server = ScriptedEcho.serve(scene.weir(network));
        SimPeer peer = network.dial(server.local());
        peer.send("0123456789");
        network.settle();
        peer.send("abcdefghij");
        network.settle();
        assertThat(server.last().connection.heldBytes()).isPositive();
        peer.expect("0123").expect("456789abcdefghij");
        assertThat(server.last().connection.heldBytes()).isZero();
        peer.close();
    }

    @Test
    void codeUnderTestConnectsToASimulatedListener(SimNetwork network) {
        SimDoor door = network.listen();
        var asking = Asking.at(network, door.address());
        SimPeer peer = door.accept();
        Transport made = asking.made();
        assertThat(asking.write("hello")).isEqualTo(5);
        peer.expect("hello");
        made.close();
        peer.expectEnd();
        assertThat(door.waiting()).isZero();
    }

    @Test
    void aSimulatedListenerRefusesOrIsSilentOrAnswersLate(SimNetwork network) {
        SimDoor door = network.listen().refuse();
        var refused = Asking.at(network, door.address());
        network.settle();
        assertThat(refused.failed).isEqualTo("Connection refused");

        door.silence();
        var unheard = Asking.at(network, door.address());
        var patient = Asking.at(network, door.address());
        network.pass(Duration.ofHours(1));
        assertThat(List.of(unheard.answers, patient.answers, door.waiting())).containsOnly(0);
        unheard.connecting.cancel();
        door.open();
        door.accept();
        assertThat(List.of(unheard.answers, patient.answers, door.waiting())).containsExactly(0, 1, 0);
        patient.made().close();
    }

    @Test
    void aConnectCancelledBeforeALateAnswerBreaksAtThePeer(SimNetwork network) {
        SimDoor door = network.listen().late();
        var hasty = Asking.at(network, door.address());
        var patient = Asking.at(network, door.address());
        SimPeer first = door.accept();
        SimPeer second = door.accept();
        assertThat(hasty.answers + patient.answers).isZero();

        hasty.connecting.cancel();
        first.expectReset();
        door.open();
        second.expectNothing();
        assertThat(hasty.answers).isZero();
        patient.made().close();
        second.expectEnd();
    }

    @Test
    void aFaultStrikesAtItsStepAndOnce(SimNetwork network, Scene scene) {
        var server = ScriptedEcho.serve(scene.weir(network));
        SimPeer peer = network.dial(server.local());
        network.faults().at(2, Fault.SHORT_READ, 3);
        for (String text : List.of("abcd", "efgh", "ijkl")) peer.send(text).expect(text);
        assertThat(server.reads).containsExactly(4, 3, 1, 4);

        network.faults().at(1, Fault.SHORT_WRITE, 2);
        network.faults().at(2, Fault.NO_ROOM);
        peer.send("mnop").expect("mnop");
        network.faults().at(1, Fault.SPURIOUS_TURN);
        network.faults().at(1, Fault.SPURIOUS_READINESS);
        network.settle();
        assertThat(server.reads.getLast()).as("what a read in vain brings").isZero();
        assertThat(network.faults().planned()).isEmpty();
        network.faults().at(1, Fault.RESET);
        peer.send("q").expectReset();
    }

    @Test
    void aFaultMayStrikeAgainAndAgain(SimNetwork network, Scene scene) {
        var server = ScriptedEcho.serve(scene.weir(network));
        SimPeer peer = network.dial(server.local());
        network.faults().every(2, Fault.SHORT_READ);
        for (String text : List.of("abcd", "efgh", "ijkl")) peer.send(text).expect(text);
        assertThat(server.reads).containsExactly(4, 1, 3, 1, 3);
        network.faults().never(Fault.SHORT_READ);
        for (String text : List.of("abcd", "efgh")) peer.send(text).expect(text);
        assertThat(server.reads).containsExactly(4, 1, 3, 1, 3, 4, 4);
        assertThat(network.faults().planned()).isEmpty();
        peer.close();
    }

    @Test
    void acceptingAndConnectingFailOnDemand(SimNetwork network, Scene scene) {
        var server = ScriptedEcho.serve(scene.weir(network));
        network.faults().at(1, Fault.ACCEPT_FAILED);
        SimPeer peer = network.dial(server.local());
        peer.send("x").expectNothing();
        assertThat(server.acceptsFailed).isOne();
        network.pass(Duration.ofMillis(100));
        peer.expect("x").close();

        network.faults().at(1, Fault.CONNECT_REFUSED);
        network.faults().at(2, Fault.CONNECT_UNANSWERED);
        var refused = Asking.at(network, server.local());
        var unanswered = Asking.at(network, server.local());
        network.pass(Duration.ofHours(1));
        assertThat(refused.failed).isNotNull();
        assertThat(unanswered.answers).isZero();
        unanswered.connecting.cancel();
    }

    @Test
    void aFailingScriptSaysWhatArrived(SimNetwork network, Scene scene) {
        var server = ScriptedEcho.serve(scene.weir(network));
        SimPeer peer = network.dial(server.local());
        assertThatThrownBy(() -> peer.send("ab").expect("abc")).hasMessage("expected 3 bytes, but 2 bytes 'ab' came");
        assertThatThrownBy(() -> peer.expect("ba")).hasMessage("expected 'ba', but 'ab' came");
        assertThatThrownBy(peer::expectEnd).hasMessage("expected an end, but nothing came");
        peer.endOutput();
        assertThatThrownBy(peer::expectNothing).hasMessage("expected nothing, but an end came");
        assertThatThrownBy(() -> network.listen().accept()).hasMessageStartingWith("nobody connected to ");
        peer.close();
    }

    @Test
    void aPlannedFaultThatNeverHappenedIsReported(Scene scene) {
        var world = World.calm(scene.ledger());
        SimNetwork network = world.network(100);
        network.faults().at(1, Fault.SHORT_READ);
        assertThat(network.complaints()).containsExactly("SHORT_READ was planned and never happened");
    }

    @Test
    void theSameScriptIsTheSameRun(Scene scene) {
        assertThat(hash(scene)).isEqualTo(hash(scene));
    }

    private static long hash(Scene scene) {
        SimNetwork network = scene.simulated();
        var server = ScriptedEcho.serve(scene.weir(network));
        network.dial(server.local())
                .slices(1)
                .send("abc")
                .expect("abc")
                .expectNothing(Duration.ofSeconds(9))
                .close();
        network.settle();
        return network.trace().hash();
    }
}
