package dev.weir.loop;

import dev.weir.time.Clock;
import dev.weir.time.Deadline;
import java.util.function.BooleanSupplier;

/// The one place where a thread waits for another.
///
/// **Threads:** thread-safe.
public final class Parking {
    private final Clock clock;
    private final Baton baton;

    /// Waits on `clock`.
    public Parking(Clock clock) {
        this(clock, Baton.FREE);
    }

    /// Waits on `clock`, and passes `baton` on meanwhile.
    public Parking(Clock clock, Baton baton) {
        this.clock = clock;
        this.baton = baton;
    }

    /// Parks the calling thread until `done` holds; the thread that makes it hold unparks this one.
    ///
    /// @return false when `deadline` came first
    /// @throws InterruptedException when the thread is interrupted, before or while it waits
    public boolean awaitUntil(BooleanSupplier done, Deadline deadline) throws InterruptedException {
        return awaitUntil(done, deadline.atNanos());
    }

    /// As [#awaitUntil(BooleanSupplier, Deadline)], for a wait while there may be no memory for a deadline.
    boolean awaitUntil(BooleanSupplier done, long untilNanos) throws InterruptedException {
        while (!done.getAsBoolean()) {
            if (Thread.interrupted()) throw new InterruptedException();
            long left = Deadline.leftNanos(untilNanos, clock.nanoTime());
            if (left == 0) return false;
            baton.park(this, left);
        }
        return true;
    }

    /// Waits until `thread`, which was started by [Threads], has ended and is out of the ledger.
    ///
    /// @return false when `deadline` came first
    /// @throws InterruptedException when the calling thread is interrupted, before or while it waits
    public boolean awaitEnd(Thread thread, Deadline deadline) throws InterruptedException {
        return baton.awaitEnd(thread, deadline.leftNanos(clock.nanoTime()));
    }

    /// Wakes `thread`, so that it checks its condition again.
    public void unpark(Thread thread) {
        baton.unpark(thread);
    }
}
