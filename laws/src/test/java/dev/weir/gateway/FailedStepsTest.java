package dev.weir.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gateway.config.ConfigReader;
import dev.weir.gateway.config.GatewayConfig;
import dev.weir.gateway.log.LogTarget;
import dev.weir.http.blocking.BlockingHandlers;
import dev.weir.http.server.HttpServer;
import dev.weir.http.server.ServerSettings;
import dev.weir.ledger.Entry;
import dev.weir.ledger.Kind;
import dev.weir.ledger.Ledger;
import dev.weir.ledger.LedgerListener;
import dev.weir.loop.CloseReport;
import dev.weir.loop.LoopGroup;
import dev.weir.runtime.Weir;
import dev.weir.runtime.WeirSettings;
import dev.weir.testing.proxy.FaultProxy;
import dev.weir.testing.proxy.ProxySettings;
import dev.weir.testing.sim.World;
import dev.weir.testing.sim.net.SimDoor;
import dev.weir.testing.sim.net.SimNetwork;
import dev.weir.testing.sim.net.SimPeer;
import dev.weir.testing.sim.seed.PlannedFailure;
import dev.weir.time.Clock;
import dev.weir.time.Deadline;
import dev.weir.transport.Endpoint;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Proves that whatever step fails, once, leaves nothing behind: a gateway with an access log, a server whose
/// handlers block and a fault proxy are opened in a world, serve, and are closed, again and again, and each
/// time another step throws. What cannot be opened is closed again; a failure while they serve costs the
/// connection it hits; at the end the ledger is zero, and so are the descriptors, which the world counts by
/// itself.
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class FailedStepsTest {
    private static final int STEPS_MIN = 30;
    private static final int PORT = 8080;
    private static final int ROUNDS = 2;

    /// Throws at one step of many.
    static final class Steps {
        private final int failing;
        private final List<String> made = new ArrayList<>();

        Steps(int failing) {
            this.failing = failing;
        }

        void step(String what) {
            made.add(what);
            if (made.size() == failing) throw new PlannedFailure(what);
        }

        boolean hasFailed() {
            return made.size() >= failing;
        }

        @Override
        public String toString() {
            return "step " + failing + ", " + (hasFailed() ? made.get(failing - 1) : "which never comes");
        }
    }

    @Test
    void aFailingLedgerEntryLeavesNothingOpen() {
        int failing = 1;
        while (play(new Steps(failing), true)) failing++;

        assertThat(failing).isGreaterThan(STEPS_MIN);
    }

    @Test
    void aNetworkCallThatThrowsLeavesNothingOpen() {
        int failing = 1;
        while (play(new Steps(failing), false)) failing++;

        assertThat(failing).isGreaterThan(STEPS_MIN);
    }

    /// Whether the step that is to fail was made.
    private static boolean play(Steps steps, boolean entriesFail) {
        World world =
                World.calm(new Ledger("steps", Clock.system(), entriesFail ? entries(steps) : LedgerListener.NONE));
        try {
            var play = new Play(world, entriesFail ? new Steps(Integer.MAX_VALUE) : steps);
            play.all();
            world.requireNothingLeft();
            assertThat(play.log.opened).as("%s: open targets", steps).isZero();
            return steps.hasFailed();
        } catch (RuntimeException | Error failure) {
            throw new AssertionError(steps.toString(), failure);
        }
    }

    private static LedgerListener entries(Steps steps) {
        return new LedgerListener() {
            @Override
            public void opened(Kind kind, Object what, Object owner) {
                if (what instanceof Entry) steps.step(kind + " of " + owner);
            }

            @Override
            public void ended(Kind kind, Object what) {}
        };
    }

    /// A target that counts how often it is open.
    private static final class CountedTarget implements LogTarget {
        private int opened;

        @Override
        public void write(ByteBuffer bytes) {
            bytes.position(bytes.limit());
        }

        @Override
        public void reopen() {}

        @Override
        public void close() {
            opened--;
        }
    }

    /// One life of everything.
    private static final class Play {
        private final World world;
        private final SimNetwork network;
        private final FailingNetwork failing;
        private final SimDoor origin;
        private final List<SimPeer> origins = new ArrayList<>();
        private final List<SimPeer> clients = new ArrayList<>();
        private final CountedTarget log = new CountedTarget();

        Play(World world, Steps steps) {
            this.world = world;
            this.network = world.network(64 * 1024);
            this.failing = new FailingNetwork(network, steps);
            this.origin = network.listen();
        }

        void all() {
            Weir weir = open();
            if (weir == null) return;
            world.add(weir.group());
            Gateway gateway = gateway(weir);
            if (gateway == null) return;
            var ports = new ArrayList<>(List.of(PORT, PORT + 1, PORT + 2));
            ignoring(() -> blocking(weir, PORT + 2));
            ignoring(() -> ports.add(FaultProxy.on(weir, ProxySettings.to(origin.address()))
                    .local()
                    .port()));
            for (int i = 0; i < ROUNDS; i++) {
                for (int port : ports) ask(port);
                world.pass(100_000_000);
            }
            for (CloseReport report : gateway.close(Deadline.NEVER)) {
                assertThat(report.survivors()).isEmpty();
            }
            world.settle();
            for (SimPeer client : clients) {
                assertThat(client.isBroken() || client.hasEnded() || client.hasLeft())
                        .isTrue();
            }
        }

        private @Nullable Weir open() {
            var settings = WeirSettings.of("steps", 12 << 20, 1000).withLoops(2).withCharge(BlockingHandlers.charge(4));
            return orNull(() -> Weir.open(settings, LoopGroup.Drive.BY_HAND, world.clock(), world.ledger(), failing));
        }

        private @Nullable Gateway gateway(Weir weir) {
            return orNull(() -> Gateway.over(weir, config(), line -> {}, setting -> {
                log.opened++;
                return log;
            }));
        }

        private GatewayConfig config() {
            var read = ConfigReader.read(
                    "steps.yaml", """
                    memory: 8MiB
                    admin: off
                    access-log: stdout
                    upstreams: { web: { origins: ["127.0.0.1:%d"], when-all-down: fail } }
                    listeners:
                      - { bind: "127.0.0.1:%d", upstream: web, limits: { connections: 10 } }
                      - { bind: "127.0.0.1:%d", protocol: tcp, upstream: web, limits: { connections: 10 } }
                    """.formatted(origin.address().port(), PORT, PORT + 1));
            if (read instanceof ConfigReader.Read(var config)) return config;
            throw new AssertionError(read);
        }

        private static void blocking(Weir weir, int port) {
            var handlers = BlockingHandlers.of(weir, (_, response) -> response.send("ok"), 4);
            HttpServer.open(
                    weir, ServerSettings.at(at(port)).withName("blocking").withConnectionsMax(10), handlers);
        }

        private static Endpoint at(int port) {
            return Endpoint.of("127.0.0.1", port);
        }

        /// Sends a request and answers it, as far as that goes.
        private void ask(int port) {
            SimPeer client;
            try {
                client = network.dial(at(port));
            } catch (AssertionError nobodyListens) {
                return;
            }
            clients.add(client);
            offer(client, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            while (origin.waiting() > 0) origins.add(origin.accept());
            for (SimPeer one : origins) {
                if (one.receive() > 0) {
                    one.consume(one.received());
                    offer(one, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                }
            }
            client.receive();
            world.settle();
        }

        private void offer(SimPeer peer, String text) {
            byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
            peer.send(bytes, 0, bytes.length);
            world.settle();
        }
    }

    private interface Opening<T> {
        T open();
    }

    private static <T> @Nullable T orNull(Opening<T> opening) {
        try {
            return opening.open();
        } catch (PlannedFailure planned) {
            return null;
        }
    }

    private static void ignoring(Runnable opening) {
        try {
            opening.run();
        } catch (PlannedFailure planned) {
            // Why: what was opened until then is closed, or the end finds it.
        }
    }
}
