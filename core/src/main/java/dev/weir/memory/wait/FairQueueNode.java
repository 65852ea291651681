package dev.weir.memory.wait;

import org.jspecify.annotations.Nullable;

/// One that waits, as [FairQueues] sees it: the links by which it hangs in a queue. They are fields of the waiter
/// itself, so that waiting makes no garbage.
///
/// **Threads:** guarded by the lock of its queue.
///
/// @param <T> the class of those that wait in one queue
public abstract class FairQueueNode<T extends FairQueueNode<T>> {
    /// For no client in particular; all of these are one address.
    public static final long NO_ADDRESS = 0;

    long address = NO_ADDRESS;
    int queue;
    long turn;

    /// How many wait for its address in its queue; kept by the one in front only.
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

    /// When its turn came, among those that are in front of their address; smaller is earlier.
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
