package dev.weir.pool.exclusive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Connection;
import dev.weir.connection.Connections;
import dev.weir.ledger.Ledger;
import dev.weir.loop.EventLoop;
import dev.weir.loop.LoopGroup;
import dev.weir.loop.Mailbox;
import dev.weir.loop.Poller;
import dev.weir.pool.Origin;
import dev.weir.pool.PoolCount;
import dev.weir.pool.PoolLimits;
import dev.weir.pool.Refusal;
import dev.weir.pool.RoundRobin;
import dev.weir.time.Clock;
import dev.weir.time.Deadline;
import dev.weir.transport.Acceptor;
import dev.weir.transport.ConnectAttempt;
import dev.weir.transport.Endpoint;
import dev.weir.transport.Network;
import dev.weir.transport.Transport;
import dev.weir.transport.inmemory.InMemoryNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Proves that limits are exact and no wake-up is lost when loops on threads of their own borrow, cancel,
/// discard and give back in any order: by a thousand leases and seven connections.
@Timeout(120)
class ManyLeasesTest {
    private static final int LOOPS = 4;
    private static final int BORROWERS = 1000;
    private static final int LOANS_EACH = 30;
    private static final int CONNECTIONS_MAX = 7;

    private final Clock clock = Clock.system();
    private final Ledger ledger = new Ledger("many leases", clock);
    private final InMemoryNetwork network = new InMemoryNetwork(clock, ledger, 64);
    private final AtomicInteger live = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final AtomicInteger shared = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final CountDownLatch working = new CountDownLatch(BORROWERS);

    @Test
    @DisplayName("P-01 the maximum is never exceeded and nobody is forgotten under a thousand leases on four threads")
    void theMaximumIsNeverExceeded() throws Exception {
        var group = LoopGroup.open(new LoopGroup.Settings(
                "many", LOOPS, LoopGroup.Drive.THREADS, clock, ledger, PoolScene.plan(LOOPS), network::openPoller, 17));
        var accepted = new ArrayList<Transport>();
        var acceptor = listen(group.loops().getFirst(), accepted);
        var cache = open(group, acceptor.local());
        for (int i = 0; i < BORROWERS; i++) {
            var worker = new Worker(cache, group.loops().get(i % LOOPS), this);
            worker.loop().post(worker.step);
        }

        boolean done = working.await(100, TimeUnit.SECONDS);
        assertThat(done).as("every lease is done; waiting: " + cache.waiting()).isTrue();
        assertThat(most.get()).isBetween(1, CONNECTIONS_MAX);
        assertThat(shared.get()).as("connections lent to two").isZero();
        assertThat(refused.get()).isZero();
        assertThat(cache.waiting()).isZero();
        assertThat(cache.count(PoolCount.MOVED)).isPositive();

        cache.close();
        group.loops().getFirst().post(new Mailbox.Node(() -> {
            acceptor.close();
            accepted.forEach(Transport::close);
        }));
        var report = group.close(Deadline.in(clock, Duration.ofSeconds(10)));
        assertThat(report.survivors()).isEmpty();
        assertThat(cache.origins().getFirst().outstanding()).isZero();
        assertThat(cache.origins().getFirst().idle()).isZero();
        assertThat(cache.origins().getFirst().connections()).isZero();
        assertThat(cache.count(PoolCount.CREATED)).isEqualTo(cache.count(PoolCount.ENDED));
    }

    private ConnectionCache open(LoopGroup group, Endpoint address) {
        var limits = new PoolLimits(
                CONNECTIONS_MAX, BORROWERS, Duration.ofSeconds(90), Duration.ofSeconds(90), Duration.ofSeconds(90));
        return ConnectionCache.open(new ConnectionCache.Settings(
                "many",
                List.of(new Origin.Address(address, "origin")),
                limits,
                new RoundRobin(),
                Connections.of(group),
                new Counting(network, this),
                (connection, entry) -> new Counted(connection, this)));
    }

    private Acceptor listen(EventLoop loop, List<Transport> accepted) throws Exception {
        var listening = new CompletableFuture<Acceptor>();
        loop.post(new Mailbox.Node(() ->
                listening.complete(network.listen(Endpoint.of("origin", 0), BORROWERS, loop, new Acceptor.Listener() {
                    @Override
                    public void accepted(Transport transport) {
                        accepted.add(transport);
                    }

                    @Override
                    public void acceptFailed(String why) {
                        throw new AssertionError(why);
                    }
                }))));
        return listening.get(10, TimeUnit.SECONDS);
    }

    /// Borrows, and at some later turn gives back, discards or gives up, by chance.
    private static final class Worker extends Lease {
        private final ConnectionCache cache;
        private final ManyLeasesTest test;
        final Mailbox.Node step = new Mailbox.Node(this::step);
        private @Nullable PoolEntry loan;
        private int loans;

        Worker(ConnectionCache cache, EventLoop loop, ManyLeasesTest test) {
            super(loop);
            this.cache = cache;
            this.test = test;
        }

        private void step() {
            PoolEntry mine = loan;
            loan = null;
            if (mine != null) {
                ((Counted) mine.conversation()).users.decrementAndGet();
                if (loop().chance().below(16) == 0) discard();
                else giveBack();
                if (++loans == LOANS_EACH) {
                    test.working.countDown();
                    return;
                }
            }
            cache.borrow(this);
            if (loan == null && loop().chance().below(8) == 0) {
                cancel();
                if (loan == null) loop().post(step);
            }
        }

        @Override
        protected void borrowed(PoolEntry lent, boolean reused) {
            loan = lent;
            if (((Counted) lent.conversation()).users.incrementAndGet() != 1) test.shared.incrementAndGet();
            loop().post(step);
        }

        @Override
        protected void refused(Refusal why) {
            test.refused.incrementAndGet();
            loop().post(step);
        }
    }

    /// Counts connections from the attempt on.
    private record Counting(Network real, ManyLeasesTest test) implements Network {
        @Override
        public ConnectAttempt connect(Endpoint peer, EventLoop loop, ConnectAttempt.Listener connected) {
            test.most.accumulateAndGet(test.live.incrementAndGet(), Math::max);
            return real.connect(peer, loop, connected);
        }

        @Override
        public Poller openPoller() {
            return real.openPoller();
        }

        @Override
        public Acceptor listen(Endpoint address, int backlog, EventLoop loop, Acceptor.Listener accepted) {
            return real.listen(address, backlog, loop, accepted);
        }
    }

    /// Counts who uses a connection, and the end of it.
    private static final class Counted implements PooledConversation {
        final AtomicInteger users = new AtomicInteger();
        private final ManyLeasesTest test;
        private final Connection connection;

        Counted(Connection connection, ManyLeasesTest test) {
            this.connection = connection;
            this.test = test;
        }

        @Override
        public boolean isClean() {
            return connection.isOpen();
        }

        @Override
        public void readable() {
            connection.close(CloseReason.BROKEN);
        }

        @Override
        public void timedOut() {}

        @Override
        public void closing(CloseReason reason) {
            test.live.decrementAndGet();
        }
    }
}
