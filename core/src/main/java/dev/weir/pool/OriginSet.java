package dev.weir.pool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weir.connection.ConnectionRole;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The origins of a pool. They may come and go: one that leaves is there until its last connection has ended,
/// and comes back as the same if it is named again before.
///
/// **Threads:** thread-safe; [#origins] is a list that never changes.
/// **Limits:** as many origins at once as places; as many connections as all places are charged for, those to
/// origins that leave included.
/// **Source:** ADR 30 and ADR 33.
final class OriginSet {
    private final int places;
    private final int connectionsMax;
    private final SharedAddresses sharedAddresses;
    private final SharedAddress.Member sharer;
    private final Health.Terms terms;
    private final AttemptOutcomes outcomes;
    private final ChargedConnections charged;
    private final Object lock = new Object();
    private volatile List<Origin> origins = List.of();
    private volatile List<Origin> all = List.of();
    private volatile List<SharedAddress> at = List.of();

    @GuardedBy("lock")
    private boolean isClosed;

    /// @param connectionsMax to each origin
    OriginSet(
            int places,
            int connectionsMax,
            SharedAddresses sharedAddresses,
            SharedAddress.Member sharer,
            Health.Terms terms,
            AttemptOutcomes outcomes) {
        this.places = places;
        this.connectionsMax = connectionsMax;
        this.sharedAddresses = sharedAddresses;
        this.sharer = sharer;
        this.terms = terms;
        this.outcomes = outcomes;
        this.charged = new ChargedConnections(places * connectionsMax);
    }

    /// Those that may be chosen now.
    List<Origin> origins() {
        return origins;
    }

    /// The sites of these.
    List<SharedAddress> at() {
        return at;
    }

    /// Tells `share` how many connections there may be: those of all origins, and what is left of those that leave.
    void measure(SlowShare share) {
        synchronized (lock) {
            int most = 0;
            for (Origin origin : all) most += origin.isLeaving() ? origin.connections() : connectionsMax;
            share.of(Math.min(most, charged.most()));
        }
    }

    /// Lets those leave that are not in `addresses`, and those come that are new.
    ///
    /// @return those for which there is no place
    List<Origin.Address> replace(List<Origin.Address> addresses) {
        synchronized (lock) {
            var leftOut = new ArrayList<Origin.Address>();
            if (isClosed) return leftOut;
            for (Origin origin : origins) if (!addresses.contains(origin.where())) leave(origin);
            var now = new ArrayList<Origin>();
            var known = new ArrayList<>(all);
            for (Origin.Address address : addresses) {
                if (now.size() == places) leftOut.add(address);
                else now.add(come(address, known));
            }
            origins = List.copyOf(now);
            all = List.copyOf(known);
            forgetGone();
            return leftOut;
        }
    }

    @GuardedBy("lock")
    private void leave(Origin origin) {
        origin.leave();
        sharedAddresses.leave(origin.sharedAddress(), sharer);
    }

    @GuardedBy("lock")
    private Origin come(Origin.Address address, List<Origin> known) {
        Origin same = same(address, known);
        if (same != null && !same.isLeaving()) return same;
        SharedAddress sharedAddress = sharedAddresses.join(address.socket(), sharer, connectionsMax);
        if (same != null && same.sharedAddress() == sharedAddress) {
            same.stay();
            return same;
        }
        Health health;
        synchronized (sharedAddresses.lock()) {
            health = sharedAddress.health(terms);
        }
        var role = ConnectionRole.upstream(sharer.name(), address.text());
        var origin = new Origin(
                address,
                role,
                freeNumber(known),
                connectionsMax,
                new Origin.Slots(sharedAddresses, sharedAddress),
                health,
                charged);
        health.watch(outcomes.listenerOf(origin));
        known.add(origin);
        return origin;
    }

    private static @Nullable Origin same(Origin.Address address, List<Origin> known) {
        for (Origin one : known) if (one.where().equals(address)) return one;
        return null;
    }

    /// The smallest number that none of `known` has.
    private static int freeNumber(List<Origin> known) {
        for (int number = 0; ; number++) {
            if (isFree(number, known)) return number;
        }
    }

    private static boolean isFree(int number, List<Origin> known) {
        for (Origin one : known) if (one.number() == number) return false;
        return true;
    }

    /// Forgets those that have left and have no connection: their numbers are free.
    void forgetGone() {
        synchronized (lock) {
            var left = new ArrayList<Origin>();
            for (Origin origin : all) {
                if (origin.isLeaving() && origin.connections() == 0) {
                    origin.health().unwatch(outcomes.listenerOf(origin));
                } else {
                    left.add(origin);
                }
            }
            all = List.copyOf(left);
            at = left.stream().map(Origin::sharedAddress).distinct().toList();
        }
    }

    /// None of them is this pool's any more.
    void close() {
        synchronized (lock) {
            isClosed = true;
            for (Origin origin : origins) if (!origin.isLeaving()) leave(origin);
        }
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

    /// Reserves a slot of the one that is least busy of those that live and have room.
    ///
    /// @return whose slot; null when there is none
    @Nullable
    Origin reserve(long nowNanos) {
        List<Origin> now = origins;
        OriginTier standing = OriginTier.best(now, nowNanos);
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
        return charged.taken() == 0;
    }
}
