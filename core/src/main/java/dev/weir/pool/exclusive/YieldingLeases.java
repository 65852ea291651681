package dev.weir.pool.exclusive;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weir.pool.Origin;
import dev.weir.pool.PoolCount;
import dev.weir.pool.SlotDemand;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The leases of a cache that yield to waiters, on all loops, in the order in which they began to yield.
///
/// As many as are needed are asked to end at once, each through the mailbox of its loop. A lease that is not needed
/// any more when its loop gets to it goes back to the front.
///
/// **Threads:** thread-safe.
/// **Limits:** takes no memory besides the leases.
/// **Source:** ADR 25.
final class YieldingLeases {
    private final Lender lender;
    private final Object lock = new Object();

    @GuardedBy("lock")
    private @Nullable Lease oldest;

    @GuardedBy("lock")
    private @Nullable Lease newest;

    /// The number of leases that were asked and whose slots are not free yet.
    @GuardedBy("lock")
    private int coming;

    @GuardedBy("lock")
    private int listed;

    private volatile int length; // what other threads see of `listed`

    YieldingLeases(Lender lender) {
        this.lender = lender;
    }

    /// Adds `lease`, which yields from now on; on its loop.
    void add(Lease lease) {
        if (lease.yields) return;
        lease.yields = true;
        lease.yielding();
        PoolEntry entry = lease.entry();
        lease.yieldsAt = entry == null ? null : entry.origin();
        synchronized (lock) {
            // Why: a lease that was asked during an earlier use is handled when its loop receives that request.
            if (!lease.isAskedToYield) append(lease);
        }
        lender.serve();
    }

    /// Removes `lease`, which has ended; on its loop.
    void remove(Lease lease) {
        if (!lease.yields) return;
        lease.yields = false;
        synchronized (lock) {
            if (lease.isListedToYield) unlink(lease);
        }
    }

    /// The number of leases that end as soon as somebody waits, including those that were asked already; may be
    /// slightly stale.
    int size() {
        synchronized (lock) {
            return length + coming;
        }
    }

    /// Asks as many leases as `needed` needs beyond those asked already; on any thread.
    ///
    /// @param at only leases of connections to these origins; null for all
    void serve(SlotDemand needed, @Nullable Predicate<Origin> at) {
        while (length > 0) {
            Lease asked;
            synchronized (lock) {
                Lease first = at == null ? oldest : oldestAt(at);
                if (first == null || !needed.tryExpect()) return;
                asked = first;
                unlink(asked);
                asked.isAskedToYield = true;
                asked.yieldsFor = needed;
                coming++;
            }
            // Why: a closed loop has closed its connections.
            if (!asked.loop().post(asked.yielding())) hasYielded(needed);
        }
    }

    @GuardedBy("lock")
    private @Nullable Lease oldestAt(Predicate<Origin> at) {
        for (Lease one = oldest; one != null; one = one.newerYielding) {
            Origin origin = one.yieldsAt;
            if (origin != null && at.test(origin)) return one;
        }
        return null;
    }

    /// Handles the request to `lease`; on its loop.
    void asked(Lease lease) {
        SlotDemand needed = lease.yieldsFor;
        if (needed == null) throw new IllegalStateException("it was asked to yield without a demand: " + lease);
        boolean isNeeded = !needed.isExceeded();
        synchronized (lock) {
            lease.isAskedToYield = false;
            if (lease.yields && !isNeeded) prepend(lease);
        }
        try {
            if (lease.yields && isNeeded) yields(lease);
        } finally {
            // Why: the slot is free only when the descriptor is.
            lease.loop().afterClosing(() -> {
                hasYielded(needed);
                lender.look(lease.loop());
            });
        }
    }

    private void yields(Lease lease) {
        lease.yields = false;
        lender.count(lease.loop(), PoolCount.YIELDED);
        PoolEntry entry = lease.entry();
        try {
            lease.endForWaiter();
        } catch (RuntimeException | Error failure) { // Why: otherwise the lease might keep its slot for ever.
            lender.breakLease(entry, lease);
            throw failure;
        }
    }

    private void hasYielded(SlotDemand needed) {
        synchronized (lock) {
            coming--;
        }
        needed.expectedEnded();
    }

    @GuardedBy("lock")
    private void append(Lease lease) {
        lease.olderYielding = newest;
        if (newest == null) oldest = lease;
        else newest.newerYielding = lease;
        newest = lease;
        listed(lease);
    }

    @GuardedBy("lock")
    private void prepend(Lease lease) {
        lease.newerYielding = oldest;
        if (oldest == null) newest = lease;
        else oldest.olderYielding = lease;
        oldest = lease;
        listed(lease);
    }

    @GuardedBy("lock")
    private void listed(Lease lease) {
        lease.isListedToYield = true;
        count(1);
    }

    @GuardedBy("lock")
    private void unlink(Lease lease) {
        if (lease.olderYielding == null) oldest = lease.newerYielding;
        else lease.olderYielding.newerYielding = lease.newerYielding;
        if (lease.newerYielding == null) newest = lease.olderYielding;
        else lease.newerYielding.olderYielding = lease.olderYielding;
        lease.newerYielding = null;
        lease.olderYielding = null;
        lease.isListedToYield = false;
        count(-1);
    }

    @GuardedBy("lock")
    private void count(int change) {
        listed += change;
        length = listed;
    }
}
