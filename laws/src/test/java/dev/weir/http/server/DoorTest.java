package dev.weir.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.loop.CloseReport;
import dev.weir.loop.EventLoop;
import dev.weir.loop.Mailbox;
import dev.weir.runtime.Weir;
import dev.weir.server.Beyond;
import dev.weir.testing.Balanced;
import dev.weir.testing.RawPeer;
import dev.weir.testing.Scene;
import dev.weir.testing.Shape;
import dev.weir.time.Clock;
import dev.weir.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// Proves that the limit of connections is exact and that draining loses no request. A real server over
/// sockets, its loops and its clock turned by hand.
@Balanced
final class DoorTest {
    private static final Answer OK = Answer.text(200, "ok");

    @Test
    @DisplayName("S-08 as many are let in as may be, the next waits in the backlog, and whoever leaves makes room")
    void atTheLimitAcceptingPausesAndTheBacklogWaits(Scene scene) {
        var stage = Stage.open(scene, scene.tcpByHand(), Stage.settings(3), exchange -> exchange.answer(OK));
        List<RawPeer> peers = new ArrayList<>();
        for (int i = 0; i < 6; i++) peers.add(stage.dial());
        for (RawPeer peer : peers) peer.send(Stage.GET);
        stage.loops.turnUntilQuiet();

        assertThat(stage.server.connections()).isEqualTo(3);
        assertThat(stage.ended).hasSize(3);
        for (RawPeer peer : peers.subList(0, 3)) {
            assertThat(Stage.read(peer).status()).isEqualTo(200);
            peer.close();
        }

        for (RawPeer peer : peers.subList(3, 6)) {
            assertThat(Stage.read(peer).status()).isEqualTo(200);
        }
        assertThat(stage.server.connections()).isEqualTo(3);
    }

    @Test
    void lingeringConnectionIsNotPurgedInsteadOfAnOpenOne(Scene scene) {
        var settings = Stage.settings(2).withBeyond(Beyond.PURGE);
        var stage = Stage.open(scene, scene.tcpByHand(), settings, exchange -> {
            if (!exchange.target().equals("/wait")) exchange.answer(OK);
        });
        RawPeer lingers = stage.dial();
        lingers.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        assertThat(Stage.read(lingers).status()).isEqualTo(200);
        stage.loops.turnUntil(() -> stage.server.lingering() == 1);
        stage.pass(Duration.ofMillis(50)); // Why: less than a second, after which it is closed anyway.

        for (int i = 0; i < 5; i++) {
            RawPeer fresh = stage.dial();
            fresh.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
            stage.loops.turnUntilQuiet();
        }
        RawPeer probe = stage.dial();
        probe.send(Stage.GET);

        assertThat(Stage.read(probe).status()).isEqualTo(200);
        assertThat(stage.server.lingering()).isEqualTo(1);
        lingers.close();
    }

    @Test
    void requestExemptFromPurgeIsAnsweredUnderAFlood(Scene scene) {
        var settings = Stage.settings(4).withBeyond(Beyond.PURGE);
        var waiting = new ArrayList<ServerExchange>();
        var stage = Stage.open(scene, scene.tcpByHand(), settings, exchange -> {
            if (!exchange.target().equals("/probe")) return;
            exchange.exemptFromPurge();
            waiting.add(exchange);
        });
        RawPeer probe = stage.dial();
        probe.send("GET /probe HTTP/1.1\r\nHost: a\r\n\r\n");
        stage.loops.turnUntil(() -> !waiting.isEmpty());

        // Some are silent, some are served: all of them are younger, and none is idle yet.
        for (int i = 0; i < 12; i++) {
            RawPeer other = stage.dial();
            if (i % 2 == 0) other.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
            stage.loops.turnUntilQuiet();
        }
        waiting.getFirst().answer(OK);

        assertThat(Stage.read(probe).status()).isEqualTo(200);
    }

    @Test
    void requestThatArrivesDuringAPurgeIsServed(Scene scene) {
        var settings = Stage.settings(2).withBeyond(Beyond.PURGE);
        var stage = Stage.open(scene, scene.tcpByHand(), settings, exchange -> {
            if (exchange.target().equals("/")) exchange.answer(OK);
        });
        RawPeer silent = stage.dial();
        stage.loops.turnUntilQuiet();

        // In one turn of the loop: others have come, and then the request of the first.
        List<RawPeer> others = List.of(stage.dial(), stage.dial(), stage.dial());
        silent.send(Stage.GET);

        assertThat(Stage.read(silent).status()).isEqualTo(200);
        assertThat(others).hasSize(3);
    }

    @Test
    void newcomerIsServedAlthoughMostRequestsAreExemptFromPurge(Scene scene) {
        var settings = Stage.settings(2).withBeyond(Beyond.PURGE);
        var waiting = new ArrayList<ServerExchange>();
        var stage = Stage.open(scene, scene.tcpByHand(), settings, exchange -> {
            exchange.exemptFromPurge();
            waiting.add(exchange);
        });
        var peers = new ArrayList<RawPeer>();
        for (int i = 0; i < 4; i++) {
            RawPeer peer = stage.dial();
            stage.loops.turnUntilQuiet();
            peer.send(Stage.GET);
            peers.add(peer);
            int came = i + 1;
            stage.loops.turnUntil(() -> waiting.size() == came);
        }
        waiting.getLast().answer(OK);

        assertThat(Stage.read(peers.getLast()).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("H-23 a stop in order answers what is under way and on its way, then closes who stays idle")
    void drainAnswersRequestsInFlightAndClosesIdleConnections(Scene scene) {
        List<ServerExchange> waiting = new ArrayList<>();
        var stage = Stage.open(scene, scene.tcpByHand(), Stage.SETTINGS, exchange -> {
            if (exchange.target().equals("/wait")) waiting.add(exchange);
            else exchange.answer(OK);
        });
        var idle = stage.dial();
        var busy = stage.dial();
        var late = stage.dial();
        for (RawPeer peer : List.of(idle, late)) {
            peer.send(Stage.GET);
            assertThat(Stage.read(peer).status()).isEqualTo(200);
        }
        busy.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
        stage.loops.turnUntil(() -> !waiting.isEmpty());

        stage.server.drain();
        stage.loops.turnUntilQuiet();
        late.send(Stage.GET); // Why: it was on its way when draining began.
        var last = Stage.read(late);
        assertThat(last.status()).isEqualTo(200);
        assertThat(last.has("Connection: close")).isTrue();
        assertThat(stage.server.connections()).isGreaterThanOrEqualTo(2);
        stage.loops.pass(Duration.ofSeconds(2));
        assertThat(idle.readToEnd()).isEqualTo(new RawPeer.Rest(0, RawPeer.Ending.ORDERLY, ""));
        waiting.getFirst().answer(OK);
        assertThat(Stage.read(busy).has("Connection: close")).isTrue();
        for (RawPeer peer : List.of(idle, busy, late)) peer.close();

        stage.loops.turnUntil(() -> stage.server.connections() == 0);
    }

    @Test
    void idleConnectionsHaveTheDrainTimeout(Scene scene) {
        var settings = Stage.SETTINGS.withDrainTimeout(Duration.ofSeconds(5));
        var stage = Stage.open(scene, scene.inMemory(), settings, exchange -> exchange.answer(OK));
        var idle = stage.dial();
        stage.loops.turnUntilQuiet();

        stage.server.drain();
        stage.loops.turnUntilQuiet();
        stage.pass(Duration.ofMillis(4500));
        assertThat(stage.server.connections()).isEqualTo(1);
        stage.pass(Duration.ofSeconds(1));

        assertThat(idle.readToEnd()).isEqualTo(new RawPeer.Rest(0, RawPeer.Ending.ORDERLY, ""));
        idle.close();
        stage.loops.turnUntil(() -> stage.server.connections() == 0);
    }

    @Test
    @DisplayName("H-23 a stop in order serves whom the kernel has let in already")
    void connectionAcceptedByTheKernelIsServedDuringDrain(Scene scene) {
        var stage = Stage.open(scene, scene.tcpByHand(), Stage.SETTINGS, exchange -> exchange.answer(OK));
        RawPeer peer = stage.dial();

        stage.server.drain();
        peer.send(Stage.GET);

        assertThat(Stage.read(peer).has("Connection: close")).isTrue();
        peer.close();
        stage.loops.turnUntil(() -> stage.server.connections() == 0);
    }

    /// A server on two loops that has served one client; the loop of its door is held up while another knocks.
    private static final class HeldUp {
        final CountDownLatch held = new CountDownLatch(1);
        final Weir weir;
        final HttpServer server;
        final RawPeer served;
        final RawPeer knocks;

        HeldUp(Scene scene) throws InterruptedException {
            weir = scene.weir(Shape.SMALL.withLoops(2));
            server = HttpServer.open(weir, Stage.SETTINGS, exchange -> exchange.answer(OK));
            served = scene.dial(server.local());
            served.send(Stage.GET);
            assertThat(Stage.read(served).status()).isEqualTo(200);
            holdUp(weir.group().loops().getFirst(), held);
            knocks = scene.dial(server.local());
        }

        EventLoop other() {
            return weir.group().loops().getLast();
        }
    }

    /// It lets somebody in when the other loop has cut everybody.
    @Test
    void connectionAcceptedDuringAbortIsCutToo(Scene scene) throws InterruptedException {
        var door = new HeldUp(scene);

        door.server.abort();
        assertThat(door.weir.group().call(door.other(), door.weir.connections()::live))
                .isEqualTo(1);
        door.held.countDown();

        door.served.expectReset();
        door.knocks.expectReset();
    }

    /// It lets somebody in when the loop he is sent to has closed.
    @Test
    void connectionSentToAClosedLoopIsReleased(Scene scene) throws InterruptedException {
        var door = new HeldUp(scene);
        Thread otherThread = door.weir.group().call(door.other(), Thread::currentThread);
        // Why: a short one, because the door's loop cannot end in order while it is held up.
        CompletableFuture<CloseReport> first =
                door.weir.startClose(Deadline.in(Clock.system(), Duration.ofMillis(100)));
        otherThread.join(); // its last deed is to close its mailbox

        door.held.countDown();
        assertThat(first.join().took()).isPositive();

        CloseReport second = door.weir.close(Deadline.in(Clock.system(), Duration.ofSeconds(30)));
        assertThat(second.survivors()).isEmpty();
        door.served.expectReset();
        door.knocks.expectEnd();
    }

    /// Returns when the loop does nothing any more, so that it accepts nobody either.
    private static void holdUp(EventLoop loop, CountDownLatch held) throws InterruptedException {
        var begun = new CountDownLatch(1);
        loop.post(new Mailbox.Node(() -> {
            begun.countDown();
            awaitEnd(held);
        }));
        begun.await();
    }

    private static void awaitEnd(CountDownLatch held) {
        try {
            held.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void burstOfConnectionsIsSpreadOverTheLoops(Scene scene) {
        var stage = Stage.open(
                scene, scene.tcpByHand(Shape.SMALL.withLoops(2)), Stage.settings(100), exchange -> exchange.answer(OK));
        List<RawPeer> peers = new ArrayList<>();
        for (int i = 0; i < 20; i++) peers.add(stage.dial());

        stage.loops.turnUntil(() -> stage.weir.connections().live() == 20);

        assertThat(stage.weir.connections().rosters())
                .allSatisfy(roster -> assertThat(roster.live()).isEqualTo(10));
        for (RawPeer peer : peers) peer.close();
    }
}
