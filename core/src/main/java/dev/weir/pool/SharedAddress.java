package dev.weir.pool;

import dev.weir.transport.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// One address for all upstreams that have an origin there: its slots, and how it stands.
///
/// **Threads:** thread-safe; whatever changes it is called under the lock of all sites, [SharedAddresses#lock].
/// **Limits:** as many connections as the largest number that an upstream allows there.
/// **Source:** ADR 33.
final class SharedAddress {
    private final Endpoint where;

    private final List<Membership> members = new ArrayList<>(); // guarded by the lock of all sites

    private final List<Health> healths = new ArrayList<>(); // guarded by the lock of all sites

    private volatile List<Member> sharers = List.of();
    private volatile int limit;
    private final AtomicInteger taken = new AtomicInteger(); // written under the lock

    /// A pool that has an origin here, as the others see it.
    interface Member {
        /// In place of a time: nobody waits.
        long NOBODY = -1;

        /// The name of its upstream.
        String name();

        /// Serves its waiters.
        void serveOwn();

        /// How long the one has waited whose turn it is; [#NOBODY] when nobody waits.
        long waitedNanos(long nowNanos);

        /// The sites of its origins.
        List<SharedAddress> sharedAddresses();

        /// How many connections to this site are idle.
        int idleAt(SharedAddress sharedAddress);

        /// Closes an idle connection to this site; `closed` is run when its slot is free. Does nothing when
        /// none is idle.
        boolean closeIdle(SharedAddress sharedAddress, Runnable closed);

        /// Asks leases that end as soon as somebody waits, of connections to sites of `other`, to end for its
        /// waiters.
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

    /// How it stands for those that have these terms.
    Health health(Health.Terms terms) {
        for (Health one : healths) if (one.terms().equals(terms)) return one;
        var health = new Health(terms);
        healths.add(health);
        return health;
    }

    /// Whether nobody has an origin here, and no connection is left.
    boolean isUnused() {
        return members.isEmpty() && taken.get() == 0;
    }

    /// Those that have an origin here.
    List<Member> sharers() {
        return sharers;
    }

    boolean isShared() {
        return sharers.size() > 1;
    }

    boolean hasRoom() {
        return taken.get() < limit;
    }

    /// How many slots are taken.
    int taken() {
        return taken.get();
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
