package dev.weir.pool.exclusive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.connection.ChargeRequest;
import dev.weir.connection.CloseReason;
import dev.weir.connection.Connection;
import dev.weir.connection.Connections;
import dev.weir.ledger.Ledger;
import dev.weir.loop.EventLoop;
import dev.weir.loop.LoopGroup;
import dev.weir.memory.MemoryPlan;
import dev.weir.pool.Origin;
import dev.weir.pool.OriginListener;
import dev.weir.pool.PoolCount;
import dev.weir.pool.PoolLimits;
import dev.weir.pool.Refusal;
import dev.weir.pool.RoundRobin;
import dev.weir.pool.SharedAddresses;
import dev.weir.testing.ManualClock;
import dev.weir.testing.Scene;
import dev.weir.time.Deadline;
import dev.weir.transport.Acceptor;
import dev.weir.transport.Endpoint;
import dev.weir.transport.Network;
import dev.weir.transport.Transport;
import dev.weir.transport.inmemory.InMemoryNetwork;
import dev.weir.transport.tcp.TcpNetwork;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A cache with origins that are driven by hand: two loops that borrow, one that accepts, a clock that stands
/// still. Closing it closes everything and proves that the ledger is zero.
final class PoolScene implements AutoCloseable {
    private static final int TURNS_MAX = 3000;
    private static final int LOOPS = 3;
    private static final int CONNECTIONS_MAX = 2_000;

    final Ledger ledger;
    final LoopGroup group;
    final Network network;
    final SharedAddresses sharedAddresses = new SharedAddresses();
    final ConnectionCache cache;
    final List<Acceptor> acceptors = new ArrayList<>();
    final List<List<Transport>> accepted = new ArrayList<>();
    final List<Client> clients = new ArrayList<>();
    final List<TestLease> askers = new ArrayList<>();
    private final ManualClock clock;
    private final boolean isTcp;
    boolean openerFails;

    /// What a conversation does in `opened`.
    Consumer<Connection> whenOpened = connection -> {};

    /// What a scene is made of; the network may be wrapped.
    record Setting(boolean isTcp, int origins, PoolLimits limits, UnaryOperator<Network> wrapped) {
        static Setting of(int origins, int connectionsMax, int waitingMax) {
            var limits = new PoolLimits(
                    connectionsMax, waitingMax, Duration.ofSeconds(5), Duration.ofSeconds(55), Duration.ofSeconds(2));
            return new Setting(false, origins, limits, UnaryOperator.identity());
        }

        Setting over(boolean tcp) {
            return new Setting(tcp, origins, limits, wrapped);
        }

        Setting with(UnaryOperator<Network> wrapper) {
            return new Setting(isTcp, origins, limits, wrapper);
        }
    }

    PoolScene(Scene test, Setting setting) {
        isTcp = setting.isTcp();
        ledger = test.ledger();
        clock = test.clock();
        Network real = isTcp ? new TcpNetwork(ledger) : new InMemoryNetwork(clock, ledger, 4096);
        network = setting.wrapped().apply(real);
        group = LoopGroup.open(new LoopGroup.Settings(
                "scene", LOOPS, LoopGroup.Drive.BY_HAND, clock, ledger, plan(LOOPS), network::openPoller, 7));
        turn();
        var addresses = new ArrayList<Origin.Address>();
        for (int i = 0; i < setting.origins(); i++) addresses.add(listen());
        cache = ConnectionCache.open(new ConnectionCache.Settings(
                        "web",
                        addresses,
                        setting.limits(),
                        new RoundRobin(),
                        Connections.of(group),
                        network,
                        this::client)
                .at(sharedAddresses));
    }

    /// A second pool with the same origins; closed before this one.
    Other another(int connectionsMax, int connectMillis) {
        return another("other", connectionsMax, connectMillis);
    }

    Other another(String name, int connectionsMax, int connectMillis) {
        var limits = new PoolLimits(
                connectionsMax, 4, Duration.ofSeconds(5), Duration.ofSeconds(55), Duration.ofMillis(connectMillis));
        var addresses = cache.origins().stream().map(Origin::where).toList();
        var opened = ConnectionCache.open(new ConnectionCache.Settings(
                        name, addresses, limits, new RoundRobin(), Connections.of(group), network, this::client)
                .at(sharedAddresses));
        return new Other(opened);
    }

    /// A pool that is closed within the scene.
    final class Other implements AutoCloseable {
        final ConnectionCache cache;

        private Other(ConnectionCache cache) {
            this.cache = cache;
        }

        List<Origin> origins() {
            return cache.origins();
        }

        void setOriginListener(OriginListener watch) {
            cache.setOriginListener(watch);
        }

        @Override
        public void close() {
            cache.close();
            settle();
        }
    }

    TestLease leaseOf(Other other, int loop) {
        TestLease asker = lease(loop);
        asker.cache = other.cache;
        return asker;
    }

    static MemoryPlan plan(int loops) {
        var fixed = EventLoop.fixedLines(loops);
        var charges = ChargeRequest.shared(CONNECTIONS_MAX, loops);
        long charged = charges.stream().mapToLong(MemoryPlan.Line::bytes).sum();
        return MemoryPlan.of((4 << 20) + charged, fixed, charges, MemoryPlan.Settings.DEFAULT);
    }

    /// One more that may become an origin.
    Origin.Address listen() {
        var local = isTcp ? Endpoint.loopback(0) : Endpoint.of("127.0.0.1", 0);
        Acceptor acceptor = listenAgain(local);
        return new Origin.Address(
                acceptor.local(), "127.0.0.1:" + acceptor.local().port());
    }

    Acceptor listenAgain(Endpoint local) {
        var arrived = new ArrayList<Transport>();
        var acceptor = network.listen(local, 64, loop(2), new Acceptor.Listener() {
            @Override
            public void accepted(Transport transport) {
                arrived.add(transport);
            }

            @Override
            public void acceptFailed(String why) {
                throw new AssertionError(why);
            }
        });
        acceptors.add(acceptor);
        accepted.add(arrived);
        return acceptor;
    }

    PooledConversation client(Connection connection, PoolEntry entry) {
        if (openerFails) throw new IllegalStateException("planted");
        var client = new Client(connection, whenOpened);
        clients.add(client);
        return client;
    }

    EventLoop loop(int index) {
        return group.loops().get(index);
    }

    Origin origin(int index) {
        return cache.origins().get(index);
    }

    /// The origin's end of the latest connection to the first origin.
    Transport peer() {
        return accepted.getFirst().getLast();
    }

    Client client() {
        return clients.getLast();
    }

    /// A lease with a connection of its own.
    TestLease leaseWithOwnConnection(int loop) {
        TestLease asker = lease(loop);
        asker.makesOwn = true;
        return asker;
    }

    TestLease lease(int loop) {
        return new TestLease(this, loop(loop));
    }

    /// A lease that holds a connection.
    TestLease holding(int loop) {
        var asker = lease(loop).borrow();
        until(() -> asker.held() != null);
        return asker;
    }

    void turn() {
        for (EventLoop loop : group.loops()) loop.turn(0);
    }

    /// Turns until nothing more is expected.
    void settle() {
        for (int i = 0; i < 12; i++) turn();
    }

    void until(BooleanSupplier done) {
        for (int i = 0; i < TURNS_MAX && !done.getAsBoolean(); i++) {
            turn();
            // Why: the kernel takes its own time to tell.
            if (isTcp && i > 20) loop(i % LOOPS).turn(1_000_000);
        }
        assertThat(done.getAsBoolean()).as("what was waited for came").isTrue();
    }

    /// Moves the clock and nothing else.
    void advance(Duration time) {
        clock.advance(time);
    }

    void pass(Duration time) {
        // Why: in steps, as a clock goes, so that a timer that schedules another is not passed by.
        for (int i = 0; i < 20; i++) {
            clock.advance(time.dividedBy(20));
            turn();
        }
        settle();
    }

    static ByteBuffer bytes(String text) {
        ByteBuffer block = ByteBuffer.allocateDirect(text.length());
        for (int i = 0; i < text.length(); i++) block.put((byte) text.charAt(i));
        return block.flip();
    }

    @Override
    public void close() {
        cache.close();
        settle();
        for (Client client : clients) client.connection.close(CloseReason.CLOSED);
        for (TestLease asker : askers) asker.endLease();
        for (Acceptor acceptor : acceptors) acceptor.close();
        settle();
        for (List<Transport> ends : accepted) ends.forEach(Transport::close);
        settle();
        assertThat(ledger.survivors().stream().filter(line -> !line.contains("selector")))
                .isEmpty();
        for (Origin origin : cache.origins()) {
            assertThat(origin.connections()).as("slots in use").isZero();
            assertThat(origin.idle()).as("idle").isZero();
            assertThat(origin.outstanding()).as("outstanding").isZero();
        }
        assertThat(cache.count(PoolCount.CREATED)).isEqualTo(cache.count(PoolCount.ENDED));
        var report = group.close(Deadline.NEVER);
        assertThat(report.survivors()).isEmpty();
        assertThat(group.budget().reservedBytes()).as("charges not given back").isZero();
    }

    /// A lease that records the calls it gets.
    static final class TestLease extends Lease {
        private final PoolScene scene;

        ConnectionCache cache;
        boolean reused;
        boolean canRepeat;
        boolean makesOwn;
        long address;
        long slowNanos;
        boolean endsWhenStalled = true;

        @Nullable
        Refusal refusal;

        TestLease(PoolScene scene, EventLoop loop) {
            super(loop);
            this.scene = scene;
            this.cache = scene.cache;
            scene.askers.add(this);
        }

        TestLease borrow() {
            refusal = null;
            cache.borrow(this);
            return this;
        }

        PoolEntry loan() {
            PoolEntry held = held();
            if (held == null) throw new AssertionError("nothing is lent: " + refusal);
            return held;
        }

        void endLease() {
            if (held() != null) discard();
        }

        @Override
        protected @Nullable Opener ownOpener() {
            return makesOwn ? scene::client : null;
        }

        TestLease from(long client) {
            address = client;
            return this;
        }

        @Override
        protected long clientKey() {
            return address;
        }

        @Override
        protected long slowNanos() {
            return slowNanos;
        }

        @Override
        protected boolean endIfStalled() {
            if (endsWhenStalled) discard();
            return endsWhenStalled;
        }

        @Override
        protected void endForWaiter() {
            discard();
        }

        @Override
        protected boolean canRepeat() {
            return canRepeat;
        }

        @Override
        protected void borrowed(PoolEntry lent, boolean again) {
            reused = again;
        }

        @Override
        protected void refused(Refusal why) {
            refusal = why;
        }
    }

    /// A conversation that says nothing by itself.
    static final class Client implements PooledConversation {
        final Connection connection;
        private final Consumer<Connection> whenOpened;
        int opened;
        boolean isClean = true;
        int readable;
        Runnable onClosing = () -> {};

        @Nullable
        CloseReason closing;

        @Nullable
        CloseReason ended;

        Client(Connection connection, Consumer<Connection> whenOpened) {
            this.connection = connection;
            this.whenOpened = whenOpened;
        }

        @Override
        public void opened() {
            opened++;
            whenOpened.accept(connection);
        }

        @Override
        public boolean isClean() {
            return isClean;
        }

        @Override
        public void readable() {
            readable++;
            connection.read(connection.loop().readScratch().clear());
        }

        @Override
        public void timedOut() {}

        @Override
        public void closing(CloseReason reason) {
            closing = reason;
            onClosing.run();
        }

        @Override
        public void ended(CloseReason reason) {
            ended = reason;
        }
    }
}
