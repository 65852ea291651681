package dev.weir.http.blocking;

import dev.weir.memory.Reservation;
import java.util.concurrent.atomic.AtomicInteger;

/// Counts the exchanges of a [BlockingHandlers] and the threads they run on.
///
/// **Owns:** their charges, which are given back when it is closed and the last handler has returned.
/// **Threads:** thread-safe.
/// **Limits:** a number of exchanges in flight; more that have answered and not returned; half of those in
/// flight, at least one, may wait for their clients' bodies.
final class InFlight {
    // Why: a thread that has answered may be preempted before it returns, and its client may send the next request
    // meanwhile. Where few may be in flight, that can happen several times in a row.
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

    /// How many handlers may run, including those that have answered and not returned.
    static int returningMax(int inFlightMax) {
        return Math.max(inFlightMax, RETURNING_MIN);
    }

    /// How many exchanges are not answered and their handlers have not returned.
    int count() {
        return inFlight.get();
    }

    /// Whether no handler runs.
    boolean isEmpty() {
        return running.get() == 0;
    }

    /// Admits no more exchanges. The charges are given back when the last handler returns.
    void close() {
        isClosed = true;
        giveBackWhenEmpty();
    }

    /// Whether no more exchanges are admitted, and running handlers are interrupted.
    boolean isClosed() {
        return isClosed;
    }

    /// Gives the charges back if it is closed and the last handler has returned.
    private void giveBackWhenEmpty() {
        if (isClosed && running.get() == 0) reservation.close();
    }

    boolean tryAwaitBody() {
        if (awaitingBodies.incrementAndGet() <= Math.max(1, inFlightMax / 2)) return true;
        awaitingBodies.decrementAndGet();
        return false;
    }

    /// Admits an exchange; false when there is no place for it.
    boolean enter() {
        if (inFlight.incrementAndGet() <= inFlightMax) {
            // Why: counted before the check, so that its charge is not given back meanwhile.
            if (running.incrementAndGet() <= inFlightMax + returningMax(inFlightMax) && !isClosed) return true;
            returned();
        }
        inFlight.decrementAndGet();
        return false;
    }

    /// Notes that one is answered. A client that sends its next request at once must find room for it, although
    /// the handler's thread may need a moment to return.
    void answered() {
        inFlight.decrementAndGet();
    }

    /// Notes that an exchange that was started before its body has arrived has it now, or is no longer in flight.
    void bodyArrived() {
        awaitingBodies.decrementAndGet();
    }

    void returned() {
        running.decrementAndGet();
        giveBackWhenEmpty();
    }
}
