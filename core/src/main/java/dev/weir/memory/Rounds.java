package dev.weir.memory;

import org.jspecify.annotations.Nullable;

/// Whose turn it is in each queue when addresses take turns: each has one in a round, however many wait for it.
///
/// A queue is a ring of those who came first for their address; the others of the address hang on them, in
/// order of arrival. Who was served has had his address's turn: the next of it goes to the ring's end. Who gives up
/// leaves his place in the ring to the next of his address. Addresses that are equal are found by a table.
///
/// **Threads:** guarded by the pool's lock.
/// **Limits:** no more memory than the table, however many wait.
/// **Source:** Nagle, RFC 970: a round over sources instead of one queue.
final class Rounds {
    /// Stands in the place of a turn while somebody else of the same address is in front.
    static final long NO_TURN = -1;

    private static final int SLOTS = 1024;

    /// Who is next in each queue, and with him the ring.
    private final @Nullable Waiter[] nexts;

    private final @Nullable Waiter[] table = new @Nullable Waiter[SLOTS];
    private final long seed;
    private long turns;

    /// @param seed so that addresses which share a slot are not known beforehand
    Rounds(int queues, long seed) {
        this.nexts = new @Nullable Waiter[queues];
        this.seed = seed;
    }

    @Nullable
    Waiter next(int queue) {
        return nexts[queue];
    }

    void add(int queue, Waiter waiter) {
        Waiter front = front(queue, waiter.address);
        if (front == null) {
            int slot = slot(queue, waiter.address);
            waiter.inSlot = table[slot];
            table[slot] = waiter;
            append(queue, waiter);
        } else {
            waiter.turn = NO_TURN;
            waiter.sameBehind = front;
            waiter.sameBefore = front.sameBefore;
            front.sameBefore.sameBehind = waiter;
            front.sameBefore = waiter;
        }
    }

    /// He gave up: his place is the next one's of his address.
    void gaveUp(int queue, Waiter waiter) {
        boolean isInFront = waiter.turn != NO_TURN;
        Waiter heir = leaveSame(waiter);
        if (!isInFront) return;
        replace(queue, waiter, heir);
        if (heir != null) {
            heir.turn = waiter.turn;
            linkBehind(waiter, heir);
        }
        leaveRing(queue, waiter);
    }

    /// He was served, and with him his address: it is everybody else's turn before it is its again.
    void served(int queue, Waiter waiter) {
        Waiter heir = leaveSame(waiter);
        replace(queue, waiter, heir);
        leaveRing(queue, waiter);
        if (heir != null) append(queue, heir);
    }

    /// How many are found by going all rounds, each address by the table too. For audits.
    int count() {
        int count = 0;
        for (int queue = 0; queue < nexts.length; queue++) {
            Waiter front = nexts[queue];
            if (front == null) continue;
            do {
                Waiter same = front;
                do {
                    if (front(queue, same.address) == front) count++;
                    same = same.sameBehind;
                } while (same != front);
                front = front.ringBehind;
            } while (front != nexts[queue]);
        }
        return count;
    }

    // ---- those of one address

    /// Who is in front of all of this address; null when nobody of it waits in this queue.
    private @Nullable Waiter front(int queue, long address) {
        Waiter one = table[slot(queue, address)];
        while (one != null && (one.address != address || WaiterQueues.queue(one) != queue)) one = one.inSlot;
        return one;
    }

    /// @return the next of the same address; null when there is none
    private static @Nullable Waiter leaveSame(Waiter waiter) {
        Waiter behind = waiter.sameBehind;
        waiter.sameBefore.sameBehind = behind;
        behind.sameBefore = waiter.sameBefore;
        waiter.sameBefore = waiter;
        waiter.sameBehind = waiter;
        return behind == waiter ? null : behind;
    }

    /// Puts `heir` into the place that `waiter` has in the table, or nobody.
    private void replace(int queue, Waiter waiter, @Nullable Waiter heir) {
        int slot = slot(queue, waiter.address);
        Waiter rest = waiter.inSlot;
        if (heir != null) {
            heir.inSlot = rest;
            rest = heir;
        }
        waiter.inSlot = null;
        Waiter before = table[slot];
        if (before == waiter) {
            table[slot] = rest;
            return;
        }
        while (before != null && before.inSlot != waiter) before = before.inSlot;
        if (before == null) throw new IllegalStateException("the waiter of '" + waiter.owner + "' is in no round");
        before.inSlot = rest;
    }

    private int slot(int queue, long address) {
        long mixed = (address ^ seed) + queue;
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return (int) (mixed ^ (mixed >>> 31)) & (SLOTS - 1);
    }

    // ---- the ring

    private void append(int queue, Waiter waiter) {
        waiter.turn = turns++;
        Waiter next = nexts[queue];
        if (next == null) nexts[queue] = waiter;
        else linkBehind(next.ringBefore, waiter);
    }

    private static void linkBehind(Waiter before, Waiter waiter) {
        waiter.ringBefore = before;
        waiter.ringBehind = before.ringBehind;
        before.ringBehind.ringBefore = waiter;
        before.ringBehind = waiter;
    }

    private void leaveRing(int queue, Waiter waiter) {
        Waiter behind = waiter.ringBehind;
        if (nexts[queue] == waiter) nexts[queue] = behind == waiter ? null : behind;
        waiter.ringBefore.ringBehind = behind;
        behind.ringBefore = waiter.ringBefore;
        waiter.ringBefore = waiter;
        waiter.ringBehind = waiter;
    }
}
