package dev.weir.pool;

import dev.weir.transport.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// One address, shared by all upstreams that have an origin there: its slots and its health.
///
/// **Threads:** thread-safe; methods that change it are called under [SharedAddresses#lock].
/// **Limits:** as many connections as the largest limit that an upstream has there.
/// **Source:** ADR 33.
final class SharedAddress {
    private final Endpoint where;

    private final List<Membership> members = new ArrayList<>(); // guarded by the lock of all sites

    private final List<Health> healths = new ArrayList<>(); // guarded by the lock of all sites

    private volatile List<Member> sharers = List.of();
    private volatile int limit;
    private final AtomicInteger taken = new AtomicInteger(); // written under the lock

    /// A pool that has an origin here, as the other pools see it.
    interface Member {
        /// Returned instead of a time if nobody waits.
        long NOBODY = -1;

        /// The name of its upstream.
        String name();

        /// Serves the waiters of this pool.
        void serveOwn();

        /// How long the next waiter has waited; [#NOBODY] if nobody waits.
        long waitedNanos(long nowNanos);

        /// The shared addresses of its origins.
        List<SharedAddress> sharedAddresses();

        /// The number of its idle connections to an address.
        int idleAt(SharedAddress sharedAddress);

        /// Closes an idle connection to an address; `closed` is run when its slot is free. Returns false and does
        /// nothing if none is idle.
        boolean closeIdle(SharedAddress sharedAddress, Runnable closed);

        /// Asks leases that yield to waiters, at addresses shared with `other`, to end for the waiters of `other`.
        void askYieldingFor(Member other, SlotDemand needed);
    }

    private record Membership(Member sharer, int cap) {}

    SharedAddress(Endpoint where) {
        this.where = where;
    }

    Endpoint where() {
        return where;
    }

    void join(Member sharer, int cap) {
        members.add(new Membership(sharer, cap));
        membersChanged();
    }

    void leave(Member sharer) {
        members.removeIf(one -> one.sharer() == sharer);
        membersChanged();
    }

    private void membersChanged() {
        int most = 0;
        var all = new ArrayList<Member>();
        for (Membership one : members) {
            most = Math.max(most, one.cap());
            all.add(one.sharer());
        }
        limit = most;
        sharers = List.copyOf(all);
    }

    /// The health for pools that have these terms.
    Health health(Health.Terms terms) {
        for (Health one : healths) if (one.terms().equals(terms)) return one;
        var health = new Health(terms);
        healths.add(health);
        return health;
    }

    /// Whether no pool has an origin here and no connection is left.
    boolean isUnused() {
        return members.isEmpty() && taken.get() == 0;
    }

    /// The pools that have an origin here.
    List<Member> sharers() {
        return sharers;
    }

    boolean isShared() {
        return sharers.size() > 1;
    }

    boolean hasRoom() {
        return taken.get() < limit;
    }

    void take() {
        taken.incrementAndGet();
    }

    void free() {
        taken.decrementAndGet();
    }

    @Override
    public String toString() {
        return where.toString();
    }
}
