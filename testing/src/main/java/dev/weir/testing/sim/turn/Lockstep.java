package dev.weir.testing.sim.turn;

import dev.weir.loop.Baton;
import dev.weir.loop.EventLoop;
import dev.weir.testing.sim.seed.Conditions;
import dev.weir.testing.sim.seed.Fault;
import dev.weir.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// The threads of a world: real threads, of which exactly one runs at a time, the world's own or another. A
/// thread that waits, starts, wakes another or ends gives the baton back to the world's thread. The seed
/// decides which thread gets it next, and whether at once, in the middle of a loop's turn, or later.
///
/// **Owns:** the threads that were started and have not ended; [#end] ends them.
/// **Threads:** confined to the thread that has the baton; [#begins] to its new thread.
/// **Waits:** the world's thread, for as long as another runs.
/// **Limits:** a thread that runs for ten seconds of real time counts as blocked outside of the baton.
/// **Fails:** [dev.weir.testing.sim.seed.LawBroken] for such a thread, for a loop that waits, and when the
/// world's thread waits for nothing.
public final class Lockstep implements Baton, Actor {
    private static final long PATIENCE_NANOS = 10_000_000_000L;
    private static final int ENDING_TURNS_MAX = 1000;
    private static final int STACK_LINES_MAX = 12;
    private static final int PASSED_ON_ONE_IN = 4;

    private final Conditions conditions;
    private final Thread hub = Thread.currentThread();
    private final List<Stepper> live = new CopyOnWriteArrayList<>();
    private @Nullable Stepper running; // null while the world's thread has the baton
    private volatile boolean hubHasBaton = true;
    private boolean hubIsWoken;
    private @Nullable EventLoop turning;
    private long patienceNanos = PATIENCE_NANOS;
    private int started;
    private int ready;
    private volatile boolean isOver;

    /// One thread.
    private static final class Stepper {
        private final Thread thread;
        private final int number;
        private boolean isParked;
        private boolean isWoken;
        private boolean isTimed;
        private long untilNanos;
        private @Nullable Stepper awaited;
        private boolean hasEnded;
        private volatile boolean isInterrupted; // while it waits for the baton, instead of the flag of its thread
        private volatile boolean hasBaton;

        Stepper(Thread thread, int number) {
            this.thread = thread;
            this.number = number;
        }

        boolean isReady(long now) {
            if (!isParked || isWoken || (isTimed && untilNanos - now <= 0)) return true;
            // Why: in this order, because the thread sets the second before it clears the first.
            if (thread.isInterrupted() || isInterrupted) return true;
            return awaited != null && awaited.hasEnded;
        }
    }

    /// Ends a thread whose world has ended.
    private static final class WorldEnded extends Error {
        private static final long serialVersionUID = 1;

        WorldEnded() {
            super("the world of this thread has ended", null, false, false);
        }
    }

    /// The threads of the world of these conditions.
    public Lockstep(Conditions conditions) {
        this.conditions = conditions;
    }

    // ---- for the world

    /// Lets one thread that can run do so until it gives the baton back.
    @Override
    public int act() {
        if (live.isEmpty()) return 0;
        Stepper next = choose();
        if (next == null) {
            if (!conditions.faults().strikes(Fault.SPURIOUS_WAKE)) return 0;
            next = live.get(conditions.faults().below(live.size()));
        }
        run(next);
        return 1;
    }

    /// Nanoseconds until a thread can run by itself; [Long#MAX_VALUE] for never.
    public long nextNanos(long now) {
        long next = Long.MAX_VALUE;
        for (int i = 0; i < live.size(); i++) {
            Stepper one = live.get(i);
            if (one.isReady(now)) return 0;
            if (one.isTimed) next = Math.min(next, Math.max(0, one.untilNanos - now));
        }
        return next;
    }

    /// Possibly passes the baton between two statements, so that another thread runs first.
    public void maybePass() {
        if (live.isEmpty() || isOver || conditions.scheduling().below(PASSED_ON_ONE_IN) != 0) return;
        Stepper self = running;
        if (self != null) {
            giveBack(self);
            return;
        }
        Stepper next = choose();
        if (next != null) run(next);
    }

    /// Sets after how long, on the real clock, a running thread counts as blocked elsewhere.
    void patience(long nanos) {
        patienceNanos = nanos;
    }

    /// A loop begins a turn on the world's thread, or has ended it when it is null.
    public void turns(@Nullable EventLoop loop) {
        turning = loop;
    }

    /// The names of the threads that have not ended.
    public List<String> alive() {
        var names = new ArrayList<String>();
        for (Stepper one : live) names.add(one.thread.getName());
        return names;
    }

    /// Ends the remaining threads by an error that is thrown where they wait.
    public void end() {
        isOver = true;
        Stepper lost = running;
        for (int turn = 0; turn < ENDING_TURNS_MAX && !live.isEmpty(); turn++) {
            Stepper next = live.getLast();
            // Why: a thread that waits elsewhere cannot be reached; it ends when it returns.
            if (next == lost || !handTo(next)) live.remove(next);
        }
    }

    // ---- as a baton

    @Override
    public void start(Thread thread) {
        var one = new Stepper(thread, ++started);
        thread.setUncaughtExceptionHandler((ended, failure) -> {
            if (!(failure instanceof WorldEnded)) {
                conditions.broken("threads", ended.getName() + " ended by " + failure);
            }
        });
        live.add(one);
        conditions.trace().note("thread starts", one.number, 0);
        if (conditions.trace().isRead()) conditions.trace().comment("thread " + one.number + ": " + thread.getName());
        thread.start();
        maybePass();
    }

    @Override
    public void begins() {
        Stepper self = stepper(Thread.currentThread());
        if (self == null) throw new IllegalStateException("a thread of a world was not started by its baton");
        awaitBaton(self);
    }

    @Override
    public void ends() {
        Stepper self = current();
        if (self == null) throw new IllegalStateException("the thread of a world ends with it");
        self.hasEnded = true;
        live.remove(self);
        conditions.trace().note("thread ends", self.number, 0);
        hubHasBaton = true;
        LockSupport.unpark(hub);
    }

    @Override
    public void park(Object why, long nanos) {
        park(current(), nanos, null);
    }

    private void park(@Nullable Stepper self, long nanos, @Nullable Stepper awaited) {
        if (self == null) {
            parkHub(nanos);
            return;
        }
        if (isOver) throw new WorldEnded();
        if (!self.isWoken && !self.thread.isInterrupted()) {
            self.isParked = true;
            self.isTimed = nanos != Long.MAX_VALUE;
            self.untilNanos = conditions.clock().nanoTime() + nanos;
            self.awaited = awaited;
            giveBack(self);
            self.isParked = false;
            self.isTimed = false;
            self.awaited = null;
        }
        self.isWoken = false;
    }

    /// Why: loops do not run while the world's thread waits, so it can wait for other threads only.
    private void parkHub(long nanos) {
        // Why: a failed loop closes its runtime, which waits for the runtime's threads.
        if (turning != null && turning.failure() == null) {
            throw conditions.broken("threads", "a loop waits in the middle of its turn");
        }
        if (hubIsWoken) {
            hubIsWoken = false;
            return;
        }
        Stepper next = choose();
        if (next != null) {
            run(next);
            return;
        }
        long wait = Math.min(nanos, nextNanos(conditions.clock().nanoTime()));
        if (wait == Long.MAX_VALUE) {
            throw conditions.broken("liveness", "the world's thread waits for ever, as do " + alive());
        }
        conditions.clock().advance(wait);
        conditions.trace().note("time", conditions.clock().sinceBegin(), 2);
    }

    @Override
    public void unpark(Thread thread) {
        if (isOver) return;
        if (thread == hub) hubIsWoken = true;
        Stepper woken = stepper(thread);
        if (woken != null) {
            woken.isWoken = true;
            conditions.trace().note("wakes", woken.number, 0);
        }
        maybePass();
    }

    @Override
    public boolean awaitEnd(Thread thread, long nanos) throws InterruptedException {
        long began = conditions.clock().nanoTime();
        for (Stepper awaited = stepper(thread); awaited != null && !awaited.hasEnded; ) {
            if (Thread.interrupted()) throw new InterruptedException();
            long left = nanos == Long.MAX_VALUE
                    ? nanos
                    : nanos - (conditions.clock().nanoTime() - began);
            if (left <= 0) return false;
            park(current(), left, awaited);
        }
        return true;
    }

    // ---- from hand to hand

    private @Nullable Stepper stepper(Thread thread) {
        // Why: over a copy, because a starting thread looks for itself while another may leave the list.
        for (Stepper one : live) {
            if (one.thread == thread) return one;
        }
        return null;
    }

    private @Nullable Stepper current() {
        Thread caller = Thread.currentThread();
        Stepper self = running;
        if (self == null ? caller == hub : caller == self.thread) return self;
        throw new IllegalStateException(caller.getName() + " runs in a world without having its baton");
    }

    private @Nullable Stepper choose() {
        long now = conditions.clock().nanoTime();
        ready = 0;
        for (int i = 0; i < live.size(); i++) {
            if (live.get(i).isReady(now)) ready++;
        }
        if (ready == 0) return null;
        int chosen = conditions.scheduling().below(ready);
        for (int i = 0; ; i++) {
            if (live.get(i).isReady(now) && chosen-- == 0) return live.get(i);
        }
    }

    private void run(Stepper next) {
        conditions.trace().note("thread", next.number, ready);
        if (handTo(next)) return;
        isOver = true;
        var where = new StringBuilder();
        StackTraceElement[] stack = next.thread.getStackTrace();
        for (int i = 0; i < Math.min(stack.length, STACK_LINES_MAX); i++) {
            where.append("\n  at ").append(stack[i]);
        }
        throw conditions.broken(
                "threads",
                next.thread.getName() + " does not give the baton on: it waits outside of Parking, or runs for ever"
                        + where);
    }

    /// @return false when it did not come back in time
    private boolean handTo(Stepper next) {
        running = next;
        hubHasBaton = false;
        next.hasBaton = true;
        LockSupport.unpark(next.thread);
        long beganNanos = Clock.system().nanoTime();
        while (!hubHasBaton) {
            long left = patienceNanos - (Clock.system().nanoTime() - beganNanos);
            if (left <= 0) return false;
            LockSupport.parkNanos(this, left);
        }
        running = null;
        return true;
    }

    private void giveBack(Stepper self) {
        hubHasBaton = true;
        LockSupport.unpark(hub);
        awaitBaton(self);
    }

    private void awaitBaton(Stepper self) {
        while (!self.hasBaton) {
            if (self.thread.isInterrupted()) {
                // Why: parking would return at once; the choosing thread reads the flag first and this second.
                self.isInterrupted = true;
                boolean cleared = Thread.interrupted();
                assert cleared : "nobody else clears it";
            }
            LockSupport.park(this);
        }
        self.hasBaton = false;
        if (self.isInterrupted) {
            self.isInterrupted = false;
            self.thread.interrupt();
        }
        if (isOver) throw new WorldEnded();
    }
}
