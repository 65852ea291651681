package dev.weir.pool;

import dev.weir.memory.wait.FairQueueNode;
import dev.weir.time.Chance;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;

/// The client addresses of which a client had to give way lately: what they are lent next they may hold for
/// long too.
///
/// An address stands in the slot that its hash names, with what else is left of the hash and the second until
/// which it is remembered; a later one in the same slot takes its place.
///
/// **Threads:** thread-safe.
/// **Limits:** 1024 addresses, 8 KiB; a minute each. One that was never slow is taken for slow with a chance of
/// 1 in 2^32 for each that was.
final class SlowAddresses {
    static final long REMEMBERED_NANOS = TimeUnit.MINUTES.toNanos(1);

    private static final int SLOTS = 1024;
    private static final int SECOND_BITS = 22; // Why: 48 days, before which every slot is out of date
    private static final long SECOND_MASK = (1L << SECOND_BITS) - 1;
    private static final int LATER_MAX = (int) (REMEMBERED_NANOS / TimeUnit.SECONDS.toNanos(1)) + 1;

    private final long seed;
    private final AtomicLongArray slots = new AtomicLongArray(SLOTS);
    private volatile boolean isEmpty = true;

    /// @param seed so that nobody knows which addresses share a slot
    SlowAddresses(long seed) {
        this.seed = seed;
    }

    /// A client of `address` gave way.
    void add(long address, long nowNanos) {
        long hash = hash(address);
        slots.set((int) (hash & (SLOTS - 1)), (hash & ~SECOND_MASK) | second(nowNanos + REMEMBERED_NANOS));
        isEmpty = false;
    }

    /// Whether a client of `address` gave way less than a minute ago.
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
