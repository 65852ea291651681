package dev.weir.testing;

import dev.weir.ledger.Ledger;
import dev.weir.loop.LoopGroup;
import dev.weir.runtime.Weir;
import dev.weir.testing.proxy.FaultProxy;
import dev.weir.testing.sim.World;
import dev.weir.testing.sim.net.SimNetwork;
import dev.weir.time.Clock;
import dev.weir.time.Deadline;
import dev.weir.transport.Endpoint;
import dev.weir.transport.Network;
import dev.weir.transport.inmemory.InMemoryNetwork;
import dev.weir.transport.tcp.TcpNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// The environment of one test: a ledger, a clock, networks, loops. Closes what it created and reports what is
/// left open.
///
/// **Owns:** the groups and peers made through it, until the test ends.
/// **Threads:** thread-safe, except for the objects it returns.
/// **Waits:** at the end of the test, at most 10 s for the threads of its loops.
public final class Scene {
    /// The address where tests listen: this machine, a port that the network chooses.
    public static final Endpoint ANY_PORT = Endpoint.loopback(0);

    private static final long PATIENCE_NANOS = 20_000_000L;
    private static final Duration CLOSE_TIME = Duration.ofSeconds(10);

    private final String name;
    private final long beganNanos = Clock.system().nanoTime();
    private final OpeningStacks places = new OpeningStacks();
    private final Ledger ledger;
    private final Ledger peers; // Why: of their own, so that a runtime's report does not count them.
    private final ManualClock clock = new ManualClock();
    private final List<LoopGroup> groups = new ArrayList<>();
    private final List<SimNetwork> networks = new ArrayList<>();
    private final List<AutoCloseable> others = new ArrayList<>();

    /// An empty scene.
    ///
    /// @param name the name of the test and its loops
    public Scene(String name) {
        this.name = name;
        this.ledger = new Ledger(name, Clock.system(), places);
        this.peers = new Ledger("peers of " + name, Clock.system(), places);
    }

    /// The ledger of this test.
    public Ledger ledger() {
        return ledger;
    }

    /// The clock of all manual loops.
    public ManualClock clock() {
        return clock;
    }

    /// Stops keeping the stacks of openings, for tests that measure allocation. A failing test then names the
    /// owners only.
    public void withoutPlaces() {
        places.off();
    }

    /// TCP, counted in this test's ledger.
    public Network tcp() {
        return new TcpNetwork(ledger);
    }

    /// Small manual loops over pipes.
    public ManualLoops inMemory() {
        return inMemory(Shape.SMALL);
    }

    /// Manual loops over pipes.
    public ManualLoops inMemory(Shape shape) {
        var network = new InMemoryNetwork(clock, ledger, shape.pipeBytes());
        var group = open(shape, network, LoopGroup.Drive.BY_HAND, clock);
        return new ManualLoops(group, network, clock, peer -> new TransportPath(network.dial(peer)), 0);
    }

    /// Small manual loops over real sockets.
    public ManualLoops tcpByHand() {
        return tcpByHand(Shape.SMALL);
    }

    /// Manual loops over real sockets.
    public ManualLoops tcpByHand(Shape shape) {
        Network network = tcp();
        var group = open(shape, network, LoopGroup.Drive.BY_HAND, clock);
        return new ManualLoops(group, network, clock, peer -> SocketPath.open(peer, peers), PATIENCE_NANOS);
    }

    /// Small loops on a scripted network and clock.
    public SimNetwork simulated() {
        return simulated(Shape.SMALL);
    }

    /// Loops on a scripted network and its clock.
    public synchronized SimNetwork simulated(Shape shape) {
        World world = World.calm(ledger);
        SimNetwork network = world.network(shape.pipeBytes());
        world.add(open(shape, network, LoopGroup.Drive.BY_HAND, world.throwingClock()));
        networks.add(network);
        return network;
    }

    /// Loops over real sockets with a thread each and the machine's clock.
    public LoopGroup tcpThreads(Shape shape) {
        return open(shape, tcp(), LoopGroup.Drive.THREADS, Clock.system());
    }

    /// A runtime over manual loops; it is closed with the scene at the latest.
    public Weir weir(ManualLoops loops) {
        return ends(Weir.over(loops.group(), loops.network()));
    }

    /// A runtime over a simulated network; it is closed with the scene at the latest.
    public Weir weir(SimNetwork network) {
        return ends(Weir.over(network.group(), network));
    }

    /// A runtime over real sockets, with a thread for each loop and the machine's clock; it is closed with
    /// the scene at the latest.
    public Weir weir(Shape shape) {
        Network network = tcp();
        return ends(Weir.over(open(shape, network, LoopGroup.Drive.THREADS, Clock.system()), network));
    }

    /// A peer over a real socket, for loops that have threads; it is closed with the scene at the latest.
    public RawPeer dial(Endpoint address) {
        return closes(new RawPeer(SocketPath.open(address, peers), RealTime.INSTANCE));
    }

    /// Listens with a real socket for code under test that has threads; it is closed with the scene at the latest.
    public RawAcceptor listen() {
        return closes(new RawAcceptor(SocketListener.open(ANY_PORT, peers), RealTime.INSTANCE));
    }

    /// Listens with a real socket and plays `script` with the first connection, on a thread of its own; it is
    /// closed with the scene at the latest, and then the script must be over.
    public ScriptedPeer plays(Consumer<RawPeer> script) {
        return plays(List.of(script));
    }

    /// The same with one script for each connection, in order.
    public ScriptedPeer plays(List<Consumer<RawPeer>> scripts) {
        return closes(ScriptedPeer.start(SocketListener.open(ANY_PORT, peers), List.copyOf(scripts)));
    }

    /// A proxy between clients and `target`, over real sockets and with a runtime of its own; it is closed
    /// with the scene at the latest, and then proves that it left nothing open.
    public FaultProxy proxy(Endpoint target) {
        return closes(FaultProxy.open(target));
    }

    /// Registers `one` to be closed at the end of the test, before the loops.
    ///
    /// @return `one`
    public synchronized <T extends AutoCloseable> T closes(T one) {
        others.add(one);
        return one;
    }

    private synchronized LoopGroup open(Shape shape, Network network, LoopGroup.Drive drive, Clock time) {
        Supplier<dev.weir.loop.Poller> pollers = network::openPoller;
        var group = LoopGroup.open(
                new LoopGroup.Settings(name, shape.loops(), drive, time, ledger, shape.plan(), pollers, 1));
        groups.add(group);
        return group;
    }

    /// Closes what was created here and returns what the test left open, one line each; empty when nothing is left.
    synchronized List<String> close() {
        var left = new ArrayList<String>();
        // Why: a test with a time limit ran on another thread than its end does.
        for (LoopGroup group : groups) group.takeOver();
        for (AutoCloseable other : others.reversed()) attempt(other, left);
        for (LoopGroup group : groups.reversed()) {
            // Why: checked before closing, which frees the memory when nobody holds any and nobody waits.
            group.budget()
                    .owners()
                    .forEach(held -> left.add(held.bytes() + " bytes of blocks of " + held.owner()
                            + ", held for at most " + ageMillis() + " ms"));
            int waiting = group.budget().usage().waiters().total();
            if (waiting > 0) left.add(waiting + " waiting for memory");
            attempt(() -> group.close(Deadline.in(group.clock(), CLOSE_TIME)), left);
            long reserved = group.budget().reservedBytes();
            if (reserved > 0) left.add(reserved + " bytes of the plan's charges not given back");
        }
        for (SimNetwork network : networks) left.addAll(network.complaints());
        // Why: what a test wrote into the book by hand has no place.
        if (places.agreesWith(ledger.balance(), peers.balance())) {
            left.addAll(places.lines());
        } else {
            left.addAll(ledger.survivors());
            left.addAll(peers.survivors());
        }
        return left;
    }

    /// Why: its report counts all of the ledger, what others have not closed yet included.
    private Weir ends(Weir weir) {
        closes(() -> weir.close(Deadline.in(weir.group().clock(), CLOSE_TIME)));
        return weir;
    }

    private static void attempt(AutoCloseable one, List<String> left) {
        try {
            one.close();
        } catch (Exception | AssertionError failure) {
            left.add("closing failed: " + failure);
        }
    }

    private long ageMillis() {
        return (Clock.system().nanoTime() - beganNanos) / 1_000_000;
    }
}
