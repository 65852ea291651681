package dev.weir.http.blocking;

import dev.weir.memory.Reservation;
import java.util.concurrent.atomic.AtomicInteger;

/// Counts the exchanges of a [BlockingHandlers] and the threads they run on.
///
/// **Owns:** what they are charged; given back when it is closed and the last handler has returned.
/// **Threads:** thread-safe.
/// **Limits:** so many in flight; so many more that have answered and not returned; half of those in flight, at
/// least one, may wait for their clients' bodies.
final class InFlight {
    // Why: a thread that has answered may lose its core before it returns, several times in a row where few may be in
    // flight, and its client may ask again meanwhile.
    private static final int RETURNING_MIN = 16;

    private final int inFlightMax;
    private final Reservation reservation;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger awaitingBodies = new AtomicInteger(); // of those in flight
    private volatile boolean isClosed;

    InFlight(int inFlightMax, Reservation reservation) {
        this.inFlightMax = inFlightMax;
        this.reservation = reservation;
    }

    /// How many may have answered and not returned.
    static int returningMax(int inFlightMax) {
        return Math.max(inFlightMax, RETURNING_MIN);
    }

    /// How many are neither answered nor left by their handlers.
    int count() {
        return inFlight.get();
    }

    /// Whether no handler runs.
    boolean isEmpty() {
        return running.get() == 0;
    }

    /// Nobody begins any more; what was charged goes back with the last who returns.
    void close() {
        isClosed = true;
        giveBackWhenEmpty();
    }

    /// Whether nobody begins any more, and who runs is interrupted.
    boolean isClosed() {
        return isClosed;
    }

    /// Nobody begins any more and the last has returned: others may have what they were charged.
    private void giveBackWhenEmpty() {
        if (isClosed && running.get() == 0) reservation.close();
    }

    boolean tryAwaitBody() {
        if (awaitingBodies.incrementAndGet() <= Math.max(1, inFlightMax / 2)) return true;
        awaitingBodies.decrementAndGet();
        return false;
    }

    /// One begins; false when there is no place for it.
    boolean enter() {
        if (inFlight.incrementAndGet() <= inFlightMax) {
            // Why: counted before it is asked, so that what it is charged is not given back under it.
            if (running.incrementAndGet() <= inFlightMax + returningMax(inFlightMax) && !isClosed) return true;
            returned();
        }
        inFlight.decrementAndGet();
        return false;
    }

    /// One is answered: a client that sends its next request at once must find room for it, although the
    /// handler's thread may need a moment to return.
    void answered() {
        inFlight.decrementAndGet();
    }

    /// One that was started before its body has the body now, or is no longer in flight.
    void bodyArrived() {
        awaitingBodies.decrementAndGet();
    }

    void returned() {
        running.decrementAndGet();
        giveBackWhenEmpty();
    }
}
