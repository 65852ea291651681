package dev.weir.loop;

import dev.weir.time.Chance;

/// How a loop waits: given to it by the network, over a selector or over a simulation.
///
/// **Owns:** what it waits on, until [#close].
/// **Threads:** confined to its loop, but for [#wake], which any thread may call.
public interface Poller extends AutoCloseable {
    /// What [#poll] answers when the loop sleeps on although the call has returned: a simulation's, which turns
    /// the loop again when there is a cause.
    int SLEEPS = -1;

    /// Waits until something is ready, it is woken, or the time is over, and handles whatever is ready.
    ///
    /// @param waitNanos nanoseconds to wait at most; 0 never waits, [Long#MAX_VALUE] waits for as long as it
    ///     takes
    /// @return how many were handled; 0 when it only waited; or [#SLEEPS]
    int poll(long waitNanos);

    /// Ends the wait that is under way, or the next one.
    void wake();

    /// Gives back to the kernel what was closed since the last poll: after it the descriptors are free.
    void settle();

    /// Whether a poll that has thrown had found what is ready and was handling it: then not the poller is
    /// broken but what it called, and the next poll goes on behind that. For any thread, and may be a little
    /// old.
    default boolean isHandling() {
        return false;
    }

    /// The rare paths that the world behind it wants taken; none but in a simulation.
    default Chance.Rare rare() {
        return Chance.NEVER;
    }

    /// What lets the threads of its world run; outside of a simulation all of them run.
    default Baton baton() {
        return Baton.FREE;
    }

    @Override
    void close();
}
