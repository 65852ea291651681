package dev.weir.memory.wait;

import dev.weir.time.Chance;
import java.util.Arrays;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Queues of waiters in which client addresses take turns: each has one turn in a round, however many of its
/// waiters wait.
///
/// A queue is a ring of the first waiters of each address; the others of an address are linked behind them, in
/// order of arrival. Serving a waiter uses up its address's turn: the next of the address goes to the ring's
/// end. A cancelled waiter leaves its place in the ring to the next of its address. Equal addresses are
/// found by a table. Where all have one address, a queue is first come, first served.
///
/// **Threads:** guarded by the lock of its queues.
/// **Limits:** a fixed table, and no other memory, however many wait.
/// **Source:** Nagle, RFC 970: a round over sources instead of one queue.
///
/// @param <T> the type of the waiters
public final class FairQueues<T extends FairQueueNode<T>> {
    /// Stands in the place of a turn while another waiter of the same address is in front.
    static final long NO_TURN = Long.MIN_VALUE;

    private static final int SLOTS = 1024;

    /// The next waiter of each queue, where its ring of waiters begins.
    private @Nullable FairQueueNode<T>[] nexts;

    private final @Nullable FairQueueNode<T>[] table;
    private final long seed;
    private long turns;

    /// Empty queues.
    ///
    /// @param queues how many, numbered from 0
    /// @param seed of the hash table, so that clients cannot choose addresses that share a slot
    @SuppressWarnings("unchecked") // Why: there are no arrays of a generic class; nothing else is put into these.
    public FairQueues(int queues, long seed) {
        this.nexts = (FairQueueNode<T>[]) new FairQueueNode<?>[queues];
        this.table = (FairQueueNode<T>[]) new FairQueueNode<?>[SLOTS];
        this.seed = seed;
    }

    /// How many queues there are.
    public int queues() {
        return nexts.length;
    }

    /// Grows to at least this many queues.
    public void growTo(int queues) {
        if (queues > nexts.length) nexts = Arrays.copyOf(nexts, queues);
    }

    /// The waiter whose turn it is; null when the queue is empty.
    public @Nullable T next(int queue) {
        return cast(nexts[queue]);
    }

    /// The first that `admits`, in the order of turns; of an address, the first that came. Goes over all waiters.
    public @Nullable T next(int queue, Predicate<T> admits) {
        T next = next(queue);
        if (next == null) return null;
        T front = next;
        do {
            T same = front;
            do {
                if (admits.test(same)) return same;
                same = same.sameBehind;
            } while (same != front);
            front = front.ringBehind;
        } while (front != next);
        return null;
    }

    /// The turn of the address of `waiter`, which waits.
    public long turnOf(T waiter) {
        return front(waiter.queue, waiter).turn;
    }

    @SuppressWarnings("unchecked") // Why: a T was put there.
    private @Nullable T cast(@Nullable FairQueueNode<T> one) {
        return (T) one;
    }

    /// Queues `waiter` behind all others of its address.
    public void add(int queue, T waiter) {
        waiter.queue = queue;
        T front = front(queue, waiter.address);
        if (front == null) {
            enter(queue, waiter);
            append(queue, waiter);
        } else {
            hangBefore(front, waiter);
            waiter.turn = NO_TURN;
            front.sameCount++;
        }
    }

    /// Lets `waiter` wait in front of all others: what it had been promised is lost, and its turn is not used up.
    public void addFirst(int queue, T waiter) {
        waiter.queue = queue;
        T front = front(queue, waiter.address);
        if (front == null) {
            enter(queue, waiter);
        } else {
            hangBefore(front, waiter);
            replace(queue, front, waiter);
            waiter.sameCount = front.sameCount + 1;
            leaveRing(queue, front);
            front.turn = NO_TURN;
        }
        T next = next(queue);
        append(queue, waiter);
        if (next != null) waiter.turn = next.turn - 1;
        nexts[queue] = waiter;
    }

    private void enter(int queue, T waiter) {
        int slot = slot(queue, waiter.address);
        waiter.inSlot = cast(table[slot]);
        table[slot] = waiter;
        waiter.sameCount = 1;
    }

    private static <T extends FairQueueNode<T>> void hangBefore(T front, T waiter) {
        waiter.sameBehind = front;
        waiter.sameBefore = front.sameBefore;
        front.sameBefore.sameBehind = waiter;
        front.sameBefore = waiter;
    }

    /// `waiter` is cancelled: its place goes to the next one of its address.
    public void gaveUp(int queue, T waiter) {
        boolean isInFront = waiter.turn != NO_TURN;
        if (!isInFront) front(queue, waiter).sameCount--;
        T heir = leaveSame(waiter);
        if (!isInFront) return;
        replace(queue, waiter, heir);
        if (heir != null) {
            heir.sameCount = waiter.sameCount - 1;
            heir.turn = waiter.turn;
            linkBehind(waiter, heir);
        }
        leaveRing(queue, waiter);
    }

    /// Removes a served `waiter`. That uses up the turn of its address, which moves behind all others. A waiter
    /// that was not in front of its address was served out of turn.
    public void served(int queue, T waiter) {
        if (waiter.turn == NO_TURN) {
            gaveUp(queue, waiter);
            return;
        }
        T heir = leaveSame(waiter);
        if (heir != null) heir.sameCount = waiter.sameCount - 1;
        replace(queue, waiter, heir);
        leaveRing(queue, waiter);
        if (heir != null) append(queue, heir);
    }

    /// How many waiters of the address of `waiter` are in this queue; `waiter` itself need not be.
    public int countOfSame(int queue, T waiter) {
        T front = front(queue, waiter.address);
        return front == null ? 0 : front.sameCount;
    }

    /// The waiter that came last of the address for which most wait, among those addresses whose turns are
    /// farthest away; null when there is no waiter.
    ///
    /// @param looks at how many addresses to compare at most
    public @Nullable T lastOfMost(int queue, int looks) {
        T next = next(queue);
        if (next == null) return null;
        T most = next.ringBefore;
        T one = most;
        for (int i = 1; i < looks && one != next; i++) {
            one = one.ringBefore;
            if (one.sameCount > most.sameCount) most = one;
        }
        return most.sameBefore;
    }

    /// The next of `address` in this queue; null when it has no waiter there.
    public @Nullable T nextOf(int queue, long address) {
        return front(queue, address);
    }

    /// How many waiters are found by walking all rings, each address also by the table. For audits.
    int count() {
        int count = 0;
        for (int queue = 0; queue < nexts.length; queue++) {
            T front = next(queue);
            if (front == null) continue;
            T first = front;
            do {
                int found = 0;
                T same = front;
                do {
                    if (front(queue, same.address) == front) found++;
                    same = same.sameBehind;
                } while (same != front);
                if (found == front.sameCount) count += found;
                front = front.ringBehind;
            } while (front != first);
        }
        return count;
    }

    // ---- the waiters of one address

    /// The waiter in front of all others of this address; null when it has no waiter in this queue.
    private @Nullable T front(int queue, long address) {
        T one = cast(table[slot(queue, address)]);
        while (one != null && (one.address != address || one.queue != queue)) one = one.inSlot;
        return one;
    }

    private T front(int queue, T waiter) {
        T front = front(queue, waiter.address);
        if (front == null) throw new IllegalStateException("a waiter is in no round: " + waiter);
        return front;
    }

    /// @return the next waiter of the same address; null when there is none
    private static <T extends FairQueueNode<T>> @Nullable T leaveSame(T waiter) {
        T behind = waiter.sameBehind;
        waiter.sameBefore.sameBehind = behind;
        behind.sameBefore = waiter.sameBefore;
        waiter.sameBefore = waiter;
        waiter.sameBehind = waiter;
        return behind == waiter ? null : behind;
    }

    /// Puts `heir` into the place that `waiter` has in the table, or empties it.
    private void replace(int queue, T waiter, @Nullable T heir) {
        int slot = slot(queue, waiter.address);
        T rest = waiter.inSlot;
        if (heir != null) {
            heir.inSlot = rest;
            rest = heir;
        }
        waiter.inSlot = null;
        T before = cast(table[slot]);
        if (before == waiter) {
            table[slot] = rest;
            return;
        }
        while (before != null && before.inSlot != waiter) before = before.inSlot;
        if (before == null) throw new IllegalStateException("a waiter is in no round: " + waiter);
        before.inSlot = rest;
    }

    private int slot(int queue, long address) {
        return (int) Chance.mixed((address ^ seed) + queue) & (SLOTS - 1);
    }

    // ---- the ring

    private void append(int queue, T waiter) {
        waiter.turn = turns++;
        T next = next(queue);
        if (next == null) nexts[queue] = waiter;
        else linkBehind(next.ringBefore, waiter);
    }

    private static <T extends FairQueueNode<T>> void linkBehind(T before, T waiter) {
        waiter.ringBefore = before;
        waiter.ringBehind = before.ringBehind;
        before.ringBehind.ringBefore = waiter;
        before.ringBehind = waiter;
    }

    private void leaveRing(int queue, T waiter) {
        T behind = waiter.ringBehind;
        if (nexts[queue] == waiter) nexts[queue] = behind == waiter ? null : behind;
        waiter.ringBefore.ringBehind = behind;
        behind.ringBefore = waiter.ringBefore;
        waiter.ringBefore = waiter;
        waiter.ringBehind = waiter;
    }
}
