package dev.weir.runtime;

import dev.weir.connection.ChargeRequest;
import dev.weir.connection.CloseReason;
import dev.weir.connection.Connections;
import dev.weir.connection.Starvation;
import dev.weir.ledger.Ledger;
import dev.weir.loop.CloseReport;
import dev.weir.loop.EventLoop;
import dev.weir.loop.FailureLog;
import dev.weir.loop.LoopGroup;
import dev.weir.loop.ShutdownHook;
import dev.weir.memory.MemoryPlan;
import dev.weir.time.Clock;
import dev.weir.time.Deadline;
import dev.weir.time.Secrets;
import dev.weir.transport.Network;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/// The runtime: loops, the memory they share, and the ledger of what is alive. Servers and clients are opened
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
    private final CloseSequence closing;

    private Weir(LoopGroup group, Network network) {
        this.group = group;
        this.network = network;
        this.connections = Connections.of(group);
        this.closing = new CloseSequence(group, connections);
    }

    /// Opens a runtime over the machine's TCP with the usual settings, as [WeirSettings#of(String)].
    ///
    /// @param name begins the names of its threads
    /// @return the runtime, owned by the caller
    public static Weir open(String name) {
        return open(WeirSettings.of(name));
    }

    /// Opens a runtime over the network that its settings name, the machine's TCP unless they say otherwise, with a
    /// thread for each loop.
    ///
    /// @return the runtime, owned by the caller
    /// @throws IllegalArgumentException when no network, or more than one, has that name
    public static Weir open(WeirSettings settings) {
        var clock = Clock.system();
        var service = Networks.named(settings.network());
        var ledger = new Ledger(settings.name(), clock);
        return open(settings, LoopGroup.Drive.THREADS, clock, ledger, service.open(clock, ledger));
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
                Secrets.next(clock)));
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
        group.onLoopFailure(weir::loopFailed);
        try {
            for (EventLoop loop : group.loops()) {
                var _ = group.call(loop, () -> weir.watch(loop, starveAfter));
            }
            return weir;
        } catch (RuntimeException | Error failure) {
            group.close(Deadline.in(group.clock(), CLOSE_TIME));
            throw failure;
        }
    }

    private Starvation watch(EventLoop loop, Duration starveAfter) {
        var watch = Starvation.watch(connections, loop, starveAfter);
        loop.atClose(() -> {
            resetAll(loop);
            watch.stop();
        });
        return watch;
    }

    /// How a budget of these settings is split.
    public static MemoryPlan plan(WeirSettings settings) {
        var fixed = new ArrayList<>(EventLoop.fixedLines(settings.loops()));
        fixed.addAll(settings.largeHeads().lines(settings.loops()));
        var charges = new ArrayList<MemoryPlan.Line>();
        if (settings.connectionsMax() > 0) {
            charges.addAll(ChargeRequest.shared(settings.connectionsMax(), settings.loops()));
        }
        charges.addAll(settings.charges());
        return MemoryPlan.of(settings.memoryBytes(), fixed, charges, settings.memory());
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

    /// Ends in order. Servers accept no more and close idle connections; what is in flight may finish until
    /// `deadline`. What is left then is cut: connections are reset, handlers interrupted. At last the loops
    /// end and the memory is given back: everything is gone, or named as a survivor in the report.
    ///
    /// A second call waits for the first; an earlier deadline brings that of the first forward. Where the
    /// caller turns the loops by hand nothing can finish while it waits, and everything is cut at once.
    ///
    /// @param deadline of the orderly part; what was cut has half a second more to be gone
    /// @return what was cut and what survived
    /// @throws IllegalStateException when called from a loop or a handler, which would wait for itself; nothing was
    ///     done then, and [#startClose] is what to call
    public CloseReport close(Deadline deadline) {
        group.requireMayWait("close()", "call startClose(Deadline), which does not wait");
        return closing.run(deadline);
    }

    /// Begins [#close] on a thread of its own, which ends by itself; from any thread, loops and handlers
    /// included. The exchange of a handler that calls this counts as work in flight and may finish.
    ///
    /// @return completed on that thread with the report
    public CompletableFuture<CloseReport> startClose(Deadline deadline) {
        var report = new CompletableFuture<CloseReport>();
        group.startClosing(() -> {
            try {
                report.complete(closing.run(deadline));
            } catch (RuntimeException | Error failure) { // Why: the future must complete in any case.
                report.completeExceptionally(failure);
            }
        });
        return report;
    }

    /// Waits until the runtime is closed by any thread: what the main thread of a server does.
    ///
    /// @return the report of that close
    /// @throws IllegalStateException when called from a loop or a handler
    /// @throws InterruptedException when the calling thread is interrupted; the runtime stays as it is
    public CloseReport awaitClosed() throws InterruptedException {
        group.requireMayWait("awaitClosed()", "wait on a thread of your own");
        return closing.awaitClosed();
    }

    /// Closes the runtime when the JVM is asked to end, by SIGTERM, by SIGINT, by `System.exit`: the JVM ends after
    /// that. Its exit status is what the JVM makes it: 143 after SIGTERM, 130 after SIGINT.
    ///
    /// @param patience how long what is in flight may take to finish
    public void closeOnExit(Duration patience) {
        closeOnExit(patience, report -> {});
    }

    /// The same, and `told` gets the report, on the thread that ends the JVM, before it does.
    ///
    /// @param patience how long what is in flight may take to finish
    public void closeOnExit(Duration patience, Consumer<CloseReport> told) {
        ShutdownHook hook = ShutdownHook.add(
                group.name() + "-exit", () -> told.accept(close(Deadline.in(group.clock(), patience))));
        try {
            closing.add(Drainable.of(hook::remove));
        } catch (IllegalStateException closing) {
            hook.remove();
            throw closing;
        }
    }

    /// Lets `ending` take part in [#close]: what opens a listener here closes it by this.
    ///
    /// @throws IllegalStateException when the runtime is closed or closing: what was opened has to be closed again
    public void register(Drainable ending) {
        closing.add(ending);
    }

    /// Ends one thing that takes part, in order, while the runtime goes on; then it takes part no longer.
    ///
    /// @param deadline of the orderly part
    /// @return what was cut and what is left of it; the balance is of the whole runtime
    /// @throws IllegalStateException when called from a loop or a handler; nothing was done then
    public CloseReport end(Drainable ending, Deadline deadline) {
        group.requireMayWait("close()", "call it from a thread of your own");
        return closing.end(ending, deadline);
    }

    /// A runtime with a loop that cannot go on is closed: the connections of that loop at once, the rest as by
    /// [#close].
    /// By the thread of that loop, because there may be no memory for another one.
    private void loopFailed(EventLoop loop, Throwable why) {
        resetAll(loop);
        closing.runUnlessBegun(Deadline.in(group.clock(), CLOSE_TIME));
        LOG.error(loop, "it could not go on, and its runtime was closed", why);
    }

    /// Nothing on a loop outlives it: what came while it closed, or could not be reached by the closing thread.
    private void resetAll(EventLoop loop) {
        connections.on(loop).forEach(one -> CloseSequence.guarded(() -> one.abort(CloseReason.CLOSED)));
    }

    /// Closes in order within 5 s.
    ///
    /// @throws IllegalStateException when something survived, naming it, or when a loop could not go on before
    @Override
    public void close() {
        CloseReport report = close(Deadline.in(group.clock(), CLOSE_TIME));
        if (!report.isClean()) throw new IllegalStateException("still alive after close: " + report.survivors());
        if (!report.failures().isEmpty()) throw new IllegalStateException("closed early: " + report.failures());
    }
}
