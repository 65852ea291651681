package dev.weir.server;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Connections;
import dev.weir.connection.Starvation;
import dev.weir.ledger.Ledger;
import dev.weir.loop.CloseReport;
import dev.weir.loop.EventLoop;
import dev.weir.loop.FailureLog;
import dev.weir.loop.LoopGroup;
import dev.weir.loop.Mailbox;
import dev.weir.memory.MemoryPlan;
import dev.weir.time.Clock;
import dev.weir.time.Deadline;
import dev.weir.transport.Network;
import dev.weir.transport.tcp.TcpNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The runtime: loops, the memory they share, the book of everything alive. Servers and clients are opened
/// in it and end with it.
///
/// **Owns:** all loops with their threads, the memory budget, every connection; gone when [#close] returns.
/// **Threads:** thread-safe.
/// **Waits:** [#close] waits until its deadline.
/// **Limits:** its memory never exceeds the budget it was opened with; the plan says how it is split.
/// **Fails:** a budget too small for its plan is refused by [#open]. When a loop cannot go on (ADR 28), the runtime
/// closes itself; the report of [#close] says why, and the JVM goes on.
public final class Weir implements AutoCloseable {
    private static final Duration CLOSE_TIME = Duration.ofSeconds(5);

    private static final FailureLog LOG = FailureLog.of(Weir.class);

    private final LoopGroup group;
    private final Network network;
    private final Connections connections;
    private final List<Starvation> watches = new ArrayList<>();
    private final List<Runnable> endings = new ArrayList<>(); // guarded by itself

    private Weir(LoopGroup group, Network network) {
        this.group = group;
        this.network = network;
        this.connections = Connections.of(group);
    }

    /// Opens a runtime over the machine's TCP, with a thread for each loop.
    ///
    /// @return the runtime, owned by the caller
    public static Weir open(WeirSettings settings) {
        var clock = Clock.system();
        var ledger = new Ledger(settings.name(), clock);
        return open(settings, LoopGroup.Drive.THREADS, clock, ledger, new TcpNetwork(ledger));
    }

    /// Opens a runtime over any network and clock.
    ///
    /// @return the runtime, owned by the caller
    public static Weir open(WeirSettings settings, LoopGroup.Drive drive, Clock clock, Ledger ledger, Network network) {
        var group = LoopGroup.open(new LoopGroup.Settings(
                settings.name(),
                settings.loops(),
                drive,
                clock,
                ledger,
                plan(settings),
                network::openPoller,
                clock.epochMillis()));
        return over(group, network, settings.starveAfter());
    }

    /// Makes a runtime of loops that are open already, with the usual limit of waiting for memory.
    ///
    /// @param group owned by the runtime from now on: closed with it
    /// @return the runtime, owned by the caller
    public static Weir over(LoopGroup group, Network network) {
        return over(group, network, Starvation.LIMIT);
    }

    private static Weir over(LoopGroup group, Network network, Duration starveAfter) {
        var weir = new Weir(group, network);
        group.whenLoopFails(weir::loopFailed);
        for (EventLoop loop : group.loops()) {
            weir.watches.add(group.call(loop, () -> Starvation.watch(weir.connections, loop, starveAfter)));
        }
        return weir;
    }

    /// How a budget of these settings is split.
    public static MemoryPlan plan(WeirSettings settings) {
        var fixed = List.of(
                new MemoryPlan.Line("read scratch", settings.loops(), EventLoop.SCRATCH_BYTES),
                new MemoryPlan.Line("write scratch", settings.loops(), EventLoop.SCRATCH_BYTES));
        return MemoryPlan.of(settings.memoryBytes(), fixed, settings.charges(), settings.memory());
    }

    /// The loops and the memory.
    public LoopGroup group() {
        return group;
    }

    /// Where sockets come from.
    public Network network() {
        return network;
    }

    /// Every connection.
    public Connections connections() {
        return connections;
    }

    /// Closes every connection abruptly, then the loops, and says what is left. Orderly endings come before:
    /// servers drain.
    public CloseReport close(Deadline deadline) {
        takeEndings().forEach(Runnable::run);
        for (EventLoop loop : group.loops()) loop.post(new Mailbox.Node(watches.get(loop.index())::stop));
        connections.visit(roster -> roster.forEach(one -> one.abort(CloseReason.CLOSED)));
        return group.close(deadline);
    }

    /// A runtime with a loop that cannot go on is closed: the connections of that loop at once, the rest as by
    /// [#close].
    /// By the thread of that loop, because there may be no memory for another one.
    private void loopFailed(EventLoop loop, Throwable why) {
        watches.get(loop.index()).stop();
        connections.on(loop).forEach(one -> one.abort(CloseReason.CLOSED));
        loop.close();
        LOG.error(loop, "it could not go on, and its runtime is closed", why);
        CloseReport _ = close(Deadline.in(group.clock(), CLOSE_TIME));
    }

    /// Lets [#close] run `ending` first: whoever opens a door here shuts it by this. It must not wait.
    public void endsWith(Runnable ending) {
        synchronized (endings) {
            endings.add(ending);
        }
    }

    private List<Runnable> takeEndings() {
        synchronized (endings) {
            var taken = List.copyOf(endings);
            endings.clear();
            return taken;
        }
    }

    /// Closes within 5 s.
    ///
    /// @throws IllegalStateException when something survived, naming it, or when a loop could not go on before
    @Override
    public void close() {
        CloseReport report = close(Deadline.in(group.clock(), CLOSE_TIME));
        if (!report.isClean()) throw new IllegalStateException("still alive after close: " + report.survivors());
        if (!report.failures().isEmpty()) throw new IllegalStateException("closed early: " + report.failures());
    }
}
