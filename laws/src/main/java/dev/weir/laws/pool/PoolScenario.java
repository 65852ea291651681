package dev.weir.laws.pool;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Connection;
import dev.weir.connection.Connections;
import dev.weir.laws.play.Play;
import dev.weir.loop.EventLoop;
import dev.weir.loop.LoopGroup;
import dev.weir.loop.Mailbox;
import dev.weir.memory.MemoryPlan;
import dev.weir.memory.block.BlockSize;
import dev.weir.pool.LeastOutstanding;
import dev.weir.pool.Origin;
import dev.weir.pool.OriginChoice;
import dev.weir.pool.PoolCount;
import dev.weir.pool.PoolLimits;
import dev.weir.pool.RandomTwo;
import dev.weir.pool.RoundRobin;
import dev.weir.pool.SharedAddresses;
import dev.weir.pool.exclusive.ConnectionCache;
import dev.weir.pool.exclusive.PoolEntry;
import dev.weir.pool.exclusive.PooledConversation;
import dev.weir.testing.sim.Scenario;
import dev.weir.testing.sim.SimOrigin;
import dev.weir.testing.sim.Storm;
import dev.weir.testing.sim.World;
import dev.weir.testing.sim.seed.Fault;
import dev.weir.time.Deadline;
import dev.weir.transport.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Callers on one or two loops compete for a few connections to one or two origins: at least four callers, two
/// connections, twenty exchanges and five faults a seed. In every third seed half of them borrow from a second
/// pool, which has its own limits before the same origins.
public final class PoolScenario implements Scenario {
    static final int EXCHANGES_MIN = 20;
    static final int FAULTS_MIN = 5;
    private static final Storm STORM = new Storm(EXCHANGES_MIN, FAULTS_MIN, 3000, 4);
    private static final Duration HEALING = Duration.ofMinutes(2);
    private static final int ORIGINS_MAX = 2;
    private static final int EACH_MAX = 3;

    /// The scenario has no state of its own.
    public PoolScenario() {}

    @Override
    public String label() {
        return "pool";
    }

    @Override
    public String purpose() {
        return "callers compete for a few pooled connections to origins that misbehave";
    }

    @Override
    public void play(World world) {
        new PoolPlay(world).play();
    }

    /// One run.
    private static final class PoolPlay extends Play<Caller> {
        private final LoopGroup group;
        private final List<SimOrigin> origins = new ArrayList<>();
        private final List<CallerSide> sides = new ArrayList<>();
        private final List<ConnectionCache> caches = new ArrayList<>();
        private final ConnectionCache cache;
        private final int connectionsMax;
        private final int largestMax; // of both pools
        private final int places;
        private final boolean changes; // whether origins go and come
        private boolean closed;
        private boolean isHealed;

        PoolPlay(World world) {
            super(world, 64 + world.chance().below(4096), HEALING);
            int loops = 1 + below(2);
            group = LoopGroup.open(new LoopGroup.Settings(
                    "pool",
                    loops,
                    LoopGroup.Drive.BY_HAND,
                    world.throwingClock(),
                    world.ledger(),
                    plan(loops, 4 + below(4)),
                    network::openPoller,
                    world.chance().next()));
            world.add(group);
            int count = 1 + below(2);
            for (int i = 0; i < count; i++) {
                origins.add(new SimOrigin(world, network, EchoOriginSession.protocol(world)));
            }
            places = count;
            // Why: at least two in all.
            connectionsMax = (count == 1 ? 2 : 1) + below(2);
            var sharedAddresses = new SharedAddresses();
            cache = open("sim", connectionsMax, sharedAddresses);
            int otherMax = below(3) == 0 ? 1 + below(EACH_MAX) : 0;
            if (otherMax > 0) open("other", otherMax, sharedAddresses);
            largestMax = Math.max(connectionsMax, otherMax);
            int people = 4 + below(4);
            for (int i = 0; i < people; i++) {
                clients.add(new Caller(
                        world, caches.get(i / 2 % caches.size()), group.loops().get(i % loops)));
            }
            for (SimOrigin origin : origins) world.add(origin, 4);
            for (Caller caller : clients) world.add(caller, 1);
            changes = below(3) == 0;
            if (changes) addAnother();
            world.checker().add("I-8", this::tooMany);
            world.checker().add("I-8", this::tooManyInAll);
            world.checker().add("I-9", this::miscounted);
            world.checker().add("P-02", this::forgotten);
        }

        /// One that comes when another goes.
        private void addAnother() {
            var another = new SimOrigin(world, network, EchoOriginSession.protocol(world));
            origins.add(another);
            world.add(another, 4);
            world.add(this::changeOrigins, 1);
        }

        private static MemoryPlan plan(int loops, int blocks) {
            var fixed = EventLoop.fixedLines(loops);
            int normal = BlockSize.NORMAL.bytes();
            var charges = new ArrayList<>(
                    ConnectionCache.charges("sim", ORIGINS_MAX, EACH_MAX).lines());
            charges.addAll(
                    ConnectionCache.charges("other", ORIGINS_MAX, EACH_MAX).lines());
            long bytes = bytes(loops, blocks);
            for (MemoryPlan.Line line : charges) bytes += line.bytes();
            return MemoryPlan.of(bytes, fixed, charges, MemoryPlan.Settings.DEFAULT.withSlabBytes(normal));
        }

        private List<Origin.Address> addresses() {
            return addresses(origins.subList(0, places));
        }

        private static List<Origin.Address> addresses(List<SimOrigin> some) {
            return some.stream()
                    .map(one -> new Origin.Address(Endpoint.of("127.0.0.1", one.port()), "127.0.0.1:" + one.port()))
                    .toList();
        }

        /// One origin or all go, and others come.
        private int changeOrigins() {
            if (isHealed || closed || below(20) > 0) return 0;
            var now = new ArrayList<Origin.Address>();
            List<Origin.Address> all = addresses(origins);
            int first = below(all.size());
            int count = 1 + below(places);
            for (int i = 0; i < count; i++) now.add(all.get((first + i) % all.size()));
            if (!cache.replaceOrigins(now).isEmpty()) throw world.broken("liveness", "an origin has no place");
            return 1;
        }

        private ConnectionCache open(String name, int each, SharedAddresses sharedAddresses) {
            var limits = new PoolLimits(
                            each, below(8), seconds(2 + below(4)), seconds(1 + below(60)), seconds(1 + below(3)))
                    .withDownTime(seconds(below(3)));
            OriginChoice choice = switch (below(3)) {
                case 0 -> new RoundRobin();
                case 1 -> new LeastOutstanding();
                default -> new RandomTwo();
            };
            var opened = ConnectionCache.open(new ConnectionCache.Settings(
                            name, addresses(), limits, choice, Connections.of(group), network, this::side)
                    .at(sharedAddresses));
            caches.add(opened);
            return opened;
        }

        private PooledConversation side(Connection connection, PoolEntry entry) {
            var side = new CallerSide(world, connection);
            sides.add(side);
            return side;
        }

        void play() {
            STORM.over(world);
            if (below(4) == 0 && world.faults().happens(Fault.CLOSED_MEANWHILE)) close();
            heal();
            isHealed = true;
            if (changes && !closed && !cache.replaceOrigins(addresses()).isEmpty()) {
                throw world.broken("liveness", "an origin has no place");
            }
            if (!closed) everybodyIsServed();
            close();
            world.settle();
            closeGroup();
        }

        private void everybodyIsServed() {
            world.clock().advance(PASSED_OVER_NANOS);
            world.settle();
            clients.forEach(this::serve);
            world.settle();
            world.requireDescriptorsCounted();
        }

        private void close() {
            closed = true;
            stop();
            caches.forEach(ConnectionCache::close);
            // Why: closing again must be harmless.
            caches.forEach(ConnectionCache::close);
        }

        private void closeGroup() {
            for (CallerSide side : sides) {
                Connection one = side.connection();
                boolean open = one.loop().post(new Mailbox.Node(() -> one.close(CloseReason.CLOSED)));
                if (!open) throw world.broken("threads", "a loop that was not closed takes no posts");
            }
            world.settle();
            caches.forEach(this::requireEmpty);
            requireClean(group.close(Deadline.NEVER));
            world.requireNothingLeft();
        }

        private void requireEmpty(ConnectionCache one) {
            for (Origin origin : one.origins()) {
                if (origin.connections() != 0 || origin.outstanding() != 0 || origin.idle() != 0) {
                    throw world.broken("I-10", "slots are in use after everything was closed: " + counts(origin));
                }
            }
            if (one.count(PoolCount.CREATED) != one.count(PoolCount.ENDED)) {
                throw world.broken("I-5", "connections created are not those that ended");
            }
        }

        private static String counts(Origin origin) {
            return origin.connections() + " connections, " + origin.outstanding() + " outstanding, " + origin.idle()
                    + " idle";
        }

        private @Nullable String tooMany() {
            for (int i = 0; i < origins.size(); i++) {
                int open = network.descriptorsMost(origins.get(i).port());
                if (open > largestMax) return open + " connections to an origin that may have " + largestMax;
            }
            return null;
        }

        private @Nullable String tooManyInAll() {
            int open = network.descriptors();
            // Why: while origins change, each pool has as many as its places are charged for.
            int most = changes && caches.size() > 1 ? (places + 1) * largestMax : places * largestMax;
            return open > most ? open + " connections in places for " + most : null;
        }

        private @Nullable String forgotten() {
            for (int i = 0; i < caches.size(); i++) {
                ConnectionCache one = caches.get(i);
                // Why: a lease pinned to one origin cannot use idle connections of another.
                if (one.waiting() <= pinnedIn(one)) continue;
                for (Origin origin : one.origins()) {
                    int idle = origin.idle();
                    if (idle > 0) return one.waiting() + " wait, and " + idle + " connections are idle";
                }
            }
            return null;
        }

        private int pinnedIn(ConnectionCache pool) {
            int pinned = 0;
            for (int i = 0; i < clients.size(); i++) {
                if (clients.get(i).isPinnedIn(pool)) pinned++;
            }
            return pinned;
        }

        private @Nullable String miscounted() {
            int outstanding = 0;
            for (int i = 0; i < caches.size(); i++) {
                for (Origin origin : caches.get(i).origins()) {
                    outstanding += origin.outstanding();
                    if (origin.outstanding() < 0 || origin.connections() < 0 || origin.connections() > largestMax) {
                        return "an origin counts " + counts(origin);
                    }
                }
            }
            int busy = 0;
            for (int i = 0; i < clients.size(); i++) {
                if (clients.get(i).isPending()) busy++;
            }
            return outstanding > busy ? outstanding + " outstanding for " + busy + " exchanges" : null;
        }
    }
}
