package dev.weir.runtime;

import dev.weir.connection.Connections;
import dev.weir.loop.CloseReport;
import dev.weir.loop.FailureLog;
import dev.weir.loop.LoopGroup;
import dev.weir.time.Clock;
import dev.weir.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The end of a runtime and of what was opened in it, in order: nothing new, what is in flight until the
/// deadline, the rest cut, then the loops and the memory.
///
/// **Threads:** thread-safe. The first caller closes; others wait for it, and may bring the deadline forward.
/// **Waits:** [#run] and [#end] wait until their deadline, and [#SETTLE_TIME] more for what was cut.
final class CloseSequence {
    /// How long interrupted handlers and cut connections may take to end after the deadline.
    static final Duration SETTLE_TIME = Duration.ofMillis(500);

    private static final Duration STEP = Duration.ofMillis(50);
    private static final FailureLog LOG = FailureLog.of(CloseSequence.class);

    private final LoopGroup group;
    private final Connections connections;
    private final Object lock = new Object();
    private final List<Drainable> endings = new ArrayList<>(); // guarded by lock
    private final List<Thread> waiting = new ArrayList<>(); // guarded by lock
    private @Nullable Deadline deadline; // guarded by lock; null until closing begins
    private volatile @Nullable CloseReport first;

    CloseSequence(LoopGroup group, Connections connections) {
        this.group = group;
        this.connections = connections;
    }

    /// Lets `one` take part.
    ///
    /// @throws IllegalStateException when closing has begun
    void add(Drainable one) {
        synchronized (lock) {
            if (deadline != null) {
                throw new IllegalStateException("the runtime is closed or closing, and nothing is opened in it");
            }
            endings.add(one);
        }
    }

    /// Closes the runtime, or waits until another has.
    CloseReport run(Deadline until) {
        if (begin(until)) return closeFirst();
        boolean ended = await(() -> first != null, until);
        // Why: when the first is stuck, its report will say so; this one strikes the balance as it is.
        return ended ? group.close(settled(until)) : current("another close, which has not ended");
    }

    /// Closes the runtime, by the thread of a loop that cannot go on. Does nothing when another closes it
    /// already: that one waits for this thread.
    void runUnlessBegun(Deadline until) {
        if (begin(until)) closeFirst();
    }

    /// Whether the caller is the first; else the deadline of the first comes forward to `until`.
    private boolean begin(Deadline until) {
        synchronized (lock) {
            Deadline before = deadline;
            if (before == null || isEarlier(until, before)) deadline = until;
            return before == null;
        }
    }

    private CloseReport current(String why) {
        var balance = group.ledger().balance();
        var survivors = new ArrayList<>(group.ledger().survivors());
        survivors.add(why);
        return new CloseReport(balance, survivors, List.of(), Duration.ZERO, List.of());
    }

    private CloseReport closeFirst() {
        // Why: what is cut must be cut and joined although the waiting was cut short.
        boolean interrupted = false;
        CloseReport report = null;
        long began = group.clock().nanoTime();
        try {
            List<Drainable> all = all();
            for (Drainable one : all) guarded(() -> one.drain(deadline()));
            if (group.loopsRunWhileWaiting()) awaitDrained(all);
            interrupted = Thread.interrupted();
            report = cut(all, began);
            return report;
        } finally {
            tell(report == null ? current("a close that failed") : report);
            if (interrupted) Thread.currentThread().interrupt();
        }
    }

    private CloseReport cut(List<Drainable> all, long beganNanos) {
        ConnectionAborts aborts = ConnectionAborts.of(connections, connection -> true);
        for (Drainable one : all) guarded(one::abort);
        CloseReport ended = group.close(settled(deadline()));
        var cut = aborts.named();
        cut.addAll(ended.cut());
        var took = Duration.ofNanos(group.clock().nanoTime() - beganNanos);
        return new CloseReport(ended.balance(), ended.survivors(), cut, took, ended.failures());
    }

    private void awaitDrained(List<Drainable> all) {
        while (!isDrained(all)) {
            // Why: in steps, because the deadline may come forward meanwhile.
            Deadline step = Deadline.in(group.clock(), STEP);
            Deadline until = deadline();
            boolean isLast = isEarlier(until, step);
            if (group.awaitPolling(() -> isDrained(all), isLast ? until : step)) return;
            if (isLast || Thread.currentThread().isInterrupted()) return;
        }
    }

    /// Whether there is nothing more to wait for. True also when a loop has failed, because its connections
    /// never end by themselves.
    private boolean isDrained(List<Drainable> all) {
        if (!group.hasAllLoops()) return true;
        for (Drainable one : all) {
            if (!one.isDrained()) return false;
        }
        return true;
    }

    /// Ends `one`, while the runtime goes on.
    CloseReport end(Drainable one, Deadline until) {
        Clock clock = group.clock();
        long began = clock.nanoTime();
        one.drain(until);
        if (group.loopsRunWhileWaiting()) group.awaitPolling(() -> isDrained(List.of(one)), until);
        boolean interrupted = Thread.interrupted();
        ConnectionAborts aborts = ConnectionAborts.of(connections, one::owns);
        one.abort();
        if (group.loopsRunWhileWaiting()) {
            group.awaitPolling(() -> aborts.isDone() && one.isDrained(), settled(Deadline.in(clock, Duration.ZERO)));
        }
        synchronized (lock) {
            endings.remove(one);
        }
        if (interrupted) Thread.currentThread().interrupt();
        var survivors = new ArrayList<>(one.survivors());
        if (!aborts.isDone()) survivors.add("a loop that has made no turn since the deadline");
        var took = Duration.ofNanos(clock.nanoTime() - began);
        return new CloseReport(group.ledger().balance(), survivors, aborts.named(), took, group.failures());
    }

    /// Waits until the runtime was closed.
    CloseReport awaitClosed() throws InterruptedException {
        CloseReport report = null;
        Thread caller = Thread.currentThread();
        synchronized (lock) {
            waiting.add(caller);
        }
        try {
            group.parking().awaitUntil(() -> first != null, Deadline.NEVER);
            report = first;
        } finally {
            synchronized (lock) {
                waiting.remove(caller);
            }
        }
        if (report == null) throw new IllegalStateException("woken before the runtime was closed");
        if (report.failures().isEmpty()) return report;
        // Why: the loop's own thread has closed the runtime, and was alive when it struck the balance.
        CloseReport last = group.close(settled(Deadline.in(group.clock(), Duration.ZERO)));
        return new CloseReport(last.balance(), last.survivors(), report.cut(), report.took(), last.failures());
    }

    private boolean await(BooleanSupplier done, Deadline until) {
        return group.awaitPolling(done, until.equals(Deadline.NEVER) ? until : settled(until));
    }

    private void tell(CloseReport report) {
        List<Thread> told;
        synchronized (lock) {
            first = report;
            told = List.copyOf(waiting);
        }
        for (Thread one : told) group.parking().unpark(one);
    }

    private List<Drainable> all() {
        synchronized (lock) {
            return List.copyOf(endings);
        }
    }

    private Deadline deadline() {
        synchronized (lock) {
            Deadline now = deadline;
            if (now == null) throw new IllegalStateException("closing has not begun");
            return now;
        }
    }

    /// The deadline of the abrupt part: some time from now at least, although the deadline is past.
    private Deadline settled(Deadline until) {
        if (until.equals(Deadline.NEVER)) return until;
        Deadline soon = Deadline.in(group.clock(), SETTLE_TIME);
        return isEarlier(until, soon) ? soon : until;
    }

    private static boolean isEarlier(Deadline one, Deadline other) {
        if (one.equals(Deadline.NEVER)) return false;
        return other.equals(Deadline.NEVER) || one.atNanos() - other.atNanos() < 0;
    }

    static void guarded(Runnable part) {
        try {
            part.run();
        } catch (RuntimeException | Error failure) { // Why: one that cannot end must not keep the others from ending.
            LOG.error("closing", "an ending failed", failure);
        }
    }
}
