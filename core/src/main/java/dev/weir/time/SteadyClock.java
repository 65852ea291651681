package dev.weir.time;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// A clock that never throws: while the clock behind it throws, the time that was read last is returned.
///
/// Why: some forty places read the time in the middle of steps that must not be left half done, such as
/// queueing a waiter or counting a socket. None of them has to handle a clock that fails.
///
/// **Threads:** thread-safe.
/// **Waits:** as the clock behind it.
/// **Fails:** only with an error of the virtual machine, which is thrown on. [#failuresInARow] counts the
/// latest failed reads; a loop ends when there are too many.
/// **Source:** ADR 28.
public final class SteadyClock implements Clock {
    private final Clock clock;
    private final AtomicLong lastNanos;
    private final AtomicInteger inARow = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private volatile long lastMillis;
    private volatile @Nullable Throwable failure;

    private SteadyClock(Clock clock) {
        this.clock = clock;
        this.lastNanos = new AtomicLong(clock.nanoTime());
        this.lastMillis = clock.epochMillis();
    }

    /// Wraps a clock that may throw. The system clock never throws and is returned as it is.
    ///
    /// @param clock read once; what that read throws is thrown on
    public static Clock of(Clock clock) {
        return clock instanceof SteadyClock || clock == Clock.system() ? clock : new SteadyClock(clock);
    }

    @Override
    public long nanoTime() {
        long now;
        try {
            now = clock.nanoTime();
        } catch (RuntimeException | Error thrown) { // Why: hiding these is the purpose of this class.
            failed(thrown);
            return lastNanos.get();
        }
        works();
        // Why: no thread may see an earlier time after a failure than any thread saw before it.
        for (long last = lastNanos.get(); now - last > 0; last = lastNanos.get()) {
            if (lastNanos.compareAndSet(last, now)) break;
        }
        return now;
    }

    @Override
    public long epochMillis() {
        long now;
        try {
            now = clock.epochMillis();
        } catch (RuntimeException | Error thrown) { // Why: as above.
            failed(thrown);
            return lastMillis;
        }
        works();
        lastMillis = now;
        return now;
    }

    private void failed(Throwable thrown) {
        if (thrown instanceof VirtualMachineError error) throw error;
        failure = thrown;
        inARow.incrementAndGet();
        failures.incrementAndGet();
    }

    private void works() {
        if (inARow.get() != 0) inARow.set(0);
    }

    /// How many reads have failed since the last one that succeeded.
    public int failuresInARow() {
        return inARow.get();
    }

    /// How many reads have failed; it may overflow, and only differences are meaningful.
    public int failures() {
        return failures.get();
    }

    /// What the last failed read has thrown; null when none has failed.
    public @Nullable Throwable failure() {
        return failure;
    }
}
