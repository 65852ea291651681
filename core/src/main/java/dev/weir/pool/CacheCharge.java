package dev.weir.pool;

import dev.weir.memory.Reservation;
import java.util.concurrent.atomic.AtomicInteger;

/// What the connections of one cache are charged: given back when no loop makes another connection and the last has
/// ended, so that others may have it.
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

    /// A loop has given its share up: no connection is made there any more.
    void sideClosed() {
        sidesOpen.decrementAndGet();
        giveBackWhenEmpty();
    }

    /// To be asked after each connection that has ended.
    void giveBackWhenEmpty() {
        if (sidesOpen.get() == 0 && places.areEmpty()) reservation.close();
    }
}
