package dev.weir.pool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Who waits for a connection, first come first served over all loops, and what was promised to whom.
///
/// Every promise is made and withdrawn under the lock, so that it is kept or passed on, never both. Nobody is
/// called under it.
///
/// **Threads:** thread-safe.
/// **Limits:** as many as it was made for; one whose promised connection died comes back to the front beyond
/// that.
final class WaitQueue {
    private final int waitingMax;
    private final Object lock = new Object();

    @GuardedBy("lock")
    private @Nullable Borrower first;

    @GuardedBy("lock")
    private @Nullable Borrower last;

    @GuardedBy("lock")
    private boolean isClosed;

    @GuardedBy("lock")
    private int length;

    /// Of these, how many make a connection of their own.
    @GuardedBy("lock")
    private int lengthOfOwn;

    /// Idle connections that are being closed so that one of these has a slot.
    @GuardedBy("lock")
    private int roomComing;

    private volatile int waiting; // what others see of `length`

    WaitQueue(int waitingMax) {
        this.waitingMax = waitingMax;
    }

    /// How many wait; whoever makes something available reads it afterwards.
    int waiting() {
        return waiting;
    }

    /// Lets `borrower` wait.
    ///
    /// @return null, or why it may not
    @Nullable
    Refusal add(Borrower borrower) {
        synchronized (lock) {
            if (isClosed) return Refusal.CLOSED;
            if (length >= waitingMax) return Refusal.QUEUE_FULL;
            borrower.state = Borrower.State.WAITING;
            borrower.before = last;
            if (last == null) first = borrower;
            else last.behind = borrower;
            last = borrower;
            count(borrower, 1);
            return null;
        }
    }

    /// Promises `entry`, which nobody else can have, to the first who waits.
    ///
    /// @return false when nobody does, or the first makes a connection of its own
    boolean promiseToFirst(PoolEntry entry) {
        synchronized (lock) {
            if (first == null || !first.isSharing()) return false;
            Borrower borrower = first;
            unlink(borrower);
            bind(entry, borrower);
            return true;
        }
    }

    /// Whether an idle connection serves the first who waits.
    boolean isFirstSharing() {
        synchronized (lock) {
            return first != null && first.isSharing();
        }
    }

    /// Whether an idle connection is to be closed, so that the first who waits can make its own; if so, [#roomMade] has
    /// to follow.
    boolean takeWishForRoom() {
        synchronized (lock) {
            if (first == null || first.isSharing() || roomComing >= lengthOfOwn) return false;
            roomComing++;
            return true;
        }
    }

    /// The slot that was to become free is free, or there was none to be had.
    void roomMade() {
        synchronized (lock) {
            roomComing--;
        }
    }

    /// Promises `entry` to a borrower that did not have to wait.
    void promise(PoolEntry entry, Borrower borrower) {
        synchronized (lock) {
            bind(entry, borrower);
        }
    }

    /// Gives the first who waits a reserved slot of `origin`.
    ///
    /// @return who has to be told; null when nobody waits
    @Nullable
    Borrower allowFirst(Origin origin) {
        synchronized (lock) {
            Borrower borrower = first;
            if (borrower == null) return null;
            unlink(borrower);
            borrower.promise(origin);
            borrower.state = Borrower.State.MAY_CONNECT;
            return borrower;
        }
    }

    /// The news for `borrower`, which it acts on: MAY_CONNECT or REFUSED; any other state means there are none.
    Borrower.State takeNews(Borrower borrower) {
        synchronized (lock) {
            Borrower.State news = borrower.state;
            if (news == Borrower.State.MAY_CONNECT) borrower.state = Borrower.State.CONNECTING;
            return news;
        }
    }

    /// Keeps the promise: who gets `entry` now; null when it is wanted no longer.
    @Nullable
    Borrower keepPromise(PoolEntry entry) {
        synchronized (lock) {
            Borrower borrower = entry.promisedTo;
            entry.promisedTo = null;
            if (borrower != null) borrower.state = Borrower.State.HOLDING;
            return borrower;
        }
    }

    /// Breaks the promise of an entry that died.
    ///
    /// @return a borrower that has to be told that the cache is closed; null when there was none, or it waits
    /// again
    @Nullable
    Borrower breakPromise(PoolEntry entry) {
        synchronized (lock) {
            Borrower borrower = entry.promisedTo;
            if (borrower == null) return null;
            entry.promisedTo = null;
            borrower.entry = null;
            borrower.endPromise();
            if (isClosed) {
                borrower.state = Borrower.State.REFUSED;
                return borrower;
            }
            borrower.state = Borrower.State.WAITING;
            borrower.behind = first;
            if (first == null) last = borrower;
            else first.before = borrower;
            first = borrower;
            count(borrower, 1);
            return null;
        }
    }

    /// Ends whatever `borrower` waits for in this queue.
    ///
    /// @return the origin whose slot it leaves unused; null when there is none
    @Nullable
    Origin withdraw(Borrower borrower) {
        synchronized (lock) {
            Borrower.State was = borrower.state;
            if (was == Borrower.State.WAITING) unlink(borrower);
            if (borrower.entry != null) borrower.entry.promisedTo = null;
            borrower.entry = null;
            borrower.endPromise();
            borrower.state = Borrower.State.FREE;
            return was == Borrower.State.MAY_CONNECT ? borrower.origin() : null;
        }
    }

    /// Where `borrower` stands.
    Borrower.State stateOf(Borrower borrower) {
        synchronized (lock) {
            return borrower.state;
        }
    }

    /// Refuses everybody from now on.
    ///
    /// @return those who waited, in order; each has to be told
    List<Borrower> close() {
        synchronized (lock) {
            isClosed = true;
            var refused = new ArrayList<Borrower>();
            while (first != null) {
                Borrower one = first;
                first = one.behind;
                one.behind = null;
                one.before = null;
                one.state = Borrower.State.REFUSED;
                refused.add(one);
                count(one, -1);
            }
            last = null;
            return refused;
        }
    }

    @GuardedBy("lock")
    private void bind(PoolEntry entry, Borrower borrower) {
        borrower.promise(entry.origin());
        borrower.state = Borrower.State.PROMISED;
        borrower.entry = entry;
        entry.promisedTo = borrower;
    }

    @GuardedBy("lock")
    private void unlink(Borrower borrower) {
        if (borrower.before == null) first = borrower.behind;
        else borrower.before.behind = borrower.behind;
        if (borrower.behind == null) last = borrower.before;
        else borrower.behind.before = borrower.before;
        borrower.before = null;
        borrower.behind = null;
        count(borrower, -1);
    }

    @GuardedBy("lock")
    private void count(Borrower borrower, int change) {
        length += change;
        if (!borrower.isSharing()) lengthOfOwn += change;
        waiting = length;
    }
}
