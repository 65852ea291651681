package dev.weir.pool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weir.connection.ConnectionRole;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The origins of a pool, which may be added and removed. A removed origin stays known until its last connection
/// has ended; if it is named again before, it is the same object again.
///
/// **Threads:** thread-safe; the list that [#origins] returns never changes.
/// **Limits:** at most `places` origins at once; as many connections as all places are charged for, including those
/// to removed origins.
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

    /// @param connectionsMax connections to each origin
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

    /// The origins that may be chosen now.
    List<Origin> origins() {
        return origins;
    }

    /// The shared addresses of all known origins.
    List<SharedAddress> at() {
        return at;
    }

    /// Sets the number of connections in `share`: the limits of all origins, and the remaining connections of
    /// removed ones.
    void measure(SlowShare share) {
        synchronized (lock) {
            int most = 0;
            for (Origin origin : all) most += origin.isLeaving() ? origin.connections() : connectionsMax;
            share.of(Math.min(most, charged.most()));
        }
    }

    /// Removes the origins that are not in `addresses` and adds the new ones.
    ///
    /// @return the addresses for which there is no place
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

    /// The smallest number that is not used in `known`.
    private static int freeNumber(List<Origin> known) {
        for (int number = 0; ; number++) {
            if (isFree(number, known)) return number;
        }
    }

    private static boolean isFree(int number, List<Origin> known) {
        for (Origin one : known) if (one.number() == number) return false;
        return true;
    }

    /// Forgets the removed origins without a connection: their numbers are free again.
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

    /// Removes all origins.
    void close() {
        synchronized (lock) {
            isClosed = true;
            for (Origin origin : origins) if (!origin.isLeaving()) leave(origin);
        }
    }

    /// Whether no origin has a connection for one more exchange.
    boolean areBusy() {
        List<Origin> now = origins;
        for (int i = 0; i < now.size(); i++) {
            Origin origin = now.get(i);
            if (!origin.isFull() && origin.outstanding() < connectionsMax) return false;
        }
        return true;
    }

    /// Reserves a slot of the least busy origin of the best tier.
    ///
    /// @return the origin of the slot; null if there is none
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

    /// Whether there is an established connection, including those to removed origins.
    boolean haveOpen() {
        List<Origin> now = all;
        for (int i = 0; i < now.size(); i++) {
            if (now.get(i).hasOpen()) return true;
        }
        return false;
    }

    /// Whether there is no connection, including those to removed origins.
    boolean areEmpty() {
        return charged.taken() == 0;
    }
}
