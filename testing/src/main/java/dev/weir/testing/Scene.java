package dev.weir.testing;

import dev.weir.ledger.Ledger;
import dev.weir.loop.LoopGroup;
import dev.weir.time.Clock;
import dev.weir.time.Deadline;
import dev.weir.transport.Network;
import dev.weir.transport.inmemory.InMemoryNetwork;
import dev.weir.transport.tcp.TcpNetwork;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/// What one test has to itself: a ledger, a clock, networks, loops. It closes what it made and tells what is left.
///
/// **Owns:** the groups and peers made through it, until the test ends.
/// **Threads:** thread-safe, but for what it returns.
/// **Waits:** at the end of the test 10 s at most for the threads of its loops.
public final class Scene {
    /// Where tests listen: this machine, a port that the network chooses.
    public static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private static final long PATIENCE_NANOS = 20_000_000L;
    private static final long NAP_NANOS = 10_000_000L;
    private static final Duration CLOSE_TIME = Duration.ofSeconds(10);

    private final String name;
    private final long beganNanos = Clock.system().nanoTime();
    private final Ledger ledger;
    private final HandClock clock = new HandClock();
    private final List<LoopGroup> groups = new ArrayList<>();
    private final List<AutoCloseable> others = new ArrayList<>();

    /// A scene with nothing on it.
    ///
    /// @param name the test's, which its loops carry
    public Scene(String name) {
        this.name = name;
        this.ledger = new Ledger(name, Clock.system());
    }

    /// The book in which everything of this test is written.
    public Ledger ledger() {
        return ledger;
    }

    /// The clock of all loops that are turned by hand.
    public HandClock clock() {
        return clock;
    }

    /// TCP, counted in this test's ledger.
    public Network tcp() {
        return new TcpNetwork(ledger);
    }

    /// Small loops over pipes, turned by hand.
    public HandLoops inMemory() {
        return inMemory(Shape.SMALL);
    }

    /// Loops over pipes, turned by hand.
    public HandLoops inMemory(Shape shape) {
        var network = new InMemoryNetwork(clock, ledger, shape.pipeBytes());
        var group = open(shape, network, LoopGroup.Drive.BY_HAND, clock);
        return new HandLoops(group, network, clock, peer -> new InMemoryPath(network.dial(peer)), 0);
    }

    /// Small loops over real sockets, turned by hand.
    public HandLoops tcpByHand() {
        return tcpByHand(Shape.SMALL);
    }

    /// Loops over real sockets, turned by hand.
    public HandLoops tcpByHand(Shape shape) {
        Network network = tcp();
        var group = open(shape, network, LoopGroup.Drive.BY_HAND, clock);
        return new HandLoops(group, network, clock, SocketPath::open, PATIENCE_NANOS);
    }

    /// Loops over real sockets with a thread each and the machine's clock.
    public LoopGroup tcpThreads(Shape shape) {
        return open(shape, tcp(), LoopGroup.Drive.THREADS, Clock.system());
    }

    /// A peer over a real socket, for loops that have threads; it is closed with the scene at the latest.
    public RawPeer dial(InetSocketAddress address) {
        return closes(new RawPeer(SocketPath.open(address), Scene::nap));
    }

    /// Lets the end of the test close `one`, before the loops.
    ///
    /// @return `one`
    public synchronized <T extends AutoCloseable> T closes(T one) {
        others.add(one);
        return one;
    }

    private static int nap() {
        LockSupport.parkNanos(NAP_NANOS);
        return 0;
    }

    private synchronized LoopGroup open(Shape shape, Network network, LoopGroup.Drive drive, Clock time) {
        Supplier<dev.weir.loop.Poller> pollers = network::openPoller;
        var group = LoopGroup.open(
                new LoopGroup.Settings(name, shape.loops(), drive, time, ledger, shape.plan(), pollers, 1));
        groups.add(group);
        return group;
    }

    /// Closes what was made here and says what the test left open, one line for each; empty when nothing.
    synchronized List<String> close() {
        var left = new ArrayList<String>();
        for (AutoCloseable other : others.reversed()) attempt(other, left);
        for (LoopGroup group : groups.reversed()) {
            // Why: asked before closing, which frees the memory when nobody holds any.
            group.budget()
                    .owners()
                    .forEach(held -> left.add(held.bytes() + " bytes of blocks of " + held.owner()
                            + ", held for at most " + ageMillis() + " ms"));
            attempt(() -> group.close(Deadline.in(Clock.system(), CLOSE_TIME)), left);
        }
        left.addAll(ledger.survivors());
        return left;
    }

    private static void attempt(AutoCloseable one, List<String> left) {
        try {
            one.close();
        } catch (Exception failure) {
            left.add("closing failed: " + failure);
        }
    }

    private long ageMillis() {
        return (Clock.system().nanoTime() - beganNanos) / 1_000_000;
    }
}
