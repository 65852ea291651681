package dev.weir.pool.exclusive;

import dev.weir.pool.Origin;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// The connections of a cache on all loops, so that any loop can find an idle one: each has a place of its own, and
/// those of one origin are mostly next to each other.
///
/// **Threads:** thread-safe.
/// **Limits:** as many places as the cache may have connections.
final class Entries {
    private final AtomicReferenceArray<@Nullable PoolEntry> places;
    private final int each;

    /// @param each the maximum number of connections to one origin
    Entries(int origins, int each) {
        this.places = new AtomicReferenceArray<>(origins * each);
        this.each = each;
    }

    /// The number of places.
    int places() {
        return places.length();
    }

    /// The connection at a place; null if it is empty.
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

    /// Claims an idle entry of `origin` on any loop, so that no other thread can; null if there is none.
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
