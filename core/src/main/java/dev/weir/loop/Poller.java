package dev.weir.loop;

import dev.weir.time.Chance;

/// What a loop waits in for readiness: made by the network, over a selector or over a simulation.
///
/// **Owns:** what it waits on, until [#close].
/// **Threads:** confined to its loop, but for [#wake], which any thread may call.
public interface Poller extends AutoCloseable {
    /// What [#poll] returns when the loop still sleeps although the call has returned: only in a simulation,
    /// which turns the loop again when something happens.
    int SLEEPS = -1;

    /// Waits until something is ready, it is woken, or the time is over, and handles whatever is ready.
    ///
    /// @param waitNanos nanoseconds to wait at most; 0 never waits, [Long#MAX_VALUE] waits for as long as it
    ///     takes
    /// @return how many were handled; 0 when it only waited; or [#SLEEPS]
    int poll(long waitNanos);

    /// Ends the wait that is under way, or the next one.
    void wake();

    /// Frees the descriptors that were closed since the last poll.
    void settle();

    /// Whether a poll that has thrown was already handling what is ready: then the handler has failed, not the
    /// poller, and the next poll continues behind it. For any thread, which may see a slightly older value.
    default boolean isHandling() {
        return false;
    }

    /// The rare paths that its simulation takes; none in production.
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
