package dev.weir.gateway.forward;

import static dev.weir.gateway.forward.ScriptedGateway.answer;
import static dev.weir.gateway.forward.ScriptedGateway.ok;
import static dev.weir.gateway.forward.ScriptedGateway.request;
import static dev.weir.gateway.forward.ScriptedGateway.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.config.Upstream;
import dev.weir.pool.PoolCount;
import dev.weir.testing.Balanced;
import dev.weir.testing.Hoard;
import dev.weir.testing.Scene;
import dev.weir.testing.Shape;
import dev.weir.testing.sim.net.SimPeer;
import dev.weir.testing.sim.seed.Fault;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Proves what a gateway does when its origin dies, is not reached or comes late, at an exact moment.
@Balanced
final class ScriptTest {
    private static ScriptedGateway gateway(Scene scene, int connections, int waiting) {
        return gateway(scene, Shape.SMALL, connections, waiting);
    }

    private static ScriptedGateway gateway(Scene scene, Shape shape, int connections, int waiting) {
        var usual = Upstream.Pool.DEFAULT;
        return new ScriptedGateway(
                scene, shape, new Upstream.Pool(connections, waiting, usual.acquire(), usual.idle()));
    }

    @Test
    @DisplayName("S-05 an origin dies with three requests in flight and five that wait: eight outcomes, each told once")
    void aFailedOriginIsReportedOncePerExchange(Scene scene) {
        var gateway = gateway(scene, 3, 10);
        var clients = new ArrayList<SimPeer>();
        for (int i = 0; i < 8; i++) clients.add(gateway.posts("/" + i, "x"));
        var talks = new ArrayList<SimPeer>();
        for (int i = 0; i < 3; i++) talks.add(gateway.origin.accept());
        for (SimPeer talk : talks) request(talk, 1);
        assertThat(gateway.waiting()).isEqualTo(5);

        gateway.origin.refuse();
        talks.forEach(SimPeer::reset);
        var statuses = new ArrayList<Integer>();
        for (SimPeer client : clients) statuses.add(status(client));
        assertThat(statuses).containsExactly(502, 502, 502, 503, 503, 503, 503, 503);
        assertThat(gateway.ended).hasSize(8);
        assertThat(gateway.connections() + gateway.waiting()).isZero();

        gateway.origin.open();
        SimPeer next = gateway.asks("/next");
        SimPeer talk = gateway.origin.accept();
        request(talk, 0);
        talk.send(ok("alive"));
        assertThat(answer(next)).isEqualTo("200 alive");
    }

    @Test
    @DisplayName("S-15 a connection that is never completed ends at its time, and its slot serves the next")
    void anUnansweredConnectReleasesItsSlot(Scene scene) {
        var gateway = gateway(scene, 1, 10);
        gateway.origin.late();
        SimPeer client = gateway.asks("/");
        SimPeer half = gateway.origin.accept();
        client.expectNothing(ScriptedGateway.CONNECT.minusMillis(1));
        half.expectNothing();
        assertThat(gateway.origin.waiting()).isZero();
        gateway.network.pass(Duration.ofMillis(3));
        half.expectReset();

        // Why: there is one slot, so that the second attempt is made in the one of the first.
        gateway.origin.open();
        SimPeer whole = gateway.origin.accept();
        assertThat(request(whole, 0)).isEqualTo("/");
        whole.send(ok("late"));
        assertThat(answer(client)).isEqualTo("200 late");
        assertThat(gateway.connections()).isOne();
    }

    @ParameterizedTest
    @DisplayName("H-17 what could not be sent is sent whole on the next connection, though its client ended its side")
    @ValueSource(strings = {"GET", "DELETE"})
    void aRequestWrittenInPartIsSentWholeAfterAHalfClose(String method, Scene scene) {
        var gateway = gateway(scene, 1, 10);
        SimPeer talk = takesNothing(gateway);
        SimPeer client = gateway.asks(method, "/a");
        gateway.network.settle();
        client.endOutput();
        gateway.network.settle();
        talk.reset();

        SimPeer next = gateway.origin.accept();
        assertThat(next.readUntil("\r\n\r\n"))
                .startsWith(method + " /a HTTP/1.1\r\n")
                .contains("\r\nHost: h\r\n");
        next.send(ok("whole"));
        assertThat(answer(client)).isEqualTo("200 whole");
    }

    @Test
    @DisplayName("H-17 what could not be sent is no request without an answer: it is sent on the next connection")
    void anUnsentRequestIsSentToAnotherOrigin(Scene scene) {
        var gateway = gateway(scene, 1, 10);
        gateway.origin.late();
        SimPeer client = gateway.asks("DELETE", "/a");
        gateway.origin.accept().endOutput();
        for (int write = 1; write <= 2; write++) gateway.network.faults().at(write, Fault.NO_ROOM);
        gateway.origin.open();

        SimPeer next = gateway.origin.accept();
        assertThat(request(next, 0)).isEqualTo("/a");
        next.send(ok("whole"));
        assertThat(answer(client)).isEqualTo("200 whole");
    }

    @Test
    @DisplayName("H-17 what was sent once may have been acted upon, though nothing of the repeat could be sent: 502")
    void aRequestSentBeforeIsNotReportedAsNeverSent(Scene scene) {
        var gateway = gateway(scene, 2, 10);
        SimPeer other = gateway.asks("/other");
        SimPeer reading = gateway.origin.accept();
        request(reading, 0);
        SimPeer full = takesNothing(gateway);
        reading.send(ok("other"));
        assertThat(answer(other)).isEqualTo("200 other");

        SimPeer client = gateway.asks("/a");
        assertThat(request(reading, 0)).isEqualTo("/a");
        reading.close();
        gateway.network.settle();
        full.endOutput();
        assertThat(status(client)).isEqualTo(502);
        assertThat(gateway.ended.getLast()).isEqualTo("502 SC");
    }

    /// An origin that has answered without reading all of the request, whose connection is idle: the next request
    /// does not fit into the path.
    private static SimPeer takesNothing(ScriptedGateway gateway) {
        String body = "b".repeat(100_000);
        SimPeer client = gateway.posts("/full", body);
        SimPeer talk = gateway.origin.accept();
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) head.append(talk.read(1));
        talk.read(body.length() - Shape.SMALL.pipeBytes());
        gateway.network.settle();
        talk.send(ok("early"));
        assertThat(answer(client)).isEqualTo("200 early");
        return talk;
    }

    @Test
    @DisplayName("H-02 one connection, and a budget full of requests that wait for it: answers get memory all the same")
    void answersGetMemoryWhenRequestsHaveTakenAll(Scene scene) {
        var gateway = gateway(scene, Shape.SMALL.withBlocks(10), 1, 100);
        String body = "b".repeat(20_000);
        var clients = new ArrayList<SimPeer>();
        for (int i = 0; i < 30; i++) clients.add(gateway.posts("/" + i, body));
        gateway.network.settle();
        assertThat(gateway.network.group().budget().usage().waiters().intake())
                .as("requests without memory")
                .isPositive();

        SimPeer talk = gateway.origin.accept();
        for (int i = 0; i < clients.size(); i++) {
            String path = request(talk, body.length());
            talk.send(ok(path + "a".repeat(40_000)));
            gateway.network.settle();
        }
        for (int i = 0; i < clients.size(); i++) {
            assertThat(answer(clients.get(i))).startsWith("200 /" + i + "a");
        }
        assertThat(gateway.ended).hasSize(30);
    }

    @Test
    @DisplayName(
            "H-07 what waits for memory moves to no other loop: its connection ends with it, the next is a new one")
    void aConnectionWhoseAnswerWaitsForMemoryDoesNotMove(Scene scene) {
        var gateway = gateway(scene, Shape.SMALL.withLoops(2), 1, 10);
        var pool = gateway.network.group().budget().pool();
        SimPeer gone = gateway.asks("/gone");
        SimPeer talk = gateway.origin.accept();
        request(talk, 0);
        SimPeer next = gateway.asks("/next"); // on the other loop, where it waits for the one connection
        gateway.network.settle();
        assertThat(gateway.waiting()).isOne();
        var hoard = Hoard.all(pool);
        talk.send(ok("for nobody"));
        gateway.network.settle();
        assertThat(gateway.network.group().budget().usage().waiters().response())
                .isOne();

        gone.reset();
        gateway.network.settle();
        talk.expectReset();
        SimPeer fresh = gateway.origin.accept();
        hoard.release();
        assertThat(request(fresh, 0)).isEqualTo("/next");
        fresh.send(ok("new"));
        assertThat(answer(next)).isEqualTo("200 new");
        assertThat(gateway.network.group().budget().usage().grants()).isZero();
        assertThat(gateway.upstreams.named("web").cache().count(PoolCount.MOVED))
                .isZero();
    }

    @Test
    @DisplayName(
            "H-11 every connect is refused, then every hundredth: each request has its one outcome, no slot is lost")
    void connectsThatAreRefused(Scene scene) {
        var gateway = gateway(scene, 2, 10);
        var faults = gateway.network.faults();
        faults.every(1, Fault.CONNECT_REFUSED);
        for (int i = 0; i < 50; i++) assertThat(status(gateway.asks("/"))).isEqualTo(503);
        assertThat(gateway.connections()).isZero();
        faults.never(Fault.CONNECT_REFUSED);
        int before = faults.struck(Fault.CONNECT_REFUSED);

        faults.every(100, Fault.CONNECT_REFUSED);
        int refused = 0;
        for (int i = 0; i < 300; i++) {
            SimPeer client = gateway.asks("/" + i);
            gateway.network.settle();
            if (gateway.origin.waiting() == 0) {
                refused++;
                assertThat(status(client)).isEqualTo(503);
                continue;
            }
            SimPeer talk = gateway.origin.accept();
            assertThat(request(talk, 0)).isEqualTo("/" + i);
            talk.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx")
                    .close();
            assertThat(answer(client)).isEqualTo("200 x");
        }
        assertThat(faults.struck(Fault.CONNECT_REFUSED) - before).isBetween(3, 6);
        assertThat(refused).isLessThanOrEqualTo(faults.struck(Fault.CONNECT_REFUSED) - before);
        gateway.network.settle();
        assertThat(gateway.connections() + gateway.waiting()).isZero();
    }

    @Test
    @DisplayName(
            "H-09 twenty equal clients and memory for half of them: equal shares, and nobody is passed by for long")
    void equalClientsGetEqualShares(Scene scene) {
        var gateway = gateway(scene, Shape.SMALL.withBlocks(5), 1, 100);
        String body = "b".repeat(5_000);
        var clients = new ArrayList<Client>();
        for (int i = 0; i < 20; i++) clients.add(new Client(gateway.posts("/", body), body));
        gateway.network.settle();
        int waiting = gateway.network.group().budget().usage().waiters().intake();
        assertThat(waiting).as("who waits for memory").isPositive();

        SimPeer talk = gateway.origin.accept();
        int furthest = 0;
        for (int i = 0; i < 1_000; i++) {
            request(talk, body.length());
            talk.send(ok("x"));
            gateway.network.settle();
            for (Client client : clients) client.goOn();
            int most = clients.stream().mapToInt(client -> client.done).max().orElseThrow();
            int fewest = clients.stream().mapToInt(client -> client.done).min().orElseThrow();
            furthest = Math.max(furthest, most - fewest);
        }
        double sum = clients.stream().mapToDouble(client -> client.done).sum();
        double squares = clients.stream()
                .mapToDouble(client -> (double) client.done * client.done)
                .sum();
        assertThat(sum).as("answers").isEqualTo(1_000);
        assertThat(sum * sum / (clients.size() * squares)).as("Jain's index").isGreaterThan(0.95);
        assertThat(furthest).as("how far one is ahead of another").isLessThanOrEqualTo(2);
        gateway.origin.refuse();
        talk.reset();
        gateway.network.settle();
    }

    /// A client that sends the next request as soon as it has its answer.
    private static final class Client {
        private final SimPeer peer;
        private final String request;
        private int done;

        Client(SimPeer peer, String body) {
            this.peer = peer;
            this.request = ScriptedGateway.post("/", body);
        }

        void goOn() {
            if (peer.receive() == 0) return;
            assertThat(answer(peer)).isEqualTo("200 x");
            done++;
            peer.send(request);
        }
    }
}
