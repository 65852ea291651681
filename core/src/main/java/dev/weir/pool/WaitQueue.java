package dev.weir.pool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weir.memory.wait.FairBy;
import dev.weir.memory.wait.FairQueues;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The queue of waiters for a connection of all loops, and the promises made to them.
///
/// Client addresses take turns, or waiters are served first come first served. Leases whose request trickles in
/// have a queue of their own, and so have those of slow addresses: they may have only a share of the connections
/// and are served only while that is not used up. Leases whose clients may have left are served when no other
/// waiter can be.
///
/// Waiters that are pinned to an origin have queues of that origin. A connection that becomes free there goes to
/// the older of the next pinned and the next unpinned waiter.
///
/// Every promise is made and withdrawn under the lock, so that it is either kept or passed on, never both. No
/// foreign code is called under the lock.
///
/// **Threads:** thread-safe.
/// **Limits:** `waitingMax` waiters; a waiter whose promised connection died comes back to the front beyond that.
/// When the queue is full, a waiter whose client may have left loses its place to a new one, or an address with
/// several waiters loses its last one to an address with fewer.
final class WaitQueue {
    /// How many addresses a full queue examines to find one with more waiters than the new one's.
    private static final int LOOKS_MAX = 64;

    private final int waitingMax;
    private final FairBy fairBy;
    private final SlowShare share;
    private final SlowAddresses slow;
    private final Object lock = new Object();

    @GuardedBy("lock")
    private final FairQueues<Waiter> rounds;

    @GuardedBy("lock")
    private boolean isClosed;

    @GuardedBy("lock")
    private final int[] lengths = new int[WaitClass.COUNT];

    /// Of these, the number that need a connection of their own.
    @GuardedBy("lock")
    private int lengthOfOwn;

    /// The number of idle connections that are being closed to free a slot for one of these.
    @GuardedBy("lock")
    private int roomComing;

    @GuardedBy("lock")
    private int lengthOfPinned;

    // What other threads see of the lengths.
    private volatile int waitingPinned;
    private volatile int waitingPrompt;
    private volatile int waitingSlow;
    private volatile int waitingTrickling;
    private volatile int waitingLeft;

    /// @param seed the seed of the rounds
    WaitQueue(int waitingMax, FairBy fairBy, SlowShare share, long seed) {
        this.waitingMax = waitingMax;
        this.fairBy = fairBy;
        this.share = share;
        this.slow = new SlowAddresses(seed);
        this.rounds = new FairQueues<>(WaitClass.COUNT, seed);
    }

    /// How many wait.
    int waiting() {
        return waitingPrompt + waitingSlow + waitingTrickling + waitingLeft;
    }

    /// How many waiters a free connection could serve now; read after making something available.
    int waitingForConnection() {
        return waitingInNeed() + waitingLeft;
    }

    /// Of these, the waiters whose clients have not left as far as is known: no lease is ended for the others.
    int waitingInNeed() {
        int trickling = Math.min(waitingTrickling, Math.max(0, share.left(WaitClass.TRICKLING)));
        return waitingPrompt + Math.min(waitingSlow + trickling, Math.max(0, share.left(WaitClass.SLOW)));
    }

    /// How long the next waiter has waited; [SharedAddress.Member#NOBODY] if nobody waits.
    long waitedNanos(long nowNanos) {
        synchronized (lock) {
            Waiter next = next();
            // Why: loops read the clock at different times, so one may be slightly behind another.
            return next == null ? SharedAddress.Member.NOBODY : Math.max(0, nowNanos - next.beganNanos());
        }
    }

    /// Whether a waiter waits only because the slow share is used up. Waiters for the half of trickling requests do
    /// not count: if trickling requests ended each other, none would ever finish.
    boolean waitsForShare() {
        if (!share.isUsedUp(WaitClass.SLOW)) return false;
        return waitingSlow > 0 || (waitingTrickling > 0 && share.hasRoomForTrickling());
    }

    /// The class of `waiter`, which is about to ask.
    WaitClass waitClassOf(Waiter waiter) {
        if (waiter.clientHasLeft()) return WaitClass.LEFT;
        if (waiter.isTrickling()) return WaitClass.TRICKLING;
        return isSlow(waiter) ? WaitClass.SLOW : WaitClass.PROMPT;
    }

    private boolean isSlow(Waiter waiter) {
        return slow.has(waiter.turnKey(), waiter.beganNanos());
    }

    /// `waiter` is ended because it held a connection for too long: its address counts as slow for a minute,
    /// including the waiters already in the queue.
    void gaveWay(Waiter waiter, long nowNanos) {
        if (fairBy == FairBy.ARRIVAL || waiter.turnKey() == Waiter.NO_ADDRESS) return;
        slow.add(waiter.turnKey(), nowNanos);
        synchronized (lock) {
            for (int first = 0; first < rounds.queues(); first += WaitClass.COUNT) slowFrom(first, waiter.turnKey());
        }
    }

    /// Moves the waiters of this address in the queues from `first` on to the slow queue.
    @GuardedBy("lock")
    private void slowFrom(int first, long turnKey) {
        Waiter one = rounds.nextOf(first + queue(WaitClass.PROMPT), turnKey);
        while (one != null) {
            leave(one);
            one.waitClass = WaitClass.SLOW;
            enter(one);
            one = rounds.nextOf(first + queue(WaitClass.PROMPT), turnKey);
        }
    }

    /// The result of adding a waiter.
    ///
    /// @param refusal why it was refused; null if it waits
    /// @param displaced a waiter that has to be notified because it lost its place to this one; mostly null
    record Added(@Nullable Refusal refusal, @Nullable Waiter displaced) {
        static final Added WAITS = new Added(null, null);
        static final Added CLOSED = new Added(Refusal.CLOSED, null);
        static final Added FULL = new Added(Refusal.QUEUE_FULL, null);
    }

    /// Adds `waiter` to the queue.
    ///
    /// @param promised how many waiters beyond the limit are allowed, because a slot becomes free for each as soon
    ///     as it waits
    Added add(Waiter waiter, int promised) {
        synchronized (lock) {
            if (isClosed) return Added.CLOSED;
            waiter.setFairness(fairBy);
            Waiter displaced = null;
            if (waiting() >= waitingMax + promised) {
                displaced = displaceable(waiter);
                if (displaced == null) return Added.FULL;
                leave(displaced);
                displaced.state = Waiter.State.REFUSED;
                displaced.refusedBecause = Refusal.QUEUE_FULL;
            }
            waiter.state = Waiter.State.WAITING;
            unpinIfLeft(waiter);
            // Why: its address may have become slow since it asked.
            if (waiter.waitClass == WaitClass.PROMPT && isSlow(waiter)) waiter.waitClass = WaitClass.SLOW;
            enter(waiter);
            return displaced == null ? Added.WAITS : new Added(null, displaced);
        }
    }

    /// The waiter that loses its place: one whose client may have left, or the last waiter of an address with at
    /// least two more waiters than the new one's; null if there is none.
    @GuardedBy("lock")
    private @Nullable Waiter displaceable(Waiter newcomer) {
        Waiter left = rounds.next(queue(WaitClass.LEFT));
        if (left != null || fairBy == FairBy.ARRIVAL) return left;
        int own = countOfSame(newcomer);
        Waiter most = null;
        for (int queue = WaitClass.COUNT - 1; queue >= 0; queue--) {
            Waiter one = rounds.lastOfMost(queue, LOOKS_MAX);
            if (one != null && (most == null || countOfSame(one) > countOfSame(most))) most = one;
        }
        return most != null && countOfSame(most) > own + 1 ? most : null;
    }

    @GuardedBy("lock")
    private int countOfSame(Waiter waiter) {
        int count = 0;
        for (int queue = 0; queue < WaitClass.COUNT; queue++) count += rounds.countOfSame(queue, waiter);
        return count;
    }

    /// Promises the claimed `offer` to the next waiter.
    ///
    /// @return false if there is none, or the next one needs a connection of its own
    boolean promiseToNext(Offer offer) {
        synchronized (lock) {
            Waiter waiter = nextReusingAt(offer.origin());
            if (waiter == null || !share.tryTake(waiter)) return false;
            serve(waiter);
            bind(offer, waiter);
            return true;
        }
    }

    /// Promises the claimed `offer` to the next waiter that accepts a reused connection; waiters before it need
    /// their own and cannot use it.
    void promiseToNextReusing(Offer offer) {
        synchronized (lock) {
            Waiter waiter = nextReusing();
            if (waiter == null || !share.tryTake(waiter)) return;
            serve(waiter);
            bind(offer, waiter);
        }
    }

    /// Whether any waiter accepts a reused connection.
    boolean anyAcceptsReused() {
        synchronized (lock) {
            return nextReusing() != null;
        }
    }

    /// Whether the next waiter accepts a reused connection.
    boolean nextAcceptsReused() {
        synchronized (lock) {
            Waiter next = next();
            return next != null && next.acceptsReused();
        }
    }

    /// Whether an idle connection is to be closed so that the next waiter can make its own; if this returns true,
    /// [#roomMade] has to follow.
    boolean takeWishForRoom() {
        synchronized (lock) {
            Waiter next = next();
            if (next == null || next.acceptsReused() || roomComing >= lengthOfOwn) return false;
            roomComing++;
            return true;
        }
    }

    /// The slot is free, or there was no idle connection to close.
    void roomMade() {
        synchronized (lock) {
            roomComing--;
        }
    }

    /// Promises `offer` to a waiter that is not in the queue.
    void promise(Offer offer, Waiter waiter) {
        synchronized (lock) {
            bind(offer, waiter);
        }
    }

    /// Gives a reserved slot of `origin` to the next waiter.
    ///
    /// @return the waiter, which has to be notified; null if there is none
    @Nullable
    Waiter allowNext(Origin origin) {
        synchronized (lock) {
            return allow(older(next(), nextOf(first(origin))), origin);
        }
    }

    /// Gives a reserved slot of `origin` to the next waiter that is pinned to it.
    ///
    /// @return the waiter, which has to be notified; null if there is none
    @Nullable
    Waiter allowPinned(Origin origin) {
        synchronized (lock) {
            return allow(nextOf(first(origin)), origin);
        }
    }

    @GuardedBy("lock")
    private @Nullable Waiter allow(@Nullable Waiter waiter, Origin origin) {
        if (waiter == null || !share.tryTake(waiter)) return null;
        serve(waiter);
        waiter.promise(origin);
        waiter.state = Waiter.State.MAY_CONNECT;
        return waiter;
    }

    /// Whether a waiter is pinned to an origin.
    boolean hasPinned() {
        return waitingPinned > 0;
    }

    /// The next waiter that is pinned to `origin` and could be served; null if there is none. Another thread may
    /// serve it meanwhile.
    @Nullable
    Waiter pinnedTo(Origin origin) {
        synchronized (lock) {
            return nextOf(first(origin));
        }
    }

    /// Moves the waiters that are pinned to `origin`, which was removed, to the common queues, in order of arrival.
    void unpin(Origin origin) {
        synchronized (lock) {
            int first = first(origin);
            if (first >= rounds.queues()) return;
            for (int waitClass = 0; waitClass < WaitClass.COUNT; waitClass++) {
                if (rounds.next(first + waitClass) == null) continue;
                var all = new ArrayList<Waiter>();
                takeAll(waitClass, all);
                takeAll(first + waitClass, all);
                all.sort((one, other) -> Long.signum(one.beganNanos() - other.beganNanos()));
                for (Waiter one : all) {
                    one.unpin();
                    enter(one);
                }
            }
        }
    }

    @GuardedBy("lock")
    private void takeAll(int queue, List<Waiter> into) {
        for (Waiter one = rounds.next(queue); one != null; one = rounds.next(queue)) {
            leave(one);
            into.add(one);
        }
    }

    private static void unpinIfLeft(Waiter waiter) {
        Origin pinned = waiter.pinnedTo();
        if (pinned != null && pinned.isLeaving()) waiter.unpin();
    }

    /// Takes the state that the loop of `waiter` has to act on: MAY_CONNECT or REFUSED; in any other state there is
    /// nothing to do.
    Waiter.State takeNotification(Waiter waiter) {
        synchronized (lock) {
            Waiter.State news = waiter.state;
            if (news == Waiter.State.MAY_CONNECT) waiter.state = Waiter.State.CONNECTING;
            return news;
        }
    }

    /// Keeps the promise: returns the waiter that gets `offer`; null if it was cancelled.
    @Nullable
    Waiter keepPromise(Offer offer) {
        synchronized (lock) {
            Waiter waiter = offer.promisedTo();
            offer.promise(null);
            if (waiter != null) waiter.state = Waiter.State.HOLDING;
            return waiter;
        }
    }

    /// Breaks the promise of an offer that died.
    ///
    /// @return a waiter that has to be notified that the pool is closed; null if there was none, or if it waits
    ///     again
    @Nullable
    Waiter breakPromise(Offer offer) {
        synchronized (lock) {
            Waiter waiter = offer.promisedTo();
            if (waiter == null) return null;
            offer.promise(null);
            waiter.offer = null;
            waiter.endPromise();
            share.giveBack(waiter);
            if (isClosed) {
                waiter.state = Waiter.State.REFUSED;
                waiter.refusedBecause = Refusal.CLOSED;
                return waiter;
            }
            waiter.setFairness(fairBy);
            waiter.state = Waiter.State.WAITING;
            if (waiter.clientHasLeft() && waiter.waitClass != WaitClass.TRICKLING) waiter.waitClass = WaitClass.LEFT;
            unpinIfLeft(waiter);
            growFor(waiter);
            rounds.addFirst(queueOf(waiter), waiter);
            count(waiter, 1);
            return null;
        }
    }

    /// Cancels whatever `waiter` waits for in this queue.
    ///
    /// @return the origin of the slot that it leaves unused; null if there is none
    @Nullable
    Origin withdraw(Waiter waiter) {
        synchronized (lock) {
            Waiter.State was = waiter.state;
            if (was == Waiter.State.WAITING) leave(waiter);
            if (waiter.offer != null) waiter.offer.promise(null);
            waiter.offer = null;
            waiter.endPromise();
            share.giveBack(waiter);
            waiter.state = Waiter.State.FREE;
            return was == Waiter.State.MAY_CONNECT ? waiter.promisedBy() : null;
        }
    }

    /// The request of `waiter` is complete: it does not count as trickling any more, and waits behind the others of
    /// its address.
    void requestComplete(Waiter waiter) {
        synchronized (lock) {
            if (waiter.waitClass != WaitClass.TRICKLING) return;
            boolean waits = waiter.state == Waiter.State.WAITING;
            if (waits) leave(waiter);
            share.stopTrickling(waiter, isSlow(waiter) ? WaitClass.SLOW : WaitClass.PROMPT);
            if (waits) enter(waiter);
        }
    }

    /// The client of `waiter` may have left: from now on the waiter is served after all others.
    void clientLeft(Waiter waiter) {
        synchronized (lock) {
            waiter.markClientLeft();
            boolean stays = waiter.waitClass == WaitClass.TRICKLING || waiter.waitClass == WaitClass.LEFT;
            if (waiter.state != Waiter.State.WAITING || stays) return;
            leave(waiter);
            waiter.waitClass = WaitClass.LEFT;
            enter(waiter);
        }
    }

    /// The state of `waiter`.
    Waiter.State stateOf(Waiter waiter) {
        synchronized (lock) {
            return waiter.state;
        }
    }

    /// Refuses all waiters, now and from now on.
    ///
    /// @return those that waited; each has to be notified
    List<Waiter> close() {
        synchronized (lock) {
            isClosed = true;
            var refused = new ArrayList<Waiter>();
            for (int queue = 0; queue < rounds.queues(); queue++) {
                for (Waiter one = rounds.next(queue); one != null; one = rounds.next(queue)) {
                    leave(one);
                    one.state = Waiter.State.REFUSED;
                    one.refusedBecause = Refusal.CLOSED;
                    refused.add(one);
                }
            }
            return refused;
        }
    }

    /// The next waiter that could be served; null if there is none.
    @GuardedBy("lock")
    private @Nullable Waiter next() {
        return nextOf(0);
    }

    /// The same in the queues from `base` on: those of unpinned waiters, or those of one origin.
    @GuardedBy("lock")
    private @Nullable Waiter nextOf(int base) {
        if (base >= rounds.queues()) return null;
        Waiter first = null;
        for (int queue = 0; queue < queue(WaitClass.LEFT); queue++) {
            Waiter one = rounds.next(base + queue);
            if (one == null || share.isUsedUp(one.waitClass)) continue;
            if (first == null || one.turn() < first.turn()) first = one;
        }
        return first == null ? rounds.next(base + queue(WaitClass.LEFT)) : first;
    }

    /// The waiter with the earlier turn; one whose client may have left comes after the other.
    private static @Nullable Waiter older(@Nullable Waiter one, @Nullable Waiter other) {
        if (one == null || other == null) return one == null ? other : one;
        boolean oneLeft = one.waitClass == WaitClass.LEFT;
        if (oneLeft != (other.waitClass == WaitClass.LEFT)) return oneLeft ? other : one;
        return one.turn() <= other.turn() ? one : other;
    }

    /// Of the next pinned and the next unpinned waiter at `origin`, the older one that accepts a reused connection.
    @GuardedBy("lock")
    private @Nullable Waiter nextReusingAt(Origin origin) {
        Waiter any = next();
        Waiter pinned = nextOf(first(origin));
        if (any != null && !any.acceptsReused()) any = null;
        if (pinned != null && !pinned.acceptsReused()) pinned = null;
        return older(any, pinned);
    }

    /// The next waiter that accepts a reused connection and could be served; null if there is none.
    @GuardedBy("lock")
    private @Nullable Waiter nextReusing() {
        if (waiting() == lengthOfOwn) return null;
        Waiter first = null;
        for (int queue = 0; queue < queue(WaitClass.LEFT); queue++) {
            Waiter one = rounds.next(queue, Waiter::acceptsReused);
            if (one == null || share.isUsedUp(one.waitClass)) continue;
            if (first == null || rounds.turnOf(one) < rounds.turnOf(first)) first = one;
        }
        return first == null ? rounds.next(queue(WaitClass.LEFT), Waiter::acceptsReused) : first;
    }

    @GuardedBy("lock")
    private void bind(Offer offer, Waiter waiter) {
        waiter.promise(offer.origin());
        waiter.state = Waiter.State.PROMISED;
        waiter.offer = offer;
        offer.promise(waiter);
    }

    private static int queue(WaitClass waitClass) {
        return waitClass.ordinal();
    }

    /// The first of the queues of waiters pinned to `origin`.
    private static int first(Origin origin) {
        return WaitClass.COUNT * (1 + origin.number());
    }

    private static int queueOf(Waiter waiter) {
        Origin pinned = waiter.pinnedTo();
        return queue(waiter.waitClass) + (pinned == null ? 0 : first(pinned));
    }

    @GuardedBy("lock")
    private void enter(Waiter waiter) {
        growFor(waiter);
        rounds.add(queueOf(waiter), waiter);
        count(waiter, 1);
    }

    @GuardedBy("lock")
    private void growFor(Waiter waiter) {
        Origin pinned = waiter.pinnedTo();
        if (pinned != null) rounds.growTo(first(pinned) + WaitClass.COUNT);
    }

    @GuardedBy("lock")
    private void serve(Waiter waiter) {
        rounds.served(queueOf(waiter), waiter);
        count(waiter, -1);
    }

    @GuardedBy("lock")
    private void leave(Waiter waiter) {
        rounds.gaveUp(queueOf(waiter), waiter);
        count(waiter, -1);
    }

    @GuardedBy("lock")
    private void count(Waiter waiter, int change) {
        lengths[queue(waiter.waitClass)] += change;
        if (!waiter.acceptsReused()) lengthOfOwn += change;
        if (waiter.pinnedTo() != null) lengthOfPinned += change;
        waitingPinned = lengthOfPinned;
        waitingPrompt = lengths[queue(WaitClass.PROMPT)];
        waitingSlow = lengths[queue(WaitClass.SLOW)];
        waitingTrickling = lengths[queue(WaitClass.TRICKLING)];
        waitingLeft = lengths[queue(WaitClass.LEFT)];
    }
}
