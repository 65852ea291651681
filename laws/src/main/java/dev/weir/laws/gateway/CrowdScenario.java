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
import dev.weir.gateway.config.Upstream;
import dev.weir.laws.http.HttpClient;
import dev.weir.laws.play.Play;
import dev.weir.runtime.Weir;
import dev.weir.testing.sim.Scenario;
import dev.weir.testing.sim.SimOrigin;
import dev.weir.testing.sim.World;
import dev.weir.time.Deadline;
import dev.weir.transport.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A whole gateway with a few blocks above its reserve, among many clients that keep what they have: slow
/// readers, slow uploads, senders of single bytes, and those whose origin has stalled. In half of the worlds the
/// origin has far fewer places than the crowd has clients. While they live, each honest client is answered within a
/// time that is bounded.
public final class CrowdScenario implements Scenario {
    private static final int STORM_STEPS = 1500;
    private static final int RESERVE_BLOCKS = 3;
    private static final int BLOCKS_ABOVE_MAX = 16;
    private static final int READERS_MIN = 16;
    private static final int EACH_MIN = 3;
    private static final int HONEST = 4;
    private static final int PIPE_BYTES_MIN = 90_000;
    private static final int REQUESTS = 3;
    private static final int CONNECTIONS = 200;

    // Why: less than half of the readers alone; as many may wait as by default for so many places.
    private static final int PLACES_FEW = 7;
    private static final int WAITING_FEW = 28;
    private static final Duration HEADER = Duration.ofSeconds(5);
    private static final Duration STALL = Duration.ofSeconds(30);
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration HEALING = Duration.ofMinutes(10);
    private static final long CROWDING_NANOS = 5_000_000_000L;

    /// How long honest clients may wait for their answers, refusals and second attempts included.
    private static final long SOON_NANOS = 100_000_000L;

    /// The same where places are few: a place and the memory behind it are waited for one after the other.
    private static final long FEW_PLACES_NANOS = 10_000_000_000L;

    /// The same with one block above the reserve: whoever has it keeps it until another has waited too long.
    private static final long ONE_BLOCK_NANOS = 20_000_000_000L;

    @Override
    public String label() {
        return "crowd";
    }

    @Override
    public String purpose() {
        return "a gateway with hardly any memory and many slow clients: honest ones are still served";
    }

    @Override
    public void play(World world) {
        new CrowdPlay(world).play();
    }

    /// One run.
    private static final class CrowdPlay extends Play<HttpClient> {
        private final int above;
        private final boolean hasFewPlaces;
        private final Weir weir;
        private final Gateway gateway;
        private final SimOrigin origin;
        private final List<SlowClient> crowd = new ArrayList<>();

        CrowdPlay(World world) {
            this(world, PIPE_BYTES_MIN + world.chance().below(PIPE_BYTES_MIN));
        }

        private CrowdPlay(World world, int pipeBytes) {
            super(world, pipeBytes, HEALING);
            // Why: a kernel tells of room when a third is free, and Weir sets no less than this.
            network.setWritableThreshold(pipeBytes / 3);
            above = 1 + below(BLOCKS_ABOVE_MAX);
            hasFewPlaces = (world.seed() >>> 2 & 1) == 0;
            weir = open(1 + below(2), RESERVE_BLOCKS + above);
            origin = new SimOrigin(world, network, HttpOriginSession.protocol(world, GatewayScenario.HTTP));
            world.add(origin, 5);
            // Why: it lets everybody in, and takes nothing.
            int stalled = network.serve(0, peer -> {});
            gateway = Gateway.over(weir, config(stalled), world.trace()::comment);
            for (SlowClient.Habit habit : SlowClient.Habit.values()) {
                int least = habit == SlowClient.Habit.READS_SLOWLY ? READERS_MIN : EACH_MIN;
                int many = least + below(least);
                for (int i = 0; i < many; i++) crowd.add(new SlowClient(world, network, PORT, habit, size(habit)));
            }
            for (int i = 0; i < HONEST; i++) {
                clients.add(new HttpClient(world, network, PORT, i, HttpClient.ServerKind.GATEWAY));
            }
            for (SlowClient one : crowd) world.add(one, 1);
            for (HttpClient one : clients) world.add(one, 2);
            world.watch(weir.connections());
        }

        private int size(SlowClient.Habit habit) {
            return switch (habit) {
                case READS_SLOWLY -> 400_000;
                case UPLOADS_SLOWLY, ASKS_THE_STALLED -> 10_000 + below(30_000);
                case SENDS_BYTES -> 100;
            };
        }

        private Weir open(int loops, int blocks) {
            return open(charged(loops, bytes(loops, blocks)).withMemory(memory(RESERVE_BLOCKS)));
        }

        private GatewayConfig config(int stalled) {
            var retry = below(2) == 0 ? Upstream.Retry.NEVER : Upstream.Retry.SAFE;
            var limits = new HttpListener.Limits(CONNECTIONS, Listener.Beyond.WAIT, 8 * 1024, 50);
            var listener = new HttpListener(
                    Endpoint.of("127.0.0.1", PORT),
                    limits,
                    new HttpListener.Timeouts(HEADER, LONG, STALL, LONG, Duration.ofSeconds(5), LONG),
                    List.of(new Route("", SlowClient.STALLED, "stalled"), new Route("", "/", "web")));
            return new GatewayConfig(
                    Memory.DEFAULT,
                    new Admin.Off(),
                    new AccessLogSetting.Off(),
                    Stop.DEFAULT,
                    List.of(listener),
                    List.of(upstream("web", origin.port(), retry), upstream("stalled", stalled, retry)));
        }

        private Upstream upstream(String name, int port, Upstream.Retry retry) {
            var many = new Upstream.Pool(CONNECTIONS, CONNECTIONS, HEADER, LONG);
            var few = new Upstream.Pool(PLACES_FEW, WAITING_FEW, HEADER, LONG);
            return new Upstream(
                    name,
                    List.of(Endpoint.of("127.0.0.1", port)),
                    Upstream.Balance.ROUND_ROBIN,
                    hasFewPlaces ? few : many,
                    new Upstream.Timeouts(Duration.ofSeconds(2), STALL),
                    retry);
        }

        void play() {
            for (int step = 0; step < STORM_STEPS; step++) world.step();
            heal();
            world.clock().advance(PASSED_OVER_NANOS);
            long comeNanos = world.clock().nanoTime();
            until(
                    () -> world.clock().nanoTime() - comeNanos > CROWDING_NANOS,
                    "the crowd has had time to take what it can");
            for (int i = 0; i < REQUESTS; i++) {
                if (crowd.stream().noneMatch(SlowClient::isThere)) throw world.broken("crowd", "no slow client left");
                serveHonest();
            }
            end();
        }

        private boolean isNobodyHonestPending() {
            return clients.stream().noneMatch(HttpClient::isPending);
        }

        /// All ask at once, each until it is answered: who is refused for lack of memory asks again.
        private void serveHonest() {
            long untilNanos = world.clock().nanoTime() + patienceNanos();
            for (int wanted = answered() + HONEST; answered() < wanted; ) {
                for (int missing = wanted - answered(); missing > 0; missing--) {
                    clients.get(missing - 1).begin();
                }
                long leftNanos = untilNanos - world.clock().nanoTime();
                world.until(this::isNobodyHonestPending, leftNanos, "honest clients in a crowd are answered");
            }
            for (HttpClient client : clients) {
                if (below(2) == 0) client.drop(false);
            }
        }

        private long patienceNanos() {
            // Why: with two blocks and few places, whoever has a block waits for a place, and the other way round.
            if (above == 1 || (above == 2 && hasFewPlaces)) return ONE_BLOCK_NANOS;
            return hasFewPlaces ? FEW_PLACES_NANOS : SOON_NANOS;
        }

        private boolean isNobodyInside() {
            return gateway.connections() == 0 && weir.group().budget().pool().buffersLive() == 0;
        }

        private int answered() {
            return clients.stream().mapToInt(HttpClient::replies).sum();
        }

        private void end() {
            for (HttpClient client : clients) client.drop(false);
            crowd.forEach(SlowClient::leave);
            // Why: of who is not read it is not seen that he has left, until his time is over.
            until(this::isNobodyInside, "all clients have left, and every block is released");
            gateway.close(Deadline.NEVER).forEach(this::requireClean);
            world.requireNothingLeft();
        }
    }
}
