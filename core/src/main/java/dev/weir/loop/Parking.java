package dev.weir.loop;

import dev.weir.time.Clock;
import dev.weir.time.Deadline;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// The one place where a thread of ours waits for another.
///
/// **Threads:** thread-safe.
public final class Parking {
    private final Clock clock;

    /// Waits on `clock`.
    public Parking(Clock clock) {
        this.clock = clock;
    }

    /// Parks the calling thread until `done` holds; whoever makes it hold unparks the thread.
    ///
    /// @return false when `deadline` came first
    /// @throws InterruptedException when the thread is interrupted, before or while it waits
    public boolean awaitUntil(BooleanSupplier done, Deadline deadline) throws InterruptedException {
        while (!done.getAsBoolean()) {
            if (Thread.interrupted()) throw new InterruptedException();
            long left = deadline.leftNanos(clock.nanoTime());
            if (left == 0) return false;
            if (left == Long.MAX_VALUE) LockSupport.park(this);
            else LockSupport.parkNanos(this, left);
        }
        return true;
    }

    /// Waits until `thread`, which was started by [Threads], has ended and is out of the ledger.
    ///
    /// @return false when `deadline` came first
    /// @throws InterruptedException when the calling thread is interrupted, before or while it waits
    public boolean awaitEnd(Thread thread, Deadline deadline) throws InterruptedException {
        long left = deadline.leftNanos(clock.nanoTime());
        if (left == Long.MAX_VALUE) {
            thread.join();
            return true;
        }
        return thread.join(Duration.ofNanos(left));
    }

    /// Lets `thread` look again.
    public void unpark(Thread thread) {
        LockSupport.unpark(thread);
    }
}
