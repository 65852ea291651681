package dev.weir.pool;

import dev.weir.transport.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// One address for all upstreams that have an origin there: its slots, and how it stands.
///
/// **Threads:** thread-safe; whatever changes it is called under the lock of all sites, [Sites#lock].
/// **Limits:** as many connections as the largest number that an upstream allows there.
/// **Source:** ADR 33.
final class Site {
    private final Endpoint where;

    private final List<Member> members = new ArrayList<>(); // guarded by the lock of all sites

    private final List<Health> healths = new ArrayList<>(); // guarded by the lock of all sites

    private volatile List<Sharer> sharers = List.of();
    private volatile int limit;
    private final AtomicInteger taken = new AtomicInteger(); // written under the lock

    /// A pool that has an origin here, as the others see it.
    interface Sharer {
        /// In place of a time: nobody waits.
        long NOBODY = -1;

        /// The name of its upstream.
        String name();

        /// Serves its waiters.
        void serveOwn();

        /// How long the one has waited whose turn it is; [#NOBODY] when nobody waits.
        long waitedNanos(long nowNanos);

        /// The sites of its origins.
        List<Site> sites();

        /// How many connections to this site are idle.
        int idleAt(Site site);

        /// Closes an idle connection to this site; `closed` is run when its slot is free. Does nothing when
        /// none is idle.
        boolean closeIdle(Site site, Runnable closed);

        /// Asks leases that end as soon as somebody waits, of connections to sites of `other`, to end for its
        /// waiters.
        void askYieldingFor(Sharer other, Demand needed);
    }

    private record Member(Sharer sharer, int cap) {}

    Site(Endpoint where) {
        this.where = where;
    }

    Endpoint where() {
        return where;
    }

    void join(Sharer sharer, int cap) {
        members.add(new Member(sharer, cap));
        membersChanged();
    }

    void leave(Sharer sharer) {
        members.removeIf(one -> one.sharer() == sharer);
        membersChanged();
    }

    private void membersChanged() {
        int most = 0;
        var all = new ArrayList<Sharer>();
        for (Member one : members) {
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
    boolean isForsaken() {
        return members.isEmpty() && taken.get() == 0;
    }

    /// Those that have an origin here.
    List<Sharer> sharers() {
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
