package dev.weir.loop;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// The right to run. In production every thread has it; in a simulation one thread at a time, and it is passed
/// on wherever a thread starts, wakes another, waits or ends. It stands under [Threads] and [Parking], and
/// nothing else asks for it.
///
/// **Threads:** thread-safe.
public interface Baton {
    /// For production: every thread runs when it can.
    Baton FREE = new Baton() {
        @Override
        public void start(Thread thread) {
            thread.start();
        }

        @Override
        public void begins() {}

        @Override
        public void ends() {}

        @Override
        public void park(Object why, long nanos) {
            if (nanos == Long.MAX_VALUE) LockSupport.park(why);
            else LockSupport.parkNanos(why, nanos);
        }

        @Override
        public void unpark(Thread thread) {
            LockSupport.unpark(thread);
        }

        @Override
        public boolean awaitEnd(Thread thread, long nanos) throws InterruptedException {
            if (nanos != Long.MAX_VALUE) return thread.join(Duration.ofNanos(nanos));
            thread.join();
            return true;
        }
    };

    /// Starts `thread`, which calls [#begins] before its task and [#ends] after it.
    void start(Thread thread);

    /// The calling thread has been started; returns when it may run.
    void begins();

    /// The calling thread is about to end.
    void ends();

    /// Lets others run until [#unpark], an interrupt or the end of the time; may return without any of them.
    ///
    /// @param why what waits, for a reader of stacks
    /// @param nanos at most; [Long#MAX_VALUE] for as long as it takes
    void park(Object why, long nanos);

    /// Ends the wait of `thread`, or its next one.
    void unpark(Thread thread);

    /// Waits until `thread` has ended.
    ///
    /// @param nanos at most; [Long#MAX_VALUE] for as long as it takes
    /// @return false when the time was over first
    /// @throws InterruptedException when the calling thread is interrupted, before or while it waits
    boolean awaitEnd(Thread thread, long nanos) throws InterruptedException;
}
