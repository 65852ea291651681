package dev.weir.pool;

import dev.weir.memory.wait.FairQueueNode;
import dev.weir.time.Chance;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;

/// The client addresses that had a lease ended lately because its client was slow: their next leases may be slow
/// too.
///
/// Each address has the slot of its hash, which holds the other bits of the hash and the second until which it is
/// remembered; a later address with the same slot replaces it.
///
/// **Threads:** thread-safe.
/// **Limits:** 1024 addresses, 8 KiB; a minute each. An address that was never slow is mistaken for a slow one with
/// a probability of 1 in 2^32 for each slow one.
final class SlowAddresses {
    static final long REMEMBERED_NANOS = TimeUnit.MINUTES.toNanos(1);

    private static final int SLOTS = 1024;
    private static final int SECOND_BITS = 22; // Why: the seconds wrap after 48 days, when every slot has expired
    private static final long SECOND_MASK = (1L << SECOND_BITS) - 1;
    private static final int LATER_MAX = (int) (REMEMBERED_NANOS / TimeUnit.SECONDS.toNanos(1)) + 1;

    private final long seed;
    private final AtomicLongArray slots = new AtomicLongArray(SLOTS);
    private volatile boolean isEmpty = true;

    /// @param seed secret, so that nobody can know which addresses share a slot
    SlowAddresses(long seed) {
        this.seed = seed;
    }

    /// Remembers that a lease of `address` was ended because its client was slow.
    void add(long address, long nowNanos) {
        long hash = hash(address);
        slots.set((int) (hash & (SLOTS - 1)), (hash & ~SECOND_MASK) | second(nowNanos + REMEMBERED_NANOS));
        isEmpty = false;
    }

    /// Whether a lease of `address` was ended for that less than a minute ago.
    boolean has(long address, long nowNanos) {
        if (isEmpty || address == FairQueueNode.NO_ADDRESS) return false;
        long hash = hash(address);
        long slot = slots.get((int) (hash & (SLOTS - 1)));
        if (((slot ^ hash) & ~SECOND_MASK) != 0) return false;
        long left = (slot - second(nowNanos)) & SECOND_MASK;
        return left != 0 && left <= LATER_MAX;
    }

    private static long second(long nanos) {
        return Math.floorDiv(nanos, TimeUnit.SECONDS.toNanos(1)) & SECOND_MASK;
    }

    private long hash(long address) {
        return Chance.mixed(address ^ seed);
    }
}
