package dev.weir.testing.sim;

import dev.weir.ledger.Entry;
import dev.weir.ledger.Kind;
import dev.weir.ledger.Ledger;
import dev.weir.loop.EventLoop;
import dev.weir.loop.LoopGroup;
import dev.weir.loop.Poller;
import dev.weir.transport.Acceptor;
import dev.weir.transport.Connecting;
import dev.weir.transport.Network;
import dev.weir.transport.TransportException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
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
    private static final int FIRST_PORT = 40_000;
    private static final String HERE = "127.0.0.1";
    private static final long SILENT_NANOS_MAX = 20_000_000_000L;

    private final World world;
    private final Ledger ledger;
    private final int pipeBytes;
    private final TreeMap<Integer, Listening> listening = new TreeMap<>();
    private final TreeMap<Integer, SimDoor> doors = new TreeMap<>();
    private final List<SimPipe> busy = new ArrayList<>();
    private final List<SimConnecting> dialling = new ArrayList<>();
    private final List<SimPipe> silent = new ArrayList<>();
    private int[] descriptors = new int[64];
    private int[] descriptorsMost = new int[64];
    private int descriptorsLive;
    private int nextPort = FIRST_PORT;
    private int roomToldBytes = 1;

    /// Who takes connections at a port.
    interface Listening {
        /// Takes the far end of a new connection; false when there is no room for it.
        boolean offer(SimEnd far);

        /// Nanoseconds until it wants to look again by itself.
        default long nextNanos(long now) {
            return Long.MAX_VALUE;
        }
    }

    /// Who is told of connections to a place outside of Weir.
    public interface Arrivals {
        /// Somebody has connected.
        void arrived(SimPeer peer);
    }

    /// @param pipeBytes how many bytes one direction of a connection holds
    SimNetwork(World world, Ledger ledger, int pipeBytes) {
        this.world = world;
        this.ledger = ledger;
        this.pipeBytes = pipeBytes;
    }

    // ---- the side of a script

    /// What goes wrong, and when.
    public Faults faults() {
        return world.faults();
    }

    /// The time. It stands still until a script turns it.
    public SimClock clock() {
        return world.clock();
    }

    /// The loops that live on this network, and what they share.
    public LoopGroup group() {
        return world.group();
    }

    /// Connects to where code under test listens.
    ///
    /// @throws AssertionError when nobody listens there, or does not accept as many
    public SimPeer dial(InetSocketAddress address) {
        SimPeer peer = dial(address.getPort());
        if (peer == null) throw new AssertionError("nobody lets a peer in at " + address);
        return peer;
    }

    /// Listens where code under test is to connect to.
    public SimDoor listen() {
        int port = nextPort++;
        var door = new SimDoor(this, at(port));
        serve(port, door::arrived);
        doors.put(port, door);
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
        return world.trace();
    }

    /// What a script that is over has left: a law broken, a fault that was planned and never happened.
    public List<String> complaints() {
        var complaints = new ArrayList<String>();
        LawBroken broken = world.broken();
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
    public void tellsOfRoomFrom(int bytes) {
        roomToldBytes = bytes;
    }

    // ---- what belongs to it

    int roomToldBytes() {
        return roomToldBytes;
    }

    Lockstep threads() {
        return world.threads();
    }

    // ---- Weir's side

    @Override
    public Poller openPoller() {
        return new SimPoller(this);
    }

    @Override
    public Acceptor listen(InetSocketAddress address, int backlog, EventLoop loop, Acceptor.Accepted accepted) {
        int port = address.getPort() == 0 ? nextPort++ : address.getPort();
        requireFree(port);
        var acceptor = new SimAcceptor(this, at(port), backlog, loop, accepted);
        listening.put(port, acceptor);
        return acceptor;
    }

    @Override
    public Connecting connect(InetSocketAddress peer, EventLoop loop, Connecting.Connected connected) {
        boolean unanswered = faults().strikes(Fault.CONNECT_UNANSWERED);
        var attempt = new SimConnecting(this, peer, loop, connected, unanswered);
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
        int chosen = port == 0 ? nextPort++ : port;
        requireFree(chosen);
        listening.put(chosen, far -> {
            arrivals.arrived(new SimPeer(this, far));
            return true;
        });
        return chosen;
    }

    /// Nobody listens at `port` any more: connections are refused.
    public void shut(int port) {
        listening.remove(port);
    }

    /// Connects to where Weir listens.
    ///
    /// @return the peer; null when nobody listens or the backlog is full
    public @Nullable SimPeer dial(int port) {
        return dial(port, HERE);
    }

    /// Connects to where Weir listens.
    ///
    /// @param host where from, such as `127.0.0.2`
    /// @return the peer; null when nobody listens or the backlog is full
    public @Nullable SimPeer dial(int port, String host) {
        SimEnd near = join(port, host);
        return near == null ? null : new SimPeer(this, near);
    }

    private void requireFree(int port) {
        if (listening.containsKey(port)) {
            throw new TransportException("cannot listen on port " + port, new IOException("Address already in use"));
        }
    }

    @Nullable
    SimEnd join(int port) {
        return join(port, HERE);
    }

    private @Nullable SimEnd join(int port, String host) {
        Listening there = listening.get(port);
        if (there == null) return null;
        InetSocketAddress here = InetSocketAddress.createUnresolved(host, nextPort++);
        InetSocketAddress target = at(port);
        var near = new SimEnd(this, here, target);
        var far = new SimEnd(this, target, here);
        near.join(far, pipeBytes);
        world.trace().note("joined", port, here.getPort());
        return there.offer(far) ? near : null;
    }

    private static InetSocketAddress at(int port) {
        return InetSocketAddress.createUnresolved(HERE, port);
    }

    // ---- descriptors

    /// Weir has one more descriptor, that leads to `peer`.
    Entry opened(InetSocketAddress peer) {
        Entry entry = ledger.open(Kind.SOCKET, peer);
        count(peer.getPort(), 1);
        return entry;
    }

    /// A descriptor is free again.
    void freed(InetSocketAddress peer) {
        count(peer.getPort(), -1);
    }

    private void count(int port, int change) {
        descriptorsLive += change;
        int at = port - FIRST_PORT;
        // Why: places that a scenario chose itself are not counted one by one.
        if (at < 0) return;
        if (at >= descriptors.length) {
            descriptors = Arrays.copyOf(descriptors, 2 * at);
            descriptorsMost = Arrays.copyOf(descriptorsMost, 2 * at);
        }
        descriptors[at] += change;
        descriptorsMost[at] = Math.max(descriptorsMost[at], descriptors[at]);
    }

    /// Descriptors that Weir has.
    public int descriptors() {
        return descriptorsLive;
    }

    /// The most descriptors that Weir had at once and that led to `port`, which the network chose; in the middle
    /// of a turn too.
    public int descriptorsMost(int port) {
        int at = port - FIRST_PORT;
        return at < descriptorsMost.length ? descriptorsMost[at] : 0;
    }

    // ---- what is on its way

    void moved(String what, int port, int count) {
        world.trace().note(what, port, count);
    }

    void hasNews(SimPipe pipe) {
        if (pipe.busyAt >= 0 || pipe.isSilent() || !pipe.hasNews()) return;
        pipe.busyAt = busy.size();
        busy.add(pipe);
    }

    private void isQuiet(SimPipe pipe) {
        if (faults().isCalm()) {
            busy.remove(pipe.busyAt);
            for (int i = pipe.busyAt; i < busy.size(); i++) busy.get(i).busyAt = i;
            pipe.busyAt = -1;
            return;
        }
        SimPipe last = busy.removeLast();
        if (last != pipe) {
            busy.set(pipe.busyAt, last);
            last.busyAt = pipe.busyAt;
        }
        pipe.busyAt = -1;
    }

    void forget(SimConnecting attempt) {
        dialling.remove(attempt);
        SimDoor door = doors.get(attempt.peer().getPort());
        if (door != null) door.forget(attempt);
    }

    /// Nothing of `pipe` arrives until it is thawed.
    void freeze(SimPipe pipe) {
        if (pipe.busyAt >= 0) isQuiet(pipe);
        pipe.isSilentUntil(Long.MAX_VALUE);
    }

    void thaw(SimPipe pipe) {
        pipe.isHeard();
        hasNews(pipe);
    }

    /// Lets one thing arrive.
    @Override
    public int act() {
        hear();
        int count = busy.size() + dialling.size();
        if (count == 0) return 0;
        int at = faults().isCalm() ? 0 : world.scheduling().below(count);
        return at < busy.size() ? carry(busy.get(at)) : answer(dialling.get(at - busy.size()));
    }

    /// Nanoseconds until something happens by itself.
    long nextNanos() {
        long now = clock().nanoTime();
        long next = Long.MAX_VALUE;
        for (SimPipe pipe : silent) next = Math.min(next, Math.max(0, pipe.silentUntilNanos() - now));
        for (Listening place : listening.values()) next = Math.min(next, place.nextNanos(now));
        return next;
    }

    private int answer(SimConnecting attempt) {
        if (attempt.isUnanswered && !faults().isHealed()) return 0;
        dialling.remove(attempt);
        boolean refused = faults().strikes(Fault.CONNECT_REFUSED);
        // Why: one of three such could not even begin here.
        if (refused && faults().below(3) == 0) attempt.isOutOfDescriptors = true;
        SimDoor door = doors.get(attempt.peer().getPort());
        if (door != null && !refused) return door.answer(attempt);
        attempt.answer(refused ? null : join(attempt.peer().getPort()));
        return 1;
    }

    private int carry(SimPipe pipe) {
        if (faults().strikes(Fault.SILENCE, 8)) {
            isQuiet(pipe);
            pipe.isSilentUntil(clock().nanoTime() + (faults().below(1 << 16) + 1L) * (SILENT_NANOS_MAX >> 16));
            silent.add(pipe);
            return 1;
        }
        if (!pipe.isReset() && !pipe.isReaderGone() && faults().strikes(Fault.RESET, 16)) {
            pipe.reset();
            pipe.writer.in().reset();
            hasNews(pipe.writer.in());
        }
        deliver(pipe);
        if (!pipe.hasNews()) isQuiet(pipe);
        return 1;
    }

    private void deliver(SimPipe pipe) {
        int onTheWay = pipe.onTheWay();
        if (pipe.isReaderGone()) {
            pipe.vanish();
            if (pipe.isReset()) pipe.resetArrives(true);
            else if (pipe.isEnded()) pipe.endArrives();
            // Why: bytes that find nobody are answered by a reset.
            if (onTheWay > 0 && !pipe.isReset()) {
                pipe.writer.in().reset();
                hasNews(pipe.writer.in());
            }
        } else if (pipe.isReset()) {
            pipe.resetArrives(faults().strikes(Fault.RESET_LOSES_INPUT));
        } else if (onTheWay > 0) {
            // Why: mostly everything at once; a split at every byte is as likely as any other split.
            boolean whole = faults().isHealed() || world.scheduling().below(4) != 0;
            pipe.arrive(whole ? onTheWay : 1 + world.scheduling().below(onTheWay));
        } else {
            pipe.endArrives();
        }
    }

    private void hear() {
        for (int i = silent.size() - 1; i >= 0; i--) {
            SimPipe pipe = silent.get(i);
            boolean endsEarly = faults().isHealed() && !faults().isCalm();
            if (!endsEarly && clock().nanoTime() - pipe.silentUntilNanos() < 0) continue;
            silent.remove(i);
            pipe.isHeard();
            hasNews(pipe);
        }
    }
}
