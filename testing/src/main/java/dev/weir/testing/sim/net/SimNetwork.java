package dev.weir.testing.sim.net;

import dev.weir.ledger.Ledger;
import dev.weir.loop.EventLoop;
import dev.weir.loop.LoopGroup;
import dev.weir.loop.Poller;
import dev.weir.testing.sim.seed.Fault;
import dev.weir.testing.sim.seed.Faults;
import dev.weir.testing.sim.seed.LawBroken;
import dev.weir.testing.sim.seed.RarePaths;
import dev.weir.testing.sim.seed.SimClock;
import dev.weir.testing.sim.seed.Trace;
import dev.weir.testing.sim.turn.Actor;
import dev.weir.transport.Acceptor;
import dev.weir.transport.ConnectAttempt;
import dev.weir.transport.Endpoint;
import dev.weir.transport.Network;
import dev.weir.transport.TransportException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A simulated network of pipes. The world decides, step by step, which bytes, ends, resets and answers arrive
/// next.
///
/// In a scenario the seed decides. In a test the script decides: [#dial] and [#listen] give scripted peers,
/// [#settle] lets everything happen that can, [#pass] lets time pass, [#faults] plans faults.
///
/// It counts descriptors on its own, from their opening until their poller has settled, so that the ledger can
/// be compared with it.
///
/// **Threads:** confined to its world.
public final class SimNetwork implements Network, Actor {
    private final NetworkWorld world;
    private final Traffic traffic;
    private final Descriptors descriptors;
    private final Ports ports;
    private final PendingConnects dialling;

    /// Receives connections to a port outside of Weir.
    public interface Arrivals {
        /// A connection was opened.
        void arrived(SimPeer peer);
    }

    /// The network of `world`.
    ///
    /// @param ledger the book of Weir's sockets
    /// @param pipeBytes how many bytes one direction of a connection holds
    public SimNetwork(NetworkWorld world, Ledger ledger, int pipeBytes) {
        this.world = world;
        this.traffic = new Traffic(world.conditions());
        this.descriptors = new Descriptors(ledger, Ports.FIRST);
        this.ports = new Ports(world.conditions(), traffic, descriptors, pipeBytes);
        this.dialling = new PendingConnects(ports);
    }

    // ---- the side of a script

    /// The faults, and when they strike.
    public Faults faults() {
        return world.conditions().faults();
    }

    /// The clock. It stands still until a script advances it.
    public SimClock clock() {
        return world.conditions().clock();
    }

    /// The group of loops on this network.
    public LoopGroup group() {
        return world.group();
    }

    /// Connects to a listener of the code under test.
    ///
    /// @throws AssertionError when nobody listens there, or the backlog is full
    public SimPeer dial(Endpoint address) {
        SimPeer peer = dial(address.port());
        if (peer == null) throw new AssertionError("nobody lets a peer in at " + address);
        return peer;
    }

    /// Listens for connections of the code under test.
    public SimDoor listen() {
        int port = ports.free(0);
        var door = new SimDoor(world, ports, Ports.at(port));
        serve(port, door::arrived);
        dialling.add(port, door);
        return door;
    }

    /// Lets everything happen that can; no time passes.
    public void settle() {
        world.settle();
    }

    /// Lets `time` pass; everything due meanwhile happens at its own time. Advancing [#clock] instead is a
    /// jump, after which everything is late.
    public void pass(Duration time) {
        world.pass(time.toNanos());
    }

    /// Lets each loop turn once and one thing arrive; no time passes.
    ///
    /// @return the number of things done; 0 when there was nothing to do
    public int turn() {
        return world.round();
    }

    /// What happened, as one number: the same script is the same run.
    public Trace trace() {
        return world.conditions().trace();
    }

    /// What is wrong after a script: a broken law, a planned fault that never happened.
    public List<String> complaints() {
        var complaints = new ArrayList<String>();
        LawBroken broken = world.conditions().broken();
        if (broken != null) complaints.add("a law was broken: " + broken.getMessage());
        for (Fault fault : faults().planned()) complaints.add(fault + " was planned and never happened");
        return complaints;
    }

    /// The rare paths that are taken.
    public RarePaths rarePaths() {
        return world.rarePaths();
    }

    /// Sets how many bytes of a path must be free before a poller reports it as writable; Linux waits for a
    /// third. Writes are accepted below that, too.
    public void setWritableThreshold(int bytes) {
        traffic.setWritableThreshold(bytes);
    }

    // ---- Weir's side

    @Override
    public Poller openPoller() {
        return new SimPoller(world.conditions(), world.rarePaths(), world.threads());
    }

    @Override
    public Acceptor listen(Endpoint address, int backlog, EventLoop loop, Acceptor.Listener accepted) {
        if (address instanceof Endpoint.Unix) throw new TransportException("a simulated network has no " + address);
        int port = ports.free(address.port());
        var acceptor = new SimAcceptor(ports, Ports.at(port), backlog, loop, accepted);
        ports.listen(port, acceptor);
        return acceptor;
    }

    @Override
    public ConnectAttempt connect(Endpoint peer, EventLoop loop, ConnectAttempt.Listener connected) {
        boolean unanswered = faults().strikes(Fault.CONNECT_UNANSWERED);
        var attempt = new SimConnectAttempt(dialling, peer, loop, connected, unanswered);
        // Why: in a calm world nothing is healed, so that nobody would ever answer it.
        if (!unanswered || !faults().isCalm()) dialling.add(attempt);
        return attempt;
    }

    // ---- the side of the peers

    /// Opens a listener outside of Weir.
    ///
    /// @param port 0 for any
    /// @return the port
    public int serve(int port, Arrivals arrivals) {
        int chosen = ports.free(port);
        ports.listen(chosen, far -> {
            arrivals.arrived(new SimPeer(world, traffic, far));
            return true;
        });
        return chosen;
    }

    /// Stops listening at `port`: connections are refused.
    public void shut(int port) {
        ports.shut(port);
    }

    /// Connects to a listener of Weir.
    ///
    /// @return the peer; null when nobody listens or the backlog is full
    public @Nullable SimPeer dial(int port) {
        return dial(port, Ports.HERE);
    }

    /// Connects to a listener of Weir.
    ///
    /// @param host where from, such as `127.0.0.2`
    /// @return the peer; null when nobody listens or the backlog is full
    public @Nullable SimPeer dial(int port, String host) {
        return dial(port, Endpoint.of(host, 0));
    }

    private @Nullable SimPeer dial(int port, Endpoint from) {
        SimEnd near = ports.join(port, from);
        return near == null ? null : new SimPeer(world, traffic, near);
    }

    // ---- descriptors

    /// The number of Weir's descriptors.
    public int descriptors() {
        return descriptors.live();
    }

    /// The most descriptors that Weir had at once to `port`, which the network chose, also within a turn.
    public int descriptorsMost(int port) {
        return descriptors.most(port);
    }

    // ---- what is on its way

    /// Lets one thing arrive.
    @Override
    public int act() {
        traffic.hear();
        int count = traffic.busy() + dialling.size();
        if (count == 0) return 0;
        int at = faults().isCalm() ? 0 : world.conditions().scheduling().below(count);
        if (at >= traffic.busy()) return dialling.answer(at - traffic.busy());
        traffic.carry(at);
        return 1;
    }

    /// Nanoseconds until something happens by itself.
    public long nextNanos() {
        long now = clock().nanoTime();
        return Math.min(traffic.nextNanos(now), ports.nextNanos(now));
    }
}
