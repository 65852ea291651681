package dev.weir.pool;

import dev.weir.memory.Reservation;
import java.util.concurrent.atomic.AtomicInteger;

/// The charge of the connections of one cache: given back when no loop makes connections any more and the last one
/// has ended, so that others may reserve it.
///
/// **Owns:** the reservation.
/// **Threads:** thread-safe.
final class CacheCharge {
    private final Reservation reservation;
    private final OriginSet places;
    private final AtomicInteger sidesOpen;

    CacheCharge(Reservation reservation, OriginSet places, int sides) {
        this.reservation = reservation;
        this.places = places;
        this.sidesOpen = new AtomicInteger(sides);
    }

    /// A loop has closed its part: no connection is made there any more.
    void sideClosed() {
        sidesOpen.decrementAndGet();
        giveBackWhenEmpty();
    }

    /// To be called after each connection that has ended.
    void giveBackWhenEmpty() {
        if (sidesOpen.get() == 0 && places.areEmpty()) reservation.close();
    }
}
