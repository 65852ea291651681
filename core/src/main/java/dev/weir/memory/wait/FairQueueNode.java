package dev.weir.memory.wait;

import org.jspecify.annotations.Nullable;

/// A waiter as [FairQueues] sees it: its links in a queue. They are fields of the waiter itself, so that
/// waiting makes no garbage.
///
/// **Threads:** guarded by the lock of its queue.
///
/// @param <T> the class of the waiters of one queue
public abstract class FairQueueNode<T extends FairQueueNode<T>> {
    /// For no client in particular; all of these are one address.
    public static final long NO_ADDRESS = 0;

    long address = NO_ADDRESS;
    int queue;
    long turn;

    /// How many waiters of its address are in its queue; set only in the front one.
    int sameCount;

    T sameBefore = self();
    T sameBehind = self();
    T ringBefore = self();
    T ringBehind = self();

    @Nullable
    T inSlot;

    /// For waiters.
    protected FairQueueNode() {}

    @SuppressWarnings("unchecked") // Why: T is the class of this, as Comparable's is.
    private T self() {
        return (T) this;
    }

    /// The order of its turn among the front waiters of all addresses; smaller is earlier.
    public final long turn() {
        return turn;
    }

    /// Sets the client for which it waits; only while it is in no queue.
    ///
    /// @param newAddress an address as a number, or [#NO_ADDRESS]
    protected final void setAddressKey(long newAddress) {
        address = newAddress;
    }
}
