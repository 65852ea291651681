package dev.weir.loop;

import dev.weir.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Warns when something blocks a loop, with the stack of its thread: a handler that blocks on a loop delays all
/// connections of that loop, and nothing else reports it.
///
/// **Owns:** one thread, which checks the loops ten times a second, from [#start] to [#stop].
/// **Threads:** [#start] and [#stop] are for the owner of the loops; the rest is confined to its own thread.
/// **Limits:** one warning a minute for each loop.
/// **Fails:** never; a check that finds no memory is skipped. Waiting, and checking a loop that makes progress,
/// need none.
final class LoopWatchdog {
    /// How long one turn may take before a warning.
    static final Duration LIMIT = Duration.ofMillis(200);

    private static final FailureLog LOG = FailureLog.of(LoopWatchdog.class);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Clock clock;
    private final Parking parking;
    private final Watched[] watched;
    private final BooleanSupplier isStopped = this::isStopped; // Why: made before memory may be short
    private volatile boolean stopped;
    private @Nullable Thread thread;

    /// One loop, and when it last made progress.
    private static final class Watched {
        private final EventLoop loop;
        private long turns;
        private long sinceNanos;
        private boolean wasTold;
        private long toldNanos;

        Watched(EventLoop loop, long nowNanos) {
            this.loop = loop;
            this.sinceNanos = nowNanos;
        }

        void look(long nowNanos) {
            long now = loop.turns();
            if (now != turns || !loop.isBusy()) {
                turns = now;
                sinceNanos = nowNanos;
                return;
            }
            long busyNanos = nowNanos - sinceNanos;
            if (busyNanos < LIMIT.toNanos() || (wasTold && nowNanos - toldNanos < QUIET_NANOS)) return;
            StackTraceElement[] stack = loop.stack();
            // Why: the turn has ended meanwhile, so the stack shows nothing useful.
            if (loop.turns() != now) return;
            wasTold = true;
            toldNanos = nowNanos;
            var where = new Throwable("the stack of its thread");
            where.setStackTrace(stack);
            LOG.warning(
                    loop,
                    "busy with one turn for " + TimeUnit.NANOSECONDS.toMillis(busyNanos)
                            + " ms: everything else on this loop waits (said once a minute)",
                    where);
        }
    }

    LoopWatchdog(List<EventLoop> loops, Clock clock, Parking parking) {
        this.clock = clock;
        this.parking = parking;
        long now = clock.nanoTime();
        this.watched = loops.stream().map(loop -> new Watched(loop, now)).toArray(Watched[]::new);
    }

    void start(Threads threads, String name) {
        thread = threads.platform(name, this::run);
    }

    private void run() {
        try {
            while (!parking.awaitUntil(isStopped, clock.nanoTime() + LOOK_NANOS)) look();
        } catch (InterruptedException asked) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        long now = clock.nanoTime();
        for (Watched one : watched) {
            try {
                one.look(now);
            } catch (Throwable failure) { // Why: the watchdog must not end because one check failed.
                if (!(failure instanceof OutOfMemoryError)) LOG.error(one.loop, "could not be checked", failure);
            }
        }
    }

    private boolean isStopped() {
        return stopped;
    }

    /// Makes its thread end.
    ///
    /// @return that thread; null when it was never started
    @Nullable
    Thread stop() {
        stopped = true;
        Thread last = thread;
        if (last != null) parking.unpark(last);
        return last;
    }
}
