package dev.weir.laws.gateway;

import dev.weir.gateway.Gateway;
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
import dev.weir.http.codec.HeadLimits;
import dev.weir.laws.http.Bodies;
import dev.weir.laws.http.HttpClient;
import dev.weir.laws.play.Hog;
import dev.weir.laws.play.Play;
import dev.weir.loop.CloseReport;
import dev.weir.memory.block.BlockSize;
import dev.weir.runtime.LargeHeads;
import dev.weir.runtime.Weir;
import dev.weir.testing.sim.Scenario;
import dev.weir.testing.sim.SimOrigin;
import dev.weir.testing.sim.Storm;
import dev.weir.testing.sim.World;
import dev.weir.testing.sim.law.ExchangeBook;
import dev.weir.testing.sim.seed.Fault;
import dev.weir.time.Chance;
import dev.weir.time.Deadline;
import dev.weir.transport.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A whole gateway between at least eight clients and two origins: forty exchanges and ten faults a
/// seed, and in half of the seeds less memory than they need.
public enum GatewayScenario implements Scenario {
    /// It forwards requests.
    HTTP("gateway", "a whole gateway between clients and origins that misbehave, often short of memory"),
    /// It forwards bytes and knows nothing of requests.
    TCP("relay", "the same gateway in TCP mode, which knows nothing of requests");

    private static final int EXCHANGES_MIN = 40;
    private static final int FAULTS_MIN = 10;
    private static final Storm STORM = new Storm(EXCHANGES_MIN, FAULTS_MIN, 4000, 8);
    private static final int LONG_FIELD_MAX = 50_000;
    private static final int LARGE_PIPE_BYTES = 100_000;
    private static final Duration HEALING = Duration.ofMinutes(10);

    private final String label;
    private final String purpose;

    GatewayScenario(String label, String purpose) {
        this.label = label;
        this.purpose = purpose;
    }

    /// How long a field of a head may be beyond what is usual; zero in most worlds.
    int longestField(World world) {
        // Why: a head that comes in pieces is refused where one block makes memory scarce.
        boolean isPlenty = world.seed() % 2 != 0;
        return this == HTTP && isPlenty && (world.seed() >>> 2 & 3) == 0 ? LONG_FIELD_MAX : 0;
    }

    @Override
    public String label() {
        return label;
    }

    @Override
    public String purpose() {
        return purpose;
    }

    @Override
    public void play(World world) {
        new GatewayPlay(world, this).play();
    }

    /// One run.
    private static final class GatewayPlay extends Play<HttpClient> {
        private final GatewayScenario mode;
        private final Weir weir;
        private final Gateway gateway;
        private final List<SimOrigin> origins = new ArrayList<>();
        private final Hog hog;
        private final SimLog log;
        private final boolean logs;
        private final int poolConnections;
        private final int connectionsLimit;
        private final Listener.Beyond beyond;

        GatewayPlay(World world, GatewayScenario mode) {
            super(world, pipeBytes(world.chance()), HEALING);
            this.mode = mode;
            weir = open(1 + below(2), world.seed() % 2 == 0 ? 4 + below(3) : PLENTY_BLOCKS);
            for (int i = 0; i < 2; i++) {
                origins.add(new SimOrigin(world, network, HttpOriginSession.protocol(world, mode)));
            }
            poolConnections = 1 + below(3);
            connectionsLimit = below(4) == 0 ? 4 + below(6) : 100;
            beyond = world.seed() % 3 == 0 ? Listener.Beyond.REFUSE : Listener.Beyond.WAIT;
            log = new SimLog(world);
            // Why: a relay logs nothing.
            logs = mode == HTTP && below(4) > 0;
            gateway = Gateway.over(weir, config(), world.trace()::comment, setting -> log);
            var serverKind = mode == TCP ? HttpClient.ServerKind.RELAY : HttpClient.ServerKind.GATEWAY;
            int people = 8 + below(5);
            for (int i = 0; i < people; i++) clients.add(new HttpClient(world, network, PORT, i, serverKind));
            hog = new Hog(world, weir.group().budget().pool());
            for (HttpClient client : clients) client.setLongestField(mode.longestField(world));
            for (SimOrigin origin : origins) world.add(origin, 5);
            for (HttpClient client : clients) world.add(client, 2);
            world.add(hog, 1);
            world.watch(weir.connections());
            world.checker().add("I-8", this::tooMany);
            world.checker().add("I-9", this::miscounted);
        }

        private static int pipeBytes(Chance chance) {
            return chance.below(4) == 0 ? LARGE_PIPE_BYTES : 200 + chance.below(8000);
        }

        private Weir open(int loops, int blocks) {
            boolean scarce = blocks < PLENTY_BLOCKS;
            // Why: large blocks can be had only where there is plenty.
            int slabBytes = (scarce ? BlockSize.NORMAL : BlockSize.LARGE).bytes();
            // Why: one of each kind, so that whoever finds it held waits.
            boolean isLong = mode.longestField(world) > 0;
            var large = isLong ? new LargeHeads(1, 1) : LargeHeads.NONE;
            long largeBytes = isLong ? (2L + loops) * BlockSize.LARGE.bytes() : 0;
            return open(charged(loops, bytes(loops, blocks) + largeBytes)
                    .withMemory(memory(scarce ? 3 : 8).withSlabBytes(slabBytes))
                    .withLargeHeads(large));
        }

        private GatewayConfig config() {
            var addresses = origins.stream()
                    .map(origin -> Endpoint.of("127.0.0.1", origin.port()))
                    .toList();
            var pool = new Upstream.Pool(poolConnections, below(8), seconds(1 + below(5)), seconds(1 + below(55)));
            var upstream = new Upstream(
                    "web",
                    addresses,
                    Upstream.Balance.values()[below(Upstream.Balance.values().length)],
                    pool,
                    new Upstream.Timeouts(seconds(1 + below(3)), seconds(5 + below(25))),
                    below(4) == 0 ? Upstream.Retry.NEVER : Upstream.Retry.SAFE,
                    below(4) == 0 ? Upstream.Reuse.NEVER : Upstream.Reuse.SAFE,
                    Upstream.Abandon.values()[below(Upstream.Abandon.values().length)],
                    Upstream.WhenAllDown.values()[below(Upstream.WhenAllDown.values().length)],
                    Upstream.Resolve.DEFAULT,
                    below(2) == 0 ? Upstream.Trailers.DROP : Upstream.Trailers.PASS);
            return new GatewayConfig(
                    Memory.DEFAULT,
                    new Admin.Off(),
                    logs ? new AccessLogSetting.Stdout() : new AccessLogSetting.Off(),
                    Stop.DEFAULT,
                    List.of(listener()),
                    List.of(upstream));
        }

        private Listener listener() {
            var bind = Endpoint.of("127.0.0.1", PORT);
            if (mode == TCP) return new TcpListener(bind, "web", connectionsLimit, beyond, seconds(5 + below(25)));
            int headerBytes = mode.longestField(world) > 0 ? HeadLimits.BYTES_MAX : 8 * 1024;
            var limits = new HttpListener.Limits(connectionsLimit, beyond, headerBytes, 50);
            var timeouts = new HttpListener.Timeouts(
                    seconds(5 + below(10)),
                    seconds(5 + below(55)),
                    seconds(5 + below(25)),
                    seconds(20 + below(60)),
                    seconds(1 + below(5)),
                    seconds(5 + below(25)));
            return new HttpListener(bind, limits, timeouts, List.of(new Route("", "/", "web")));
        }

        void play() {
            STORM.over(world);
            switch (below(7)) {
                case 0 -> closeMeanwhile();
                case 2 -> die();
                case 1 -> drainMeanwhile();
                default -> healAndServe();
            }
        }

        /// Closes everything in the middle of the run: when close returns nothing is left, and the clients are
        /// notified.
        private void closeMeanwhile() {
            stop();
            if (!world.faults().happens(Fault.CLOSED_MEANWHILE)) {
                healAndServe();
                return;
            }
            hog.letGo();
            List<CloseReport> _ = close();
            heal();
            world.requireNothingLeft();
        }

        /// A loop fails in the middle of the run: the runtime closes itself and reports why, and every
        /// connection is closed.
        private void die() {
            stop();
            if (!world.faults().happens(Fault.LOOP_DIES)) {
                healAndServe();
                return;
            }
            hog.stop();
            kill(weir.group());
            var why = close().getFirst().failures();
            if (why.isEmpty()) throw world.broken("I-10", "a loop could not go on, and the report does not say so");
            world.requireNothingLeft();
        }

        /// Drains: no new client is accepted, and connected ones are served to the end.
        private void drainMeanwhile() {
            stop();
            gateway.drain();
            for (int i = 0; i < 200; i++) world.step();
            heal();
            until(() -> gateway.connections() == 0, "all clients have left the draining gateway");
            end();
        }

        private void healAndServe() {
            heal();
            world.clock().advance(PASSED_OVER_NANOS);
            // Why: in TCP mode who stays connected keeps his connection to the origin, and elsewhere his place.
            if (mode == TCP || beyond == Listener.Beyond.REFUSE) clients.forEach(client -> client.drop(false));
            world.settle();
            for (HttpClient client : clients) {
                serve(client);
                // Why: so that the limit of connections lets the next one in.
                client.drop(false);
                world.settle();
            }
            world.settle();
            world.requireDescriptorsCounted();
            end();
        }

        private void end() {
            for (HttpClient client : clients) client.drop(false);
            hog.letGo();
            world.settle();
            // Why: lines keep their blocks until the first of them is old, and others wait for these blocks.
            if (logs) until(this::isNobodyInside, "all have left, and every line is written");
            if (gateway.connections() != 0) {
                throw world.broken("I-9", "all have left, and inside are " + inside());
            }
            requireNothingHeld(weir.group());
            List<CloseReport> _ = close();
            world.requireNothingLeft();
        }

        private boolean isNobodyInside() {
            return gateway.connections() == 0 && weir.group().budget().pool().buffersLive() == 0;
        }

        private List<String> inside() {
            var all = new ArrayList<String>();
            for (var roster : weir.connections().rosters()) {
                roster.forEach(one -> all.add(one + ", " + one.traffic().bytesIn() + " bytes in, "
                        + one.traffic().bytesOut() + " out, " + (one.isInputEnded() ? "input ended, " : "")
                        + one.heldBytes() + " bytes held"));
            }
            return all;
        }

        private List<CloseReport> close() {
            var reports = gateway.close(Deadline.NEVER);
            reports.forEach(this::requireClean);
            if (logs) requireLogged();
            return reports;
        }

        /// Why: of each exchange that was answered there is one line, or it is counted among those that were
        /// dropped.
        private void requireLogged() {
            Map<String, Integer> lines = log.lines();
            long missing = 0;
            for (long replied : world.exchanges().tokens(ExchangeBook.Outcome.REPLIED)) {
                if (!lines.containsKey(Bodies.token(replied))) missing++;
            }
            if (missing > gateway.logLinesDropped()) {
                throw world.broken(
                        "I-6", missing + " lines are missing, and " + gateway.logLinesDropped() + " were dropped");
            }
            lines.forEach((token, count) -> {
                if (count > 1) throw world.broken("I-6", count + " lines of request " + token);
            });
        }

        private @Nullable String tooMany() {
            for (int i = 0; i < origins.size(); i++) {
                int open = network.descriptorsMost(origins.get(i).port());
                if (open > poolConnections) return open + " connections to an origin that may have " + poolConnections;
            }
            return null;
        }

        private @Nullable String miscounted() {
            int inside = gateway.connections() - gateway.lingering();
            return inside < 0 || inside > connectionsLimit ? inside + " clients of " + connectionsLimit : null;
        }
    }
}
