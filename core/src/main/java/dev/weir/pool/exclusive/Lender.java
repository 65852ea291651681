package dev.weir.pool.exclusive;

import dev.weir.connection.CloseReason;
import dev.weir.loop.EventLoop;
import dev.weir.pool.PoolCount;
import org.jspecify.annotations.Nullable;

/// What the parts of a cache ask of the whole.
///
/// **Threads:** confined to the loop of the lease or the entry it is asked for, unless it says otherwise.
interface Lender {
    // ---- leases

    void giveBack(Lease lease);

    void discard(Lease lease);

    boolean passToKeeper(Lease lease, Lease keeper);

    boolean passFromKeeper(Lease keeper, Lease lease);

    void yieldWhenNeeded(Lease lease);

    /// `lease` was asked to yield.
    void askedToYield(Lease lease);

    /// Ends `lease`, whose code has thrown, if it still has `entry`.
    void breakLease(@Nullable PoolEntry entry, Lease lease);

    // ---- entries

    /// Makes the conversations of shared connections.
    Opener opener();

    /// Gives `entry`, which nobody has, to the next waiter, or puts it on the shelf of its loop.
    void settle(PoolEntry entry);

    /// `entry` has come to the loop of who it was promised to.
    void arrived(PoolEntry entry);

    /// Takes `entry` off the shelf, if it is there.
    void unpark(PoolEntry entry);

    /// Closes `entry` and counts why.
    void evict(PoolEntry entry, PoolCount why, CloseReason reason);

    /// `entry` has died, and is there for whom it was promised no longer; on any thread.
    void orphan(PoolEntry entry);

    /// The socket of `entry` is closed: nobody may find it any more.
    void left(PoolEntry entry);

    /// The descriptor of `entry` is free.
    void ended(PoolEntry entry);

    // ---- loops

    void count(EventLoop loop, PoolCount what);

    /// The part of `loop` is being given up.
    void sideCloses(EventLoop loop);

    /// The part of a loop was given up; on any thread.
    void sideClosed();

    // ---- those that give way

    /// Whether somebody waits only because the share of the slow is used up; on any thread.
    boolean waitsForShare();

    /// `lease` is about to end because its client is the slowest.
    void gaveWay(Lease lease);

    /// Serves those who wait, as something can be had; on any thread.
    void serve();

    /// Asks more leases to end when more wait than slots are coming for.
    void look(EventLoop here);
}
