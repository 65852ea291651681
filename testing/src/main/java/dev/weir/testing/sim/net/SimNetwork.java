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

/// A network of pipes in which nothing arrives by itself: the world decides, step by step, which bytes,
/// ends, resets and answers arrive next.
///
/// A seed decides it in a scenario. In a test the script does: [#dial] and [#listen] give peers that do
/// what they are told, [#settle] lets everything happen that can, [#pass] lets time go by, [#faults] says
/// what goes wrong and when.
///
/// It counts descriptors on its own, from the moment they are had until their poller has settled, so
/// that the ledger can be compared with it.
///
/// **Threads:** confined to its world.
public final class SimNetwork implements Network, Actor {
    private final NetworkWorld world;
    private final Traffic traffic;
    private final Descriptors descriptors;
    private final Ports ports;
    private final PendingConnects dialling;

    /// Who is told of connections to a place outside of Weir.
    public interface Arrivals {
        /// Somebody has connected.
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

    /// What goes wrong, and when.
    public Faults faults() {
        return world.conditions().faults();
    }

    /// The time. It stands still until a script turns it.
    public SimClock clock() {
        return world.conditions().clock();
    }

    /// The loops that live on this network, and what they share.
    public LoopGroup group() {
        return world.group();
    }

    /// Connects to where code under test listens.
    ///
    /// @throws AssertionError when nobody listens there, or does not accept as many
    public SimPeer dial(Endpoint address) {
        SimPeer peer = dial(address.port());
        if (peer == null) throw new AssertionError("nobody lets a peer in at " + address);
        return peer;
    }

    /// Listens where code under test is to connect to.
    public SimDoor listen() {
        int port = ports.free(0);
        var door = new SimDoor(world, ports, Ports.at(port));
        serve(port, door::arrived);
        dialling.add(port, door);
        return door;
    }

    /// Lets everything happen that can, until nobody has anything to do; no time passes.
    public void settle() {
        world.settle();
    }

    /// Lets `time` pass, and everything on the way happen at its own time. Turning [#clock] instead is a
    /// leap, after which everything is late.
    public void pass(Duration time) {
        world.pass(time.toNanos());
    }

    /// Lets each loop turn once and one thing arrive; no time passes.
    ///
    /// @return how much was done; 0 when there was nothing to do
    public int turn() {
        return world.round();
    }

    /// What happened, as one number: the same script is the same run.
    public Trace trace() {
        return world.conditions().trace();
    }

    /// What a script that is over has left: a law broken, a fault that was planned and never happened.
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

    /// From now on a poller tells of room only when so much of a path is free; Linux waits for a third of
    /// it. What there is room for is taken all the same.
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

    /// A place outside of Weir at which somebody listens.
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

    /// Nobody listens at `port` any more: connections are refused.
    public void shut(int port) {
        ports.shut(port);
    }

    /// Connects to where Weir listens.
    ///
    /// @return the peer; null when nobody listens or the backlog is full
    public @Nullable SimPeer dial(int port) {
        return dial(port, Ports.HERE);
    }

    /// Connects to where Weir listens.
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

    /// Descriptors that Weir has.
    public int descriptors() {
        return descriptors.live();
    }

    /// The most descriptors that Weir had at once and that led to `port`, which the network chose; in the middle
    /// of a turn too.
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
