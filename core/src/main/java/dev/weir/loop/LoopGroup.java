package dev.weir.loop;

import dev.weir.ledger.Balance;
import dev.weir.ledger.Ledger;
import dev.weir.memory.MemoryBudget;
import dev.weir.memory.MemoryPlan;
import dev.weir.time.Clock;
import dev.weir.time.Deadline;
import dev.weir.time.SteadyClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Loops that share one budget and one ledger and are closed together.
///
/// **Owns:** the budget, the loops with their pollers, their threads; gone when [#close] returns, or named in its
/// report.
/// **Threads:** thread-safe.
/// **Waits:** [#close] waits for the loops' threads until its deadline.
public final class LoopGroup {
    private static final long CALL_SECONDS = 10;
    private static final ScopedValue<String> CLOSING = ScopedValue.newInstance(); // on a thread that closes a group
    private static final long LOOK_NANOS = 5_000_000L;

    private final Settings settings;
    private final MemoryBudget budget;
    private final Threads threads;
    private final Parking parking;
    private final Poller first; // of the first loop
    private final List<EventLoop> loops;
    private final List<EventLoop> loopsSeen;
    private final List<Thread> running = new ArrayList<>();
    private @Nullable LoopWatchdog watch;
    private volatile EventLoop.FailureListener failed = (loop, why) -> {}; // what its owner does

    /// Which threads turn the loops.
    public enum Drive {
        /// A platform thread for each.
        THREADS,
        /// The caller, by [EventLoop#turn]; for tests.
        BY_HAND
    }

    /// What a group is made of.
    ///
    /// @param loops how many, at least 1
    /// @param pollers makes one poller for each loop
    /// @param seed the seed of the loops' random numbers
    public record Settings(
            String name,
            int loops,
            Drive drive,
            Clock clock,
            Ledger ledger,
            MemoryPlan plan,
            Supplier<Poller> pollers,
            long seed) {
        /// Wraps a clock that may throw.
        public Settings {
            clock = SteadyClock.of(clock);
        }
    }

    private LoopGroup(Settings settings, MemoryBudget budget, Poller first) {
        this.settings = settings;
        this.budget = budget;
        this.first = first;
        this.threads = new Threads(settings.ledger(), first.baton());
        this.parking = new Parking(settings.clock(), first.baton());
        this.loops = new ArrayList<>();
        this.loopsSeen = Collections.unmodifiableList(loops);
    }

    /// Opens the budget and the loops and starts their threads.
    ///
    /// @return the group, owned by the caller
    public static LoopGroup open(Settings settings) {
        var budget = MemoryBudget.open(
                settings.plan(),
                settings.clock(),
                settings.loops(),
                settings.ledger().listener());
        Poller first;
        try {
            first = settings.pollers().get();
        } catch (RuntimeException | Error failure) {
            budget.close();
            throw failure;
        }
        var group = new LoopGroup(settings, budget, first);
        try {
            return group.start();
        } catch (RuntimeException | Error failure) {
            group.close(Deadline.in(settings.clock(), Duration.ofSeconds(1)));
            throw failure;
        }
    }

    private LoopGroup start() {
        var context =
                new EventLoop.Context(settings.clock(), settings.ledger(), budget, settings.seed(), this::loopFailed);
        settings.ledger()
                .gauge(
                        dev.weir.ledger.Kind.BUFFER,
                        settings.name(),
                        () -> budget.pool().buffersLive());
        for (int i = 0; i < settings.loops(); i++) {
            Poller poller = i == 0 ? first : settings.pollers().get();
            try {
                loops.add(new EventLoop(settings.name() + "-" + i, i, context, poller));
            } catch (RuntimeException | Error failure) {
                poller.close();
                throw failure;
            }
        }
        for (EventLoop loop : loops) {
            if (settings.drive() == Drive.THREADS) running.add(threads.platform(loop.name(), () -> run(loop)));
            else loop.lendToCaller();
        }
        // Why: a loop that is turned by hand or by a simulation is as slow as its caller.
        if (settings.drive() == Drive.THREADS && first.baton() == Baton.FREE) startWatch();
        return this;
    }

    private void startWatch() {
        var started = new LoopWatchdog(loopsSeen, settings.clock(), parking);
        watch = started;
        started.start(threads, settings.name() + "-watch");
    }

    /// Its name; the names of its threads begin with it.
    public String name() {
        return settings.name();
    }

    /// Lets `owner` act when a loop cannot go on, instead of the owner that was named before. However that
    /// ends, the loop is closed then.
    public void onLoopFailure(EventLoop.FailureListener owner) {
        failed = owner;
    }

    /// The loop is closed by the owner that is notified, in order, or here.
    private void loopFailed(EventLoop loop, Throwable why) {
        try {
            failed.loopFailed(loop, why);
        } catch (
                Throwable
                        worse) { // Why: there may be no memory; the others must not run on as if nothing had happened.
            for (EventLoop one : loops) one.stop();
        } finally {
            loop.close();
        }
    }

    /// The loops, in the order of their index.
    public List<EventLoop> loops() {
        return loopsSeen;
    }

    /// The memory they share.
    public MemoryBudget budget() {
        return budget;
    }

    /// Starts the other threads of the same owner.
    public Threads threads() {
        return threads;
    }

    /// Where the threads of the same owner wait.
    public Parking parking() {
        return parking;
    }

    /// The ledger that counts everything of the group.
    public Ledger ledger() {
        return settings.ledger();
    }

    /// The clock of the group.
    public Clock clock() {
        return settings.clock();
    }

    /// Runs `task` on `loop` and waits for its result; at once when the caller turns that loop.
    ///
    /// @throws IllegalStateException when the loop is closed, or does not answer within 10 s
    public <T> T call(EventLoop loop, Supplier<T> task) {
        if (settings.drive() == Drive.BY_HAND) {
            // Why: what the task registers for the end of a turn must not wait until the loop wakes by itself.
            loop.wake();
            return loop.runByHand(task);
        }
        if (loop.isCurrent()) return task.get();
        var result = new CompletableFuture<T>();
        if (!loop.post(new Mailbox.Node(() -> complete(result, task)))) {
            throw new IllegalStateException(loop.name() + " is closed");
        }
        try {
            return result.orTimeout(CALL_SECONDS, TimeUnit.SECONDS).join();
        } catch (CompletionException failure) {
            if (failure.getCause() instanceof RuntimeException cause) throw cause;
            if (failure.getCause() instanceof TimeoutException) {
                throw new IllegalStateException(
                        loop.name() + " is stuck: no answer in " + CALL_SECONDS + " s", failure);
            }
            throw failure;
        }
    }

    /// Runs `task` on `loop` without waiting for it; at once when the caller turns that loop.
    ///
    /// @return false when the loop is closed: the task does not run
    public boolean execute(EventLoop loop, Runnable task) {
        if (!loopsRunWhileWaiting()) {
            loop.wake();
            return loop.runByHand(() -> {
                task.run();
                return true;
            });
        } else if (loop.isCurrent()) {
            task.run();
        } else {
            return loop.post(new Mailbox.Node(task));
        }
        return true;
    }

    /// Makes the calling thread the current thread of all loops that are turned by hand, as if it had turned
    /// them last. Does nothing where loops have threads of their own.
    public void takeOver() {
        if (settings.drive() == Drive.THREADS) return;
        for (EventLoop loop : loops) loop.lendToCaller();
    }

    private static <T> void complete(CompletableFuture<T> result, Supplier<T> task) {
        try {
            result.complete(task.get());
        } catch (RuntimeException | Error failure) { // Why: the waiting caller must get whatever it threw.
            result.completeExceptionally(failure);
        }
    }

    /// Whether every loop still works: false when one has ended or failed, and what lives on it can no longer
    /// finish.
    public boolean hasAllLoops() {
        for (EventLoop loop : loops) {
            if (loop.isGone() || loop.failure() != null) return false;
        }
        return true;
    }

    /// Whether the loops can work while the caller waits: they have threads of their own, or the caller is one
    /// that [#startClosing] has started, and another thread turns them.
    public boolean loopsRunWhileWaiting() {
        return settings.drive() == Drive.THREADS || CLOSING.isBound();
    }

    /// Refuses a caller that would wait for itself: a loop's thread of any runtime, or a thread of this one. The
    /// thread of a loop that cannot go on has nothing else to do.
    ///
    /// @param call what was called, for the message
    /// @param remedy what to do instead, for the message
    /// @throws IllegalStateException naming the caller, before anything was done
    public void requireMayWait(String call, String remedy) {
        Thread caller = Thread.currentThread();
        boolean isLoop = EventLoop.CURRENT.isBound() && EventLoop.CURRENT.get().failure() == null;
        for (EventLoop loop : loops) isLoop |= loop.isInTurn() && loop.failure() == null;
        if (!isLoop && !threads.isVirtual(caller)) return;
        throw new IllegalStateException(call + " waits for its loops and handlers, and was called from "
                + (caller.getName().isEmpty() ? "a loop" : caller.getName()) + "; " + remedy);
    }

    /// Starts a thread that may wait for the end of this group. It ends by itself, and the ledger does not
    /// count it.
    public void startClosing(Runnable body) {
        threads.last(
                settings.name() + "-close",
                () -> ScopedValue.where(CLOSING, settings.name()).run(body));
    }

    /// Stops the loops, interrupts the virtual threads, waits for all until `deadline`, frees the memory, and
    /// reports what is left. Close the connections on the loops first. Closing again only counts again.
    ///
    /// @throws IllegalStateException when called from a loop's thread or a thread of this group: it cannot wait
    ///     for itself
    public CloseReport close(Deadline deadline) {
        requireMayWait("close()", "call it from another thread");
        long began = settings.clock().nanoTime();
        var cut = new ArrayList<String>();
        boolean gone = settings.drive() == Drive.THREADS ? join(deadline) : closeByHand(deadline);
        gone &= threads.endVirtual(deadline, settings.clock(), name -> cut.add(name + ", interrupted"));
        var survivors = new ArrayList<>(settings.ledger().survivors());
        int waiting = budget.usage().waiters().total();
        survivors.addAll(budget.leaks());
        if (waiting > 0) survivors.add(waiting + " waiting for memory of " + settings.name());
        if (gone && waiting == 0) freeMemory();
        var took = Duration.ofNanos(settings.clock().nanoTime() - began);
        Balance balance = settings.ledger().balance();
        // Why: a report must not be clean while the balance is not zero.
        if (survivors.isEmpty() && !balance.isZero()) survivors.add(balance.toString());
        return new CloseReport(balance, survivors, cut, took, failures());
    }

    /// Synchronized, because a failed loop closes the group, and the owner may do so at the same time.
    private synchronized void freeMemory() {
        if (budget.pool().buffersLive() == 0) budget.close();
    }

    /// Each failed loop, and why.
    public List<String> failures() {
        var failures = new ArrayList<String>();
        for (EventLoop loop : loops) {
            Throwable why = loop.failure();
            if (why != null) failures.add(loop + " could not go on: " + why);
        }
        return failures;
    }

    private boolean closeByHand(Deadline deadline) {
        if (loopsRunWhileWaiting()) {
            // Why: a loop closes on the thread that turns it, never in the middle of a turn.
            for (EventLoop loop : loops) loop.stop();
            return awaitPolling(() -> loops.stream().allMatch(EventLoop::isGone), deadline);
        }
        for (EventLoop loop : loops) loop.close();
        return true;
    }

    /// Waits until `done` holds, looking every few milliseconds because nothing wakes it.
    ///
    /// @return whether it holds; false when `deadline` came first, or an interrupt; the interrupt status stays set
    public boolean awaitPolling(BooleanSupplier done, Deadline deadline) {
        try {
            while (!done.getAsBoolean()) {
                long now = settings.clock().nanoTime();
                if (deadline.isPast(now)) return false;
                boolean isNow =
                        parking.awaitUntil(done, new Deadline(now + Math.min(LOOK_NANOS, deadline.leftNanos(now))));
                if (isNow) return true;
            }
            return true;
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
            return done.getAsBoolean();
        }
    }

    private boolean join(Deadline deadline) {
        for (EventLoop loop : loops) loop.stop();
        // Why: the thread of a loop that failed closes the others, and is not waited for here.
        if (EventLoop.CURRENT.isBound()) EventLoop.CURRENT.get().close();
        boolean gone = true;
        // Why: a loop whose thread could not be started is closed by no other.
        for (EventLoop loop : loops.subList(running.size(), loops.size())) loop.close();
        for (Thread thread : running) {
            if (thread != Thread.currentThread()) gone &= threads.join(thread, deadline, settings.clock());
        }
        Thread watching = watch == null ? null : watch.stop();
        if (watching != null) gone &= threads.join(watching, deadline, settings.clock());
        return gone;
    }

    private void run(EventLoop loop) {
        loop.belongToCaller();
        try {
            ScopedValue.where(EventLoop.CURRENT, loop).run(() -> {
                while (!loop.isStopping()) loop.turn(Long.MAX_VALUE);
            });
        } catch (Throwable broken) { // Why: the turn failed outside its own handling of failures.
            loop.cannotGoOn(broken);
            loopFailed(loop, broken);
        } finally {
            // Why: whatever ended it, a post to it must return false.
            loop.close();
        }
    }
}
