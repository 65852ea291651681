package dev.weir.pool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weir.memory.FairBy;
import dev.weir.memory.Rounds;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The waiters for a connection on all loops, in the order of their turns, and the promises made to them.
///
/// Client addresses take turns, or whoever came first is next. Borrowers whose request trickles in stand in a
/// queue of their own, and so do those of an address that has a slow client: these have at most a share of the
/// connections, and are next only while that is not used up. Those whose clients may have left are next when
/// nobody else is.
///
/// Every promise is made and withdrawn under the lock, so that it is kept or passed on, never both. Nobody is
/// called under it.
///
/// **Threads:** thread-safe.
/// **Limits:** as many as it was made for; one whose promised connection died comes back to the front beyond
/// that. When it is full, one whose client may have left loses its place, or an address with several waiters
/// its last one to an address with fewer.
final class WaitQueue {
    /// At how many addresses a full queue looks to find one that has more waiters than the newcomer's.
    private static final int LOOKS_MAX = 64;

    private final int waitingMax;
    private final FairBy fairBy;
    private final SlowShare share;
    private final SlowAddresses slow;
    private final Object lock = new Object();

    @GuardedBy("lock")
    private final Rounds<Borrower> rounds;

    @GuardedBy("lock")
    private boolean isClosed;

    @GuardedBy("lock")
    private final int[] lengths = new int[Manner.COUNT];

    /// Of these, how many make a connection of their own.
    @GuardedBy("lock")
    private int lengthOfOwn;

    /// Idle connections that are being closed so that one of these has a slot.
    @GuardedBy("lock")
    private int roomComing;

    // What others see of the lengths.
    private volatile int waitingPrompt;
    private volatile int waitingSlow;
    private volatile int waitingTrickling;
    private volatile int waitingLeft;

    /// @param seed of the rounds
    WaitQueue(int waitingMax, FairBy fairBy, SlowShare share, long seed) {
        this.waitingMax = waitingMax;
        this.fairBy = fairBy;
        this.share = share;
        this.slow = new SlowAddresses(seed);
        this.rounds = new Rounds<>(Manner.COUNT, seed);
    }

    /// How many wait.
    int waiting() {
        return waitingPrompt + waitingSlow + waitingTrickling + waitingLeft;
    }

    /// How many wait that a connection would serve now; whoever makes something available reads it afterwards.
    int waitingForConnection() {
        return waitingInNeed() + waitingLeft;
    }

    /// Of these, those whose clients have not left as far as is known: nobody gives a connection up for the
    /// others.
    int waitingInNeed() {
        int trickling = Math.min(waitingTrickling, Math.max(0, share.left(Manner.TRICKLING)));
        return waitingPrompt + Math.min(waitingSlow + trickling, Math.max(0, share.left(Manner.SLOW)));
    }

    /// Whether somebody waits only because the share of the slow is used up. Not those who wait for the half of
    /// those that trickle: if one of these gave way to another, none would ever come to its end.
    boolean waitsForShare() {
        if (!share.isUsedUp(Manner.SLOW)) return false;
        return waitingSlow > 0 || (waitingTrickling > 0 && share.mayTrickle());
    }

    /// How `borrower`, which begins to borrow, is to be treated.
    Manner mannerOf(Borrower borrower) {
        if (borrower.hasLeft()) return Manner.LEFT;
        if (borrower.isTrickling()) return Manner.TRICKLING;
        return isSlow(borrower) ? Manner.SLOW : Manner.PROMPT;
    }

    private boolean isSlow(Borrower borrower) {
        return slow.has(borrower.turnKey(), borrower.beganNanos());
    }

    /// `borrower` held a connection for so long that it had to give way: its address is taken for slow for a
    /// while, those included that wait already.
    void gaveWay(Borrower borrower, long nowNanos) {
        if (fairBy == FairBy.ARRIVAL || borrower.turnKey() == Borrower.NO_ADDRESS) return;
        slow.add(borrower.turnKey(), nowNanos);
        synchronized (lock) {
            Borrower one = rounds.nextOf(queue(Manner.PROMPT), borrower.turnKey());
            while (one != null) {
                leave(one);
                one.manner = Manner.SLOW;
                enter(one);
                one = rounds.nextOf(queue(Manner.PROMPT), borrower.turnKey());
            }
        }
    }

    /// What became of one that asked to wait.
    ///
    /// @param refusal why it may not; null when it waits
    /// @param displaced one that has to be notified, because its place was given to this one; mostly null
    record Added(@Nullable Refusal refusal, @Nullable Borrower displaced) {
        static final Added WAITS = new Added(null, null);
        static final Added CLOSED = new Added(Refusal.CLOSED, null);
        static final Added FULL = new Added(Refusal.QUEUE_FULL, null);
    }

    /// Lets `borrower` wait.
    ///
    /// @param promised for how many beyond the limit a loan ends as soon as they wait
    Added add(Borrower borrower, int promised) {
        synchronized (lock) {
            if (isClosed) return Added.CLOSED;
            borrower.takesTurnsBy(fairBy);
            Borrower displaced = null;
            if (waiting() >= waitingMax + promised) {
                displaced = displaceable(borrower);
                if (displaced == null) return Added.FULL;
                leave(displaced);
                displaced.state = Borrower.State.REFUSED;
                displaced.refusedBecause = Refusal.QUEUE_FULL;
            }
            borrower.state = Borrower.State.WAITING;
            // Why: another client of its address may have given way since it began.
            if (borrower.manner == Manner.PROMPT && isSlow(borrower)) borrower.manner = Manner.SLOW;
            enter(borrower);
            return displaced == null ? Added.WAITS : new Added(null, displaced);
        }
    }

    /// One whose client may have left, or the last waiter of an address that has at least two more than the
    /// newcomer's; null when there is none.
    @GuardedBy("lock")
    private @Nullable Borrower displaceable(Borrower newcomer) {
        Borrower left = rounds.next(queue(Manner.LEFT));
        if (left != null || fairBy == FairBy.ARRIVAL) return left;
        int own = countOfSame(newcomer);
        Borrower most = null;
        for (int queue = Manner.COUNT - 1; queue >= 0; queue--) {
            Borrower one = rounds.lastOfMost(queue, LOOKS_MAX);
            if (one != null && (most == null || countOfSame(one) > countOfSame(most))) most = one;
        }
        return most != null && countOfSame(most) > own + 1 ? most : null;
    }

    @GuardedBy("lock")
    private int countOfSame(Borrower borrower) {
        int count = 0;
        for (int queue = 0; queue < Manner.COUNT; queue++) count += rounds.countOfSame(queue, borrower);
        return count;
    }

    /// Promises `entry`, which nobody else can have, to the next who waits.
    ///
    /// @return false when nobody does, or the next makes a connection of its own
    boolean promiseToNext(PoolEntry entry) {
        synchronized (lock) {
            Borrower borrower = next();
            if (borrower == null || !borrower.isSharing() || !share.tryTake(borrower)) return false;
            serve(borrower);
            bind(entry, borrower);
            return true;
        }
    }

    /// Promises `entry`, which nobody else can have, to the next who shares one: those before it, who make
    /// their own, cannot.
    void promiseToSharing(PoolEntry entry) {
        synchronized (lock) {
            Borrower borrower = nextSharing();
            if (borrower == null || !share.tryTake(borrower)) return;
            serve(borrower);
            bind(entry, borrower);
        }
    }

    /// Whether an idle connection serves anybody who waits.
    boolean hasSharing() {
        synchronized (lock) {
            return nextSharing() != null;
        }
    }

    /// Whether an idle connection serves the next who waits.
    boolean isNextSharing() {
        synchronized (lock) {
            Borrower next = next();
            return next != null && next.isSharing();
        }
    }

    /// Whether an idle connection is to be closed, so that the next who waits can make its own; if so,
    /// [#roomMade] has to follow.
    boolean takeWishForRoom() {
        synchronized (lock) {
            Borrower next = next();
            if (next == null || next.isSharing() || roomComing >= lengthOfOwn) return false;
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

    /// Gives the next who waits a reserved slot of `origin`.
    ///
    /// @return who has to be notified; null when nobody waits
    @Nullable
    Borrower allowNext(Origin origin) {
        synchronized (lock) {
            Borrower borrower = next();
            if (borrower == null || !share.tryTake(borrower)) return null;
            serve(borrower);
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
            share.giveBack(borrower);
            if (isClosed) {
                borrower.state = Borrower.State.REFUSED;
                borrower.refusedBecause = Refusal.CLOSED;
                return borrower;
            }
            borrower.takesTurnsBy(fairBy);
            borrower.state = Borrower.State.WAITING;
            if (borrower.hasLeft() && borrower.manner != Manner.TRICKLING) borrower.manner = Manner.LEFT;
            rounds.addFirst(queue(borrower.manner), borrower);
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
            if (was == Borrower.State.WAITING) leave(borrower);
            if (borrower.entry != null) borrower.entry.promisedTo = null;
            borrower.entry = null;
            borrower.endPromise();
            share.giveBack(borrower);
            borrower.state = Borrower.State.FREE;
            return was == Borrower.State.MAY_CONNECT ? borrower.promisedBy() : null;
        }
    }

    /// The request of `borrower` has come whole: it counts as trickling no longer, and waits behind the others
    /// of its address.
    void cameWhole(Borrower borrower) {
        synchronized (lock) {
            if (borrower.manner != Manner.TRICKLING) return;
            boolean waits = borrower.state == Borrower.State.WAITING;
            if (waits) leave(borrower);
            share.trickledUntilNow(borrower, isSlow(borrower) ? Manner.SLOW : Manner.PROMPT);
            if (waits) enter(borrower);
        }
    }

    /// The client of `borrower` may have left: from now on it waits behind all others.
    void clientLeft(Borrower borrower) {
        synchronized (lock) {
            borrower.clientLeft();
            boolean stays = borrower.manner == Manner.TRICKLING || borrower.manner == Manner.LEFT;
            if (borrower.state != Borrower.State.WAITING || stays) return;
            leave(borrower);
            borrower.manner = Manner.LEFT;
            enter(borrower);
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
    /// @return those who waited; each has to be told
    List<Borrower> close() {
        synchronized (lock) {
            isClosed = true;
            var refused = new ArrayList<Borrower>();
            for (int queue = 0; queue < Manner.COUNT; queue++) {
                for (Borrower one = rounds.next(queue); one != null; one = rounds.next(queue)) {
                    leave(one);
                    one.state = Borrower.State.REFUSED;
                    one.refusedBecause = Refusal.CLOSED;
                    refused.add(one);
                }
            }
            return refused;
        }
    }

    /// Whose turn it is; null when nobody waits that could be served.
    @GuardedBy("lock")
    private @Nullable Borrower next() {
        Borrower first = null;
        for (int queue = 0; queue < queue(Manner.LEFT); queue++) {
            Borrower one = rounds.next(queue);
            if (one == null || share.isUsedUp(one.manner)) continue;
            if (first == null || one.turn() < first.turn()) first = one;
        }
        return first == null ? rounds.next(queue(Manner.LEFT)) : first;
    }

    /// Whose turn it is of those that share connections; null when none waits that could be served.
    @GuardedBy("lock")
    private @Nullable Borrower nextSharing() {
        if (waiting() == lengthOfOwn) return null;
        Borrower first = null;
        for (int queue = 0; queue < queue(Manner.LEFT); queue++) {
            Borrower one = rounds.next(queue, Borrower::isSharing);
            if (one == null || share.isUsedUp(one.manner)) continue;
            if (first == null || rounds.turnOf(one) < rounds.turnOf(first)) first = one;
        }
        return first == null ? rounds.next(queue(Manner.LEFT), Borrower::isSharing) : first;
    }

    @GuardedBy("lock")
    private void bind(PoolEntry entry, Borrower borrower) {
        borrower.promise(entry.origin());
        borrower.state = Borrower.State.PROMISED;
        borrower.entry = entry;
        entry.promisedTo = borrower;
    }

    private static int queue(Manner manner) {
        return manner.ordinal();
    }

    @GuardedBy("lock")
    private void enter(Borrower borrower) {
        rounds.add(queue(borrower.manner), borrower);
        count(borrower, 1);
    }

    @GuardedBy("lock")
    private void serve(Borrower borrower) {
        rounds.served(queue(borrower.manner), borrower);
        count(borrower, -1);
    }

    @GuardedBy("lock")
    private void leave(Borrower borrower) {
        rounds.gaveUp(queue(borrower.manner), borrower);
        count(borrower, -1);
    }

    @GuardedBy("lock")
    private void count(Borrower borrower, int change) {
        lengths[queue(borrower.manner)] += change;
        if (!borrower.isSharing()) lengthOfOwn += change;
        waitingPrompt = lengths[queue(Manner.PROMPT)];
        waitingSlow = lengths[queue(Manner.SLOW)];
        waitingTrickling = lengths[queue(Manner.TRICKLING)];
        waitingLeft = lengths[queue(Manner.LEFT)];
    }
}
