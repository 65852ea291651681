package dev.weir.testing.sim.net;

import dev.weir.loop.Baton;
import dev.weir.loop.Poller;
import dev.weir.testing.sim.seed.Conditions;
import dev.weir.testing.sim.seed.Fault;
import dev.weir.testing.sim.seed.PlannedFailure;
import dev.weir.testing.sim.seed.RarePaths;
import dev.weir.testing.sim.turn.Lockstep;
import dev.weir.time.Chance;
import java.util.ArrayList;
import java.util.List;

/// The poller of a simulated loop: reports what is ready, in random order, and lets the loop sleep when nothing
/// is. The loop is turned again when it is woken, when its time has come, or when something is ready; a
/// forgotten wake-up makes it sleep for ever.
///
/// **Threads:** confined to its world.
public final class SimPoller implements Poller {
    /// It throws less often than a path fails, because sixteen exceptions in a row count as a broken poller.
    private static final int THROWS_RARER = 4;

    private final Conditions conditions;
    private final RarePaths rarePaths;
    private final Lockstep threads;
    private final List<Watched> watched = new ArrayList<>();
    private final List<Watched> looking = new ArrayList<>();
    private final List<Runnable> closing = new ArrayList<>();
    private long sleepsUntilNanos;
    private boolean sleeps;
    private boolean woken;
    private boolean broken;
    private boolean closed;

    /// Something that may be ready.
    interface Watched {
        /// Whether there is something to report.
        boolean isReady();

        /// Checks whether it is ready, as a poll does for all before it reports the first.
        default void look() {}

        /// Whether it has any interest, so that a spurious report is possible.
        boolean isWatchedFor();

        /// Tells.
        ///
        /// @param spurious whether to report everything of interest although it may not be ready
        void notifyReady(boolean spurious);
    }

    SimPoller(Conditions conditions, RarePaths rarePaths, Lockstep threads) {
        this.conditions = conditions;
        this.rarePaths = rarePaths;
        this.threads = threads;
    }

    void add(Watched one) {
        if (closed) throw new IllegalStateException("the poller is closed and watches nothing");
        watched.add(one);
    }

    void remove(Watched one) {
        watched.remove(one);
    }

    /// Lets every poll throw from now on.
    public void breaks() {
        broken = true;
        woken = true;
    }

    /// Frees the descriptor of what was closed at the next settling.
    void closes(Runnable freed) {
        closing.add(freed);
    }

    @Override
    public int poll(long waitNanos) {
        if (broken) throw new PlannedFailure("a poller that is broken");
        maybeThrow("poll");
        int told = watched.isEmpty() ? 0 : tell();
        boolean ends = told > 0 || waitNanos == 0 || woken;
        woken = false;
        if (ends) return told;
        sleeps = true;
        sleepsUntilNanos = waitNanos == Long.MAX_VALUE
                ? Long.MAX_VALUE
                : conditions.clock().nanoTime() + waitNanos;
        return SLEEPS;
    }

    private int tell() {
        looking.clear();
        looking.addAll(watched);
        int count = looking.size();
        for (int i = 0; i < count; i++) looking.get(i).look();
        int from = conditions.faults().isHealed() || count == 1
                ? 0
                : conditions.faults().below(count);
        int told = 0;
        for (int i = 0; i < count; i++) {
            Watched one = looking.get(from + i < count ? from + i : from + i - count);
            boolean spurious = one.isWatchedFor() && conditions.faults().strikes(Fault.SPURIOUS_READINESS, 4);
            if (!spurious && (!one.isReady() || conditions.faults().strikes(Fault.LATE_READINESS))) continue;
            if (!watched.contains(one)) continue;
            one.notifyReady(spurious);
            told++;
        }
        return told;
    }

    /// Wakes the loop if it has a cause; returns whether it is awake.
    public boolean wakes() {
        if (closed) return false;
        if (sleeps && !woken && sleepNanos(conditions.clock().nanoTime()) > 0 && !isAnyReady()) {
            if (!conditions.faults().strikes(Fault.SPURIOUS_TURN)) return false;
        }
        sleeps = false;
        return true;
    }

    private boolean isAnyReady() {
        for (int i = 0; i < watched.size(); i++) {
            if (watched.get(i).isReady()) return true;
        }
        return false;
    }

    /// Nanoseconds from `now` until the loop wakes by itself; [Long#MAX_VALUE] for never.
    public long sleepNanos(long now) {
        if (closed) return Long.MAX_VALUE;
        if (!sleeps || woken) return 0;
        return sleepsUntilNanos == Long.MAX_VALUE ? Long.MAX_VALUE : Math.max(0, sleepsUntilNanos - now);
    }

    @Override
    public void wake() {
        maybeThrow("wake");
        woken = true;
        threads.maybePass();
    }

    @Override
    public Chance.Rare rare() {
        return rarePaths;
    }

    @Override
    public Baton baton() {
        return threads;
    }

    @Override
    public void settle() {
        maybeThrow("settle");
        free();
    }

    private void maybeThrow(String call) {
        if (conditions.faults().strikes(Fault.POLLER_THROWS, THROWS_RARER)) throw new PlannedFailure(call);
    }

    private void free() {
        // Why: as over TCP, where the selector forgets a wake-up after any select.
        woken = false;
        for (Runnable freed : closing) freed.run();
        closing.clear();
    }

    @Override
    public void close() {
        maybeThrow("close");
        free();
        closed = true;
        watched.clear();
    }
}
