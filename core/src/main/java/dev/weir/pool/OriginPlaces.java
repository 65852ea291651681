package dev.weir.pool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// The origins of a cache, each in one of the places that its connections are charged for. They may come and
/// go: one that comes has the place of one that leaves at once, and of its slots those that the connections of
/// the other leave.
///
/// **Threads:** thread-safe; [#origins] is a list that never changes.
/// **Limits:** as many origins as places; as many connections in a place, those of origins that left it
/// included, as one origin may have.
/// **Source:** ADR 30.
final class OriginPlaces {
    private final int connectionsMax;
    private final AtomicReferenceArray<@Nullable Origin> places;
    private final AtomicInteger[] slots;
    private final Object lock = new Object();
    private volatile List<Origin> origins = List.of();
    private volatile List<Origin> all = List.of();

    /// @param connectionsMax to each origin
    OriginPlaces(int places, int connectionsMax) {
        this.connectionsMax = connectionsMax;
        this.places = new AtomicReferenceArray<>(places);
        this.slots = new AtomicInteger[places];
        for (int place = 0; place < places; place++) slots[place] = new AtomicInteger();
    }

    /// Those that may be chosen now.
    List<Origin> origins() {
        return origins;
    }

    /// These, and behind them those that leave and have connections.
    List<Origin> all() {
        return all;
    }

    /// Tells `share` how many connections there may be: those of all origins, and what is left of those that
    /// leave and whose places nobody has yet.
    void measure(SlowShare share) {
        synchronized (lock) {
            int most = 0;
            for (int place = 0; place < slots.length; place++) {
                Origin origin = places.get(place);
                most += origin != null && !origin.isLeaving() ? connectionsMax : slots[place].get();
            }
            share.of(most);
        }
    }

    /// Lets those leave that are not in `addresses`, and those come that are new.
    ///
    /// @return those for which there is no place
    List<Origin.Address> replace(List<Origin.Address> addresses) {
        synchronized (lock) {
            var now = new ArrayList<Origin>();
            for (Origin origin : origins) {
                if (!addresses.contains(origin.where())) origin.leave();
            }
            var leftOut = new ArrayList<Origin.Address>();
            for (Origin.Address address : addresses) {
                Origin origin = at(address);
                if (origin == null) leftOut.add(address);
                else now.add(origin);
            }
            origins = List.copyOf(now);
            for (Origin origin : all) {
                if (origin.isLeaving() && origin.connections() > 0) now.add(origin);
            }
            all = List.copyOf(now);
            return leftOut;
        }
    }

    @GuardedBy("lock")
    private @Nullable Origin at(Origin.Address address) {
        for (Origin origin : origins) {
            if (!origin.isLeaving() && origin.where().equals(address)) return origin;
        }
        int best = -1;
        for (int place = 0; place < slots.length; place++) {
            Origin before = places.get(place);
            if (before != null && !before.isLeaving()) continue;
            if (before != null && before.where().equals(address)) {
                before.stay();
                return before;
            }
            if (best < 0 || slots[place].get() < slots[best].get()) best = place;
        }
        if (best < 0) return null;
        var origin = new Origin(address, best, connectionsMax, slots[best]);
        places.set(best, origin);
        return origin;
    }

    /// Whether none has a connection for one more exchange.
    boolean areBusy() {
        List<Origin> now = origins;
        for (int i = 0; i < now.size(); i++) {
            Origin origin = now.get(i);
            if (!origin.isFull() && origin.outstanding() < connectionsMax) return false;
        }
        return true;
    }

    /// Takes an idle connection away from everybody else; null when there is none.
    @Nullable
    PoolEntry claimIdle() {
        List<Origin> now = origins;
        for (int i = 0; i < now.size(); i++) {
            PoolEntry entry = now.get(i).claimIdle();
            if (entry != null) return entry;
        }
        return null;
    }

    /// Reserves a slot of the one that is least busy of those that live and have room.
    ///
    /// @return whose slot; null when there is none
    @Nullable
    Origin reserve(long nowNanos) {
        List<Origin> now = origins;
        Standing standing = Standing.best(now, nowNanos);
        Origin best = null;
        for (int i = 0; i < now.size(); i++) {
            Origin origin = now.get(i);
            if (!standing.admits(origin, nowNanos)) continue;
            if (best == null || origin.outstanding() < best.outstanding()) best = origin;
        }
        return best != null && best.tryReserve() ? best : null;
    }

    /// Whether there is a connection that has been made, to an origin that leaves, too.
    boolean haveOpen() {
        List<Origin> now = all;
        for (int i = 0; i < now.size(); i++) {
            if (now.get(i).hasOpen()) return true;
        }
        return false;
    }

    /// Whether there is no connection to any, those included that leave.
    boolean areEmpty() {
        for (AtomicInteger taken : slots) {
            if (taken.get() > 0) return false;
        }
        return true;
    }
}
