package dev.weir.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Connection;
import dev.weir.connection.ConnectionPoint;
import dev.weir.http.flow.HeadBlocks;
import dev.weir.loop.EventLoop;
import dev.weir.loop.LoopPoint;
import dev.weir.loop.Mailbox;
import dev.weir.memory.BufferPool;
import dev.weir.memory.Usage;
import dev.weir.memory.block.BlockSize;
import dev.weir.runtime.Weir;
import dev.weir.server.AcceptPoint;
import dev.weir.testing.Balanced;
import dev.weir.testing.Hoard;
import dev.weir.testing.Scene;
import dev.weir.testing.sim.net.SimNetwork;
import dev.weir.testing.sim.net.SimPeer;
import dev.weir.testing.sim.seed.Fault;
import dev.weir.time.RarePoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Proves what a server does when memory, descriptors or its peers fail at an exact moment. A real server
/// on a network that follows a script.
@Balanced
final class ScriptTest {
    private static final String OK = "HTTP/1.1 200 OK\r\n";
    private static final String BUSY = "HTTP/1.1 503 ";
    private static final Duration HEADER = Stage.SETTINGS.headerTimeout();
    private static final String LONG = "GET / HTTP/1.1\r\nHost: a\r\nA: " + "x".repeat(4000) + "\r\n\r\n";
    private static final int ROOM = BlockSize.SMALL.bytes() - HeadBlocks.HEADROOM; // for a head in a small block
    private static final Duration TICK = Duration.ofMillis(2);

    private static HttpServer open(Weir weir, int connectionsMax) {
        return HttpServer.open(
                weir, Stage.settings(connectionsMax), exchange -> exchange.answer(Answer.text(200, "ok")));
    }

    private static HttpServer open(Weir weir) {
        return open(weir, 1000);
    }

    private static BufferPool pool(SimNetwork network) {
        return network.group().budget().pool();
    }

    private static int waiting(SimNetwork network) {
        return network.group().budget().usage().waiters().total();
    }

    private static void answered(SimPeer peer, String firstLine) {
        peer.expect(firstLine);
        String head = peer.readUntil("\r\n\r\n");
        int at = head.indexOf("Content-Length: ") + 16;
        peer.read(Integer.parseInt(head.substring(at, head.indexOf('\r', at))));
    }

    @Test
    @DisplayName("H-04 everybody who waits for memory times out: 503 without a block, and who came later gets his turn")
    void timedOutWaiterLeavesTheQueueAndNobodyLosesATurn(SimNetwork network, Scene scene) {
        var server = open(scene.weir(network));
        var early = new ArrayList<SimPeer>();
        for (int i = 0; i < 6; i++) early.add(network.dial(server.local()));
        network.settle();
        var hoard = Hoard.all(pool(network));
        for (SimPeer peer : early) peer.send(Stage.GET);
        network.pass(HEADER.dividedBy(2));
        SimPeer late = network.dial(server.local()).send(Stage.GET);
        network.settle();
        assertThat(waiting(network)).isEqualTo(7);

        network.pass(HEADER.dividedBy(2).minusMillis(1));
        early.forEach(SimPeer::expectNothing);
        network.pass(TICK.plusMillis(1));
        for (SimPeer peer : early) answered(peer, BUSY);
        assertThat(waiting(network)).as("only who came later waits").isOne();
        assertThat(network.group().budget().usage().gaveUp()).isEqualTo(new Usage.GaveUp(6, 0));
        late.expectNothing();
        hoard.release();
        answered(late, OK);
        assertThat(waiting(network)).isZero();
        assertThat(pool(network).buffersLive()).isZero();
    }

    @Test
    @DisplayName(
            "H-07 a connection ends while it waits for memory and another takes its place: no grant comes late to it")
    void closedConnectionGetsNoneOfTheReleasedMemory(SimNetwork network, Scene scene) {
        var server = open(scene.weir(network), 2);
        var hoard = Hoard.all(pool(network));
        SimPeer gone = network.dial(server.local()).send(Stage.GET);
        network.pass(HEADER.dividedBy(2));
        SimPeer stays = network.dial(server.local()).send(Stage.GET);
        network.pass(HEADER.dividedBy(2).plus(TICK));
        answered(gone, BUSY);
        gone.expectEnd();
        gone.close();
        network.settle();
        // Why: it takes the place of the one that is gone, and may take its exchange.
        SimPeer next = network.dial(server.local()).send(Stage.GET);
        network.settle();
        assertThat(waiting(network)).isEqualTo(2);

        hoard.release();
        answered(stays, OK);
        answered(next, OK);
        assertThat(network.group().budget().usage().grants()).isEqualTo(2);
        assertThat(network.group().budget().usage().passedOn()).isZero();
    }

    @Test
    @DisplayName("H-07 an exchange ends while its grant is on its way: it serves nobody else before that has come")
    void exchangeWithAPendingGrantIsNotReused(SimNetwork network, Scene scene) {
        Weir weir = scene.weir(network);
        var server = open(weir);
        SimPeer gone = network.dial(server.local());
        SimPeer next = network.dial(server.local());
        network.settle();
        EventLoop loop = network.group().loops().getFirst();
        var both = new ArrayList<Connection>();
        weir.connections().on(loop).forEach(both::add);
        var hoard = Hoard.all(pool(network));
        gone.send(Stage.GET);
        network.settle();

        // Why: one task a turn, and many of them before the one that tells of the grant.
        network.rarePaths().every(1, LoopPoint.MAILBOX_ONE_TASK);
        for (int i = 0; i < 20; i++) loop.post(new Mailbox.Node(() -> {}));
        hoard.releaseOne();
        network.group().call(loop, () -> {
            both.getFirst().abort(CloseReason.CLOSED);
            return true;
        });
        answered(next.send(Stage.GET), OK);
        gone.expectReset();
        hoard.release();
    }

    @Test
    @DisplayName("H-08 a block is granted to a client that is gone: it passes on to the next, and nobody keeps it")
    void grantToAClosedConnectionGoesToTheNextWaiter(SimNetwork network, Scene scene) {
        var server = open(scene.weir(network));
        SimPeer gone = network.dial(server.local());
        SimPeer next = network.dial(server.local());
        network.settle();
        var hoard = Hoard.all(pool(network));
        gone.send(Stage.GET);
        network.settle();
        next.send(Stage.GET);
        network.settle();
        gone.reset();
        network.settle();
        hoard.releaseOne();
        answered(next, OK);
        hoard.release();
        assertThat(waiting(network)).isZero();
        assertThat(pool(network).buffersLive()).isZero();
    }

    @Test
    @DisplayName("H-14 a head fills its block to the last byte and readiness is told in vain: it goes on all the same")
    void spuriousReadinessAtAFullBlockDoesNotStallTheBody(SimNetwork network, Scene scene) {
        var server = open(scene.weir(network));
        for (int cut = ROOM - 1; cut <= ROOM + 1; cut++) {
            SimPeer peer = network.dial(server.local()).send(LONG.substring(0, cut));
            network.settle();
            network.faults().at(1, Fault.SPURIOUS_READINESS);
            network.settle();
            peer.expectNothing().send(LONG.substring(cut));
            answered(peer, OK);
            peer.close();
        }
    }

    @Test
    @DisplayName(
            "H-14 a head fills its block and no larger one is to be had: it is refused at once and not for ever in vain")
    void aFullBlockWithoutALargerOneIsRefused(SimNetwork network, Scene scene) {
        var server = open(scene.weir(network));
        SimPeer peer = network.dial(server.local()).send(LONG.substring(0, ROOM));
        network.settle();
        var hoard = Hoard.all(pool(network));
        peer.expectNothing().send(LONG.substring(ROOM));
        answered(peer, BUSY);
        peer.expectEnd();
        hoard.release();
    }

    @Test
    @DisplayName(
            "S-14 peers that are dead without a word: an idle server gives back all they hold, without any traffic")
    void idleServerReleasesDeadPeers(SimNetwork network, Scene scene) {
        Weir weir = scene.weir(network);
        var server = open(weir);
        for (int i = 0; i < 20; i++) {
            network.dial(server.local()).send("GET / HTTP/1.1\r\nA: ").freeze();
            SimPeer dead = network.dial(server.local()).send("POST / HTTP/1.1\r\nHost: a\r\n");
            network.settle();
            dead.freeze();
        }
        assertThat(pool(network).buffersLive()).isEqualTo(20);
        assertThat(weir.connections().live()).isEqualTo(40);

        network.pass(HEADER.plus(TICK));
        assertThat(pool(network).buffersLive()).as("blocks of the dead").isZero();
        network.pass(Stage.SETTINGS.idleTimeout());
        assertThat(weir.connections().live()).as("the dead").isZero();
    }

    @Test
    @DisplayName("H-11 every accept fails, then one in a hundred: nothing spins, and who waits is let in")
    void failingAcceptsDoNotSpinAndEndWhenAcceptWorks(SimNetwork network, Scene scene) {
        var server = open(scene.weir(network));
        network.faults().every(1, Fault.ACCEPT_FAILED);
        SimPeer first = network.dial(server.local()).send(Stage.GET);
        network.settle();
        long turns = network.group().loops().getFirst().turns();
        first.expectNothing(Duration.ofSeconds(30));
        assertThat(network.group().loops().getFirst().turns() - turns)
                .as("turns in 30 s")
                .isLessThan(500);
        network.faults().never(Fault.ACCEPT_FAILED);
        network.pass(Duration.ofSeconds(1));
        answered(first, OK);

        network.faults().every(100, Fault.ACCEPT_FAILED);
        for (int i = 0; i < 300; i++) {
            SimPeer peer = network.dial(server.local()).send(Stage.GET);
            network.settle();
            network.pass(Duration.ofMillis(100)); // when it failed, it is tried again by then
            answered(peer, OK);
            peer.close();
        }
        assertThat(network.faults().struck(Fault.ACCEPT_FAILED)).isGreaterThan(10);
    }

    @Test
    @DisplayName("S-08 somebody leaves as the door shuts: it looks again, and who comes next is let in")
    void pausingAcceptorChecksWhetherAConnectionHasJustEnded(SimNetwork network, Scene scene) {
        network.rarePaths().every(1, AcceptPoint.ACCEPT_PAUSES);
        var server = open(scene.weir(network), 10);
        // Why: it stays, so that nobody who leaves later opens the door.
        network.dial(server.local());
        network.settle();

        answered(network.dial(server.local()).send(Stage.GET), OK);
        assertThat(server.connections()).isEqualTo(2);
    }

    @Test
    @DisplayName(
            "H-11 every timer of a connection fires too early, and in every other turn none: all end at their time")
    void earlyAndLateTimersDoNotChangeTheAnswers(SimNetwork network, Scene scene) {
        network.rarePaths().every(1, ConnectionPoint.DEADLINE_LOOKS_EARLY);
        network.rarePaths().every(2, LoopPoint.TIMERS_LATE);
        var server = open(scene.weir(network));
        var hoard = Hoard.all(pool(network));
        var peers = new ArrayList<SimPeer>();
        for (int i = 0; i < 100; i++) peers.add(network.dial(server.local()).send(Stage.GET));
        network.pass(HEADER.minus(TICK));
        peers.forEach(SimPeer::expectNothing);
        network.pass(TICK.plus(TICK));
        for (RarePoint point : List.of(ConnectionPoint.DEADLINE_LOOKS_EARLY, LoopPoint.TIMERS_LATE)) {
            assertThat(network.rarePaths().taken(point)).as("%s", point).isPositive();
        }
        for (SimPeer peer : peers) answered(peer, BUSY);
        hoard.release();
        answered(network.dial(server.local()).send(Stage.GET), OK);
        assertThat(waiting(network)).isZero();
    }

    @Test
    @DisplayName("H-11 no buffer at all: every request is told so in time, and all are served when there is one")
    void everyBufferIsRefused(SimNetwork network, Scene scene) {
        var server = open(scene.weir(network));
        var hoard = Hoard.all(pool(network));
        var peers = new ArrayList<SimPeer>();
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 100; i++) peers.add(network.dial(server.local()).send(Stage.GET));
            network.pass(HEADER.plus(TICK));
            for (SimPeer peer : peers) answered(peer, BUSY);
            peers.clear();
        }
        hoard.release();
        for (int i = 0; i < 100; i++) peers.add(network.dial(server.local()).send(Stage.GET));
        for (SimPeer peer : peers) answered(peer, OK);
        assertThat(waiting(network)).isZero();
    }
}
