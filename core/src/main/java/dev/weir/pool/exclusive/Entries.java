package dev.weir.pool.exclusive;

import dev.weir.pool.Origin;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// The connections of a cache over all loops, so that any loop finds an idle one: each in a place of its own,
/// those of one origin mostly side by side.
///
/// **Threads:** thread-safe.
/// **Limits:** as many places as the cache may have connections.
final class Entries {
    private final AtomicReferenceArray<@Nullable PoolEntry> places;
    private final int each;

    /// @param each connections to one origin
    Entries(int origins, int each) {
        this.places = new AtomicReferenceArray<>(origins * each);
        this.each = each;
    }

    /// How many places there are.
    int places() {
        return places.length();
    }

    /// What is at this place now.
    @Nullable
    PoolEntry at(int place) {
        return places.get(place);
    }

    void add(PoolEntry entry) {
        int from = from(entry.origin());
        for (int step = 0; step < places.length(); step++) {
            int place = (from + step) % places.length();
            if (places.compareAndSet(place, null, entry)) {
                entry.place = place;
                return;
            }
        }
        throw new IllegalStateException("more connections than slots, to " + entry.origin());
    }

    void remove(PoolEntry entry) {
        places.set(entry.place, null);
    }

    /// Takes an idle entry of `origin`, of whatever loop, away from everybody else; null when there is none.
    @Nullable
    PoolEntry claimIdle(Origin origin) {
        if (origin.idle() <= 0) return null;
        int from = from(origin);
        for (int step = 0; step < places.length(); step++) {
            PoolEntry entry = places.get((from + step) % places.length());
            if (entry != null && entry.origin() == origin && entry.leaveIdle(PoolEntry.State.LEAVING)) return entry;
        }
        return null;
    }

    private int from(Origin origin) {
        return (int) ((long) origin.number() * each % places.length());
    }
}
