package dev.weir.gateway;

import dev.weir.gateway.cli.ExitStatus;
import dev.weir.ledger.Ledger;
import dev.weir.loop.EventLoop;
import dev.weir.loop.Parking;
import dev.weir.loop.Threads;
import dev.weir.time.Clock;
import dev.weir.time.Deadline;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/// Halts the process as a last resort: when a loop fails, or when a graceful shutdown takes too long.
/// Everything needed for that is allocated at the start, because there may be no memory left then.
///
/// **Owns:** a thread that sleeps until it is armed.
/// **Threads:** thread-safe.
/// **Waits:** never, but for its own thread.
/// **Limits:** waits at most 1 s for the last line to be written.
/// **Fails:** never; when it cannot wait, it halts at once.
/// **Source:** ADR 28.
final class Watchdog {
    private static final long LAST_LINE_NANOS = 1_000_000_000;

    private final Clock clock = Clock.system();
    private final Parking parking = new Parking(clock);
    private final Threads threads = new Threads(new Ledger("watchdog", clock));
    private final FatalMessage line = new FatalMessage();
    private volatile long haltAtNanos;
    private final BooleanSupplier isOver = this::isPast; // Why: allocated before it is needed
    private final Thread thread;
    private volatile boolean armed;
    private volatile boolean saysStuck;
    private volatile int status = ExitStatus.STUCK;

    private Watchdog() {
        thread = threads.platform("watchdog", this::watch);
    }

    /// A watchdog that is not armed.
    static Watchdog start() {
        // Why: loads the classes that halting needs, for which there may be no memory later. It removes nothing.
        boolean removed = Runtime.getRuntime().removeShutdownHook(Thread.currentThread());
        assert !removed : "no thread that runs is a hook";
        return new Watchdog();
    }

    /// Gives the process `limit` to end from now on. Arming again can only shorten that.
    void arm(Duration limit) {
        saysStuck = true;
        arm(limit.toNanos());
    }

    private synchronized void arm(long limitNanos) {
        long at = clock.nanoTime() + limitNanos;
        if (armed && haltAtNanos - at <= 0) return;
        haltAtNanos = at;
        armed = true;
        parking.unpark(thread);
    }

    /// Halts the process because a loop has failed. Allocates nothing and does not return.
    void loopFailed(EventLoop loop, Throwable why) {
        status = ExitStatus.BROKEN;
        saysStuck = false;
        arm(LAST_LINE_NANOS);
        try {
            line.loopFailed(loop.name(), why);
        } finally {
            Runtime.getRuntime().halt(ExitStatus.BROKEN);
        }
    }

    private boolean isPast() {
        return haltAtNanos - clock.nanoTime() <= 0;
    }

    private void watch() {
        try {
            boolean isArmed = parking.awaitUntil(() -> armed, Deadline.NEVER);
            assert isArmed : "it waits for as long as it takes";
            while (!isOver.getAsBoolean()) {
                boolean _ = parking.awaitUntil(isOver, new Deadline(haltAtNanos));
            }
            // Why: by another thread, because the standard error may have no reader, and halting must not wait
            // for one.
            if (saysStuck) {
                boolean _ = parking.awaitEnd(
                        threads.platform("last line", line::stuck), new Deadline(clock.nanoTime() + LAST_LINE_NANOS));
            }
        } catch (InterruptedException interrupted) {
            // Why: Weir does not interrupt this thread; other code that does ends the process.
            assert armed : "it is interrupted by nobody";
        } finally {
            // Why: a watchdog that fails must not leave the process unwatched.
            Runtime.getRuntime().halt(status);
        }
    }
}
