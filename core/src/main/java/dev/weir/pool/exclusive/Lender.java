package dev.weir.pool.exclusive;

import dev.weir.connection.CloseReason;
import dev.weir.loop.EventLoop;
import dev.weir.pool.PoolCount;
import org.jspecify.annotations.Nullable;

/// What the parts of a cache call of the cache.
///
/// **Threads:** confined to the loop of the lease or the entry in the call, unless a method says otherwise.
interface Lender {
    // ---- leases

    void giveBack(Lease lease);

    void discard(Lease lease);

    boolean passToKeeper(Lease lease, Lease keeper);

    boolean passFromKeeper(Lease keeper, Lease lease);

    void yieldWhenNeeded(Lease lease);

    /// The loop of `lease` has received the request to yield.
    void askedToYield(Lease lease);

    /// Ends `lease`, whose code has thrown, if it still holds `entry`.
    void breakLease(@Nullable PoolEntry entry, Lease lease);

    // ---- entries

    /// Makes the conversations of shared connections.
    Opener opener();

    /// Gives `entry`, which is not lent, to the next waiter, or puts it into the idle list of its loop.
    void settle(PoolEntry entry);

    /// `entry` has arrived on the loop of the waiter it was promised to.
    void arrived(PoolEntry entry);

    /// Takes `entry` out of the idle list, if it is there.
    void unpark(PoolEntry entry);

    /// Closes `entry` and counts the reason.
    void evict(PoolEntry entry, PoolCount why, CloseReason reason);

    /// `entry` has died: its promise is broken; on any thread.
    void orphan(PoolEntry entry);

    /// The socket of `entry` is closed: no thread may find it any more.
    void left(PoolEntry entry);

    /// The descriptor of `entry` is free.
    void ended(PoolEntry entry);

    // ---- loops

    void count(EventLoop loop, PoolCount what);

    /// The part of `loop` is closing.
    void sideCloses(EventLoop loop);

    /// The part of a loop has closed; on any thread.
    void sideClosed();

    // ---- leases that are ended for waiters

    /// Whether a waiter waits only because the slow share is used up; on any thread.
    boolean waitsForShare();

    /// `lease` has ended because its client is the slowest.
    void gaveWay(Lease lease);

    /// Serves waiters, because something may be available; on any thread.
    void serve();

    /// Asks more leases to end if more slots are needed than expected.
    void look(EventLoop here);
}
