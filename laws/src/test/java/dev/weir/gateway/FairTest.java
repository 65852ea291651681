package dev.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.config.AccessLogSetting;
import dev.weir.gateway.config.Admin;
import dev.weir.gateway.config.GatewayConfig;
import dev.weir.gateway.config.HttpListener;
import dev.weir.gateway.config.Listener;
import dev.weir.gateway.config.Memory;
import dev.weir.gateway.config.Route;
import dev.weir.gateway.config.Stop;
import dev.weir.gateway.config.TcpListener;
import dev.weir.gateway.config.Upstream;
import dev.weir.memory.BufferPool;
import dev.weir.memory.wait.FairBy;
import dev.weir.testing.Balanced;
import dev.weir.testing.Hoard;
import dev.weir.testing.Scene;
import dev.weir.testing.Shape;
import dev.weir.testing.sim.net.SimDoor;
import dev.weir.testing.sim.net.SimNetwork;
import dev.weir.testing.sim.net.SimPeer;
import dev.weir.time.Deadline;
import dev.weir.transport.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Proves that a whole gateway with one block of memory serves ten clients with one connection each within a round
/// although one client waits before them with a hundred, both ways; and that it does not where it is not told to.
@Balanced
final class FairTest {
    private static final int PORT = 8080;
    private static final int CROWD = 100;
    private static final int OTHERS = 10;

    /// A round over eleven addresses, and two grants more: of every eight one goes to who has waited longest.
    private static final int ROUND = OTHERS + 1 + 2;

    enum Carried {
        REQUESTS,
        BYTES
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(Carried.class)
    @DisplayName("H-09 by address, one client's hundred connections do not keep ten other clients waiting")
    void eachClientAddressIsServedWithinARound(Carried carried, Scene scene) {
        var stage = new Stage(scene, carried, FairBy.ADDRESS);

        assertThat(lastOther(stage.there())).as("on the way to the origin").isLessThan(ROUND);
        assertThat(lastOther(stage.back())).as("on the way back").isLessThan(ROUND);
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(Carried.class)
    void byArrivalAHundredConnectionsAreServedBeforeALaterClient(Carried carried, Scene scene) {
        var stage = new Stage(scene, carried, FairBy.ARRIVAL);

        assertThat(lastOther(stage.there())).isEqualTo(CROWD + OTHERS - 1);
        assertThat(lastOther(stage.back())).isEqualTo(CROWD + OTHERS - 1);
    }

    /// Behind how many the last of the ten was served.
    private static int lastOther(List<Integer> order) {
        assertThat(order).hasSize(CROWD + OTHERS);
        int last = 0;
        for (int i = 0; i < order.size(); i++) if (order.get(i) >= CROWD) last = i;
        return last;
    }

    /// A gateway, and a hundred and ten connections to it, the first hundred from one address.
    private static final class Stage {
        private final Carried carried;
        private final SimNetwork network;
        private final BufferPool pool;
        private final SimDoor door;
        private final Hoard hoard = new Hoard();
        private final List<SimPeer> clients = new ArrayList<>();
        private final SimPeer[] talks = new SimPeer[CROWD + OTHERS];

        Stage(Scene scene, Carried carried, FairBy fairBy) {
            this.carried = carried;
            network = scene.simulated(Shape.SMALL.withBlocks(4).withFairBy(fairBy));
            pool = network.group().budget().pool();
            door = network.listen();
            var gateway = Gateway.over(scene.weir(network), config(), line -> {});
            scene.closes(() -> {
                hoard.release();
                gateway.close(Deadline.NEVER);
            });
            for (int i = 0; i < CROWD + OTHERS; i++) {
                String host = "127.0.0." + (i < CROWD ? 2 : 3 + i - CROWD);
                clients.add(Objects.requireNonNull(network.dial(PORT, host)));
                network.settle();
            }
        }

        private GatewayConfig config() {
            return new GatewayConfig(
                    Memory.DEFAULT,
                    new Admin.Off(),
                    new AccessLogSetting.Off(),
                    Stop.DEFAULT,
                    List.of(listener()),
                    List.of(new Upstream(
                            "web",
                            List.of(Endpoint.of("127.0.0.1", door.address().port())),
                            Upstream.Balance.ROUND_ROBIN,
                            new Upstream.Pool(200, 200, Duration.ofSeconds(5), Duration.ofSeconds(55)),
                            new Upstream.Timeouts(Duration.ofSeconds(2), Duration.ofSeconds(30)),
                            Upstream.Retry.NEVER)));
        }

        private Listener listener() {
            var bind = Endpoint.of("127.0.0.1", PORT);
            if (carried == Carried.BYTES) {
                return new TcpListener(bind, "web", 200, Listener.Beyond.WAIT, TcpListener.IDLE);
            }
            var seconds = Duration.ofSeconds(30);
            return new HttpListener(
                    bind,
                    new HttpListener.Limits(200, Listener.Beyond.WAIT, 8 * 1024, 50),
                    new HttpListener.Timeouts(seconds, seconds, seconds, seconds, seconds, seconds),
                    List.of(new Route("", "/", "web")));
        }

        /// Everybody asks in vain, then there is one block.
        ///
        /// @return in which order they came to the origin
        List<Integer> there() {
            if (carried == Carried.BYTES) for (int i = 0; i < talks.length; i++) talks[i] = door.accept();
            takeEverything();
            for (int i = 0; i < talks.length; i++) {
                clients.get(i)
                        .send(
                                carried == Carried.BYTES
                                        ? "x"
                                        : "POST /" + i + " HTTP/1.1\r\nHost: h\r\n" + "Content-Length: 1\r\n\r\nx");
            }
            network.settle();
            giveOne();
            if (carried == Carried.BYTES) return arrivals(List.of(talks));
            var order = new ArrayList<Integer>();
            for (int i = 0; i < talks.length; i++) {
                SimPeer talk = door.accept();
                int client = Integer.parseInt(talk.readUntil("\r\n\r\n").split("[/ ]", 4)[2]);
                talk.expect("x");
                talks[client] = talk;
                order.add(client);
            }
            return order;
        }

        /// The origin answers everybody in vain, then there is one block.
        ///
        /// @return in which order the answers came to the clients
        List<Integer> back() {
            network.settle();
            takeEverything();
            for (SimPeer talk : talks) {
                talk.send(carried == Carried.BYTES ? "y" : "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\ny");
            }
            network.settle();
            giveOne();
            return arrivals(clients);
        }

        private void takeEverything() {
            hoard.release();
            hoard.takeAll(pool);
            assertThat(hoard.size()).isEqualTo(4);
        }

        /// What is outside the reserve serves anybody.
        private void giveOne() {
            assertThat(network.group().budget().usage().waiters().total()).isEqualTo(CROWD + OTHERS);
            hoard.releaseOne();
        }

        private List<Integer> arrivals(List<SimPeer> peers) {
            var order = new ArrayList<Integer>();
            while (network.turn() > 0) {
                for (int i = 0; i < peers.size(); i++) {
                    if (!order.contains(i) && peers.get(i).receive() > 0) order.add(i);
                }
            }
            return order;
        }
    }
}
