package dev.weir.pool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weir.memory.wait.FairBy;
import dev.weir.memory.wait.FairQueues;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The waiters for a connection on all loops, in the order of their turns, and the promises made to them.
///
/// Client addresses take turns, or whoever came first is next. Leases whose request trickles in stand in a
/// queue of their own, and so do those of an address that has a slow client: these have at most a share of the
/// connections, and are next only while that is not used up. Those whose clients may have left are next when
/// nobody else is.
///
/// Who is pinned to an origin stands in a queue of that origin; what comes free there goes to the older of the
/// two whose turn it is.
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
    private final FairQueues<Waiter> rounds;

    @GuardedBy("lock")
    private boolean isClosed;

    @GuardedBy("lock")
    private final int[] lengths = new int[WaitClass.COUNT];

    /// Of these, how many make a connection of their own.
    @GuardedBy("lock")
    private int lengthOfOwn;

    /// Idle connections that are being closed so that one of these has a slot.
    @GuardedBy("lock")
    private int roomComing;

    @GuardedBy("lock")
    private int lengthOfPinned;

    // What others see of the lengths.
    private volatile int waitingPinned;
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
        this.rounds = new FairQueues<>(WaitClass.COUNT, seed);
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
        int trickling = Math.min(waitingTrickling, Math.max(0, share.left(WaitClass.TRICKLING)));
        return waitingPrompt + Math.min(waitingSlow + trickling, Math.max(0, share.left(WaitClass.SLOW)));
    }

    /// How long the one has waited whose turn it is; [SharedAddress.Member#NOBODY] when nobody waits.
    long waitedNanos(long nowNanos) {
        synchronized (lock) {
            Waiter next = next();
            // Why: loops read the clock at their own times, and one may be a little behind the other.
            return next == null ? SharedAddress.Member.NOBODY : Math.max(0, nowNanos - next.beganNanos());
        }
    }

    /// Whether somebody waits only because the share of the slow is used up. Not those who wait for the half of
    /// those that trickle: if one of these gave way to another, none would ever come to its end.
    boolean waitsForShare() {
        if (!share.isUsedUp(WaitClass.SLOW)) return false;
        return waitingSlow > 0 || (waitingTrickling > 0 && share.hasRoomForTrickling());
    }

    /// How `waiter`, which begins to borrow, is to be treated.
    WaitClass waitClassOf(Waiter waiter) {
        if (waiter.clientHasLeft()) return WaitClass.LEFT;
        if (waiter.isTrickling()) return WaitClass.TRICKLING;
        return isSlow(waiter) ? WaitClass.SLOW : WaitClass.PROMPT;
    }

    private boolean isSlow(Waiter waiter) {
        return slow.has(waiter.turnKey(), waiter.beganNanos());
    }

    /// `waiter` held a connection for so long that it had to give way: its address is taken for slow for a
    /// while, those included that wait already.
    void gaveWay(Waiter waiter, long nowNanos) {
        if (fairBy == FairBy.ARRIVAL || waiter.turnKey() == Waiter.NO_ADDRESS) return;
        slow.add(waiter.turnKey(), nowNanos);
        synchronized (lock) {
            for (int first = 0; first < rounds.queues(); first += WaitClass.COUNT) slowFrom(first, waiter.turnKey());
        }
    }

    /// Those of this address that wait in the queues from `first` on are slow from now on.
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

    /// What became of one that asked to wait.
    ///
    /// @param refusal why it may not; null when it waits
    /// @param displaced one that has to be notified, because its place was given to this one; mostly null
    record Added(@Nullable Refusal refusal, @Nullable Waiter displaced) {
        static final Added WAITS = new Added(null, null);
        static final Added CLOSED = new Added(Refusal.CLOSED, null);
        static final Added FULL = new Added(Refusal.QUEUE_FULL, null);
    }

    /// Lets `waiter` wait.
    ///
    /// @param promised for how many beyond the limit a waiter ends as soon as they wait
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
            // Why: another client of its address may have given way since it began.
            if (waiter.waitClass == WaitClass.PROMPT && isSlow(waiter)) waiter.waitClass = WaitClass.SLOW;
            enter(waiter);
            return displaced == null ? Added.WAITS : new Added(null, displaced);
        }
    }

    /// One whose client may have left, or the last waiter of an address that has at least two more than the
    /// newcomer's; null when there is none.
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

    /// Promises `offer`, which nobody else can have, to the next who waits.
    ///
    /// @return false when nobody does, or the next makes a connection of its own
    boolean promiseToNext(Offer offer) {
        synchronized (lock) {
            Waiter waiter = nextReusingAt(offer.origin());
            if (waiter == null || !share.tryTake(waiter)) return false;
            serve(waiter);
            bind(offer, waiter);
            return true;
        }
    }

    /// Promises `offer`, which nobody else can have, to the next who shares one: those before it, who make
    /// their own, cannot.
    void promiseToNextReusing(Offer offer) {
        synchronized (lock) {
            Waiter waiter = nextReusing();
            if (waiter == null || !share.tryTake(waiter)) return;
            serve(waiter);
            bind(offer, waiter);
        }
    }

    /// Whether an idle connection serves anybody who waits.
    boolean anyAcceptsReused() {
        synchronized (lock) {
            return nextReusing() != null;
        }
    }

    /// Whether an idle connection serves the next who waits.
    boolean nextAcceptsReused() {
        synchronized (lock) {
            Waiter next = next();
            return next != null && next.acceptsReused();
        }
    }

    /// Whether an idle connection is to be closed, so that the next who waits can make its own; if so,
    /// [#roomMade] has to follow.
    boolean takeWishForRoom() {
        synchronized (lock) {
            Waiter next = next();
            if (next == null || next.acceptsReused() || roomComing >= lengthOfOwn) return false;
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

    /// Promises `offer` to a waiter that did not have to wait.
    void promise(Offer offer, Waiter waiter) {
        synchronized (lock) {
            bind(offer, waiter);
        }
    }

    /// Gives the next who waits a reserved slot of `origin`.
    ///
    /// @return who has to be notified; null when nobody waits
    @Nullable
    Waiter allowNext(Origin origin) {
        synchronized (lock) {
            return allow(older(next(), nextOf(first(origin))), origin);
        }
    }

    /// Gives the next of those that are pinned to `origin` a reserved slot of it.
    ///
    /// @return who has to be notified; null when nobody waits
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

    /// Whether somebody waits that is pinned to an origin.
    boolean hasPinned() {
        return waitingPinned > 0;
    }

    /// The next that is pinned to `origin` and could be served; null when there is none. It may be served by
    /// somebody else meanwhile.
    @Nullable
    Waiter pinnedTo(Origin origin) {
        synchronized (lock) {
            return nextOf(first(origin));
        }
    }

    /// Those that are pinned to `origin`, which has left, wait with the others from now on, all in the order in
    /// which they have come.
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

    /// The news for `waiter`, which it acts on: MAY_CONNECT or REFUSED; any other state means there are none.
    Waiter.State takeNotification(Waiter waiter) {
        synchronized (lock) {
            Waiter.State news = waiter.state;
            if (news == Waiter.State.MAY_CONNECT) waiter.state = Waiter.State.CONNECTING;
            return news;
        }
    }

    /// Keeps the promise: who gets `offer` now; null when it is wanted no longer.
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
    /// @return a waiter that has to be told that the cache is closed; null when there was none, or it waits
    /// again
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

    /// Ends whatever `waiter` waits for in this queue.
    ///
    /// @return the origin whose slot it leaves unused; null when there is none
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

    /// The request of `waiter` has come whole: it counts as trickling no longer, and waits behind the others
    /// of its address.
    void requestComplete(Waiter waiter) {
        synchronized (lock) {
            if (waiter.waitClass != WaitClass.TRICKLING) return;
            boolean waits = waiter.state == Waiter.State.WAITING;
            if (waits) leave(waiter);
            share.stopTrickling(waiter, isSlow(waiter) ? WaitClass.SLOW : WaitClass.PROMPT);
            if (waits) enter(waiter);
        }
    }

    /// The client of `waiter` may have left: from now on it waits behind all others.
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

    /// Where `waiter` stands.
    Waiter.State stateOf(Waiter waiter) {
        synchronized (lock) {
            return waiter.state;
        }
    }

    /// Refuses everybody from now on.
    ///
    /// @return those who waited; each has to be told
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

    /// Whose turn it is; null when nobody waits that could be served.
    @GuardedBy("lock")
    private @Nullable Waiter next() {
        return nextOf(0);
    }

    /// The same of those in the queues from `base` on: of all that are not pinned, or of those pinned to one
    /// origin.
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

    /// Whose turn is earlier; one whose client may have left is behind the other.
    private static @Nullable Waiter older(@Nullable Waiter one, @Nullable Waiter other) {
        if (one == null || other == null) return one == null ? other : one;
        boolean oneLeft = one.waitClass == WaitClass.LEFT;
        if (oneLeft != (other.waitClass == WaitClass.LEFT)) return oneLeft ? other : one;
        return one.turn() <= other.turn() ? one : other;
    }

    /// Of the two whose turn it is at `origin` the older that an idle connection serves.
    @GuardedBy("lock")
    private @Nullable Waiter nextReusingAt(Origin origin) {
        Waiter any = next();
        Waiter pinned = nextOf(first(origin));
        if (any != null && !any.acceptsReused()) any = null;
        if (pinned != null && !pinned.acceptsReused()) pinned = null;
        return older(any, pinned);
    }

    /// Whose turn it is of those that share connections; null when none waits that could be served.
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

    /// The first queue of those that are pinned to `origin`.
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
