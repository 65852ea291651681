package dev.weir.loop;

import dev.weir.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Tells when something blocks a loop, with the stack of its thread: a handler that waits on a loop keeps all
/// others of that loop waiting, and nothing else says so.
///
/// **Owns:** one thread, which looks at the loops ten times a second, from [#start] to [#stop].
/// **Threads:** [#start] and [#stop] are for the owner of the loops; the rest is confined to its own thread.
/// **Limits:** one warning a minute for each loop.
/// **Fails:** never; a look that finds no memory is left out. Waiting and looking at a loop that gets on need none.
final class LoopWatchdog {
    /// How long a loop may be busy with one turn.
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

    /// One loop, and when it was last seen to get on.
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
            // Why: what has just ended is no cause.
            if (loop.turns() != now) return;
            wasTold = true;
            toldNanos = nowNanos;
            var where = new Throwable("what its thread does");
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
            } catch (Throwable failure) { // Why: the boundary; a watch must not end for what one look could not have.
                if (!(failure instanceof OutOfMemoryError)) LOG.error(one.loop, "could not be looked at", failure);
            }
        }
    }

    private boolean isStopped() {
        return stopped;
    }

    /// Lets its thread end.
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
