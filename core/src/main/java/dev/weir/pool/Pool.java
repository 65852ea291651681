package dev.weir.pool;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Connection;
import dev.weir.connection.Connections;
import dev.weir.loop.EventLoop;
import dev.weir.memory.Reservation;
import dev.weir.time.RarePoint;
import dev.weir.time.Secrets;
import dev.weir.transport.Network;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The connections to the origins of one upstream, whatever the discipline by which they are shared out: who
/// waits, which origin is chosen, what is attempted, what is counted. A discipline says what of a connection
/// can be had, and by whom.
///
/// **Owns:** the slots of its origins, its attempts to connect; what its connections are charged, until it is
/// closed and the last of them has ended.
/// **Threads:** thread-safe, but for what takes a [Waiter]: that is confined to the loop of it.
/// **Waits:** never waits: a waiter is notified.
/// **Limits:** those of [PoolLimits], exact over all loops. Who waits is served in turn over client addresses,
/// or first come first served: nobody who comes later takes what a waiter could have had.
/// **Fails:** a waiter is refused with a [Refusal]; the pool stays usable.
/// **Source:** ADR 33.
public abstract class Pool {
    private final Parts parts;
    private final WaitQueue queue;
    private final SlowShare share;
    private final ExpectedSlots coming;
    private final OriginSet places;
    private final OriginRecovery recovery;
    private final WaitLifecycle waits;
    private final SharedAddress.Member sharer = new Sharing();
    private final AttemptOutcomes outcomes = new AttemptOutcomes();
    private final CacheCharge charge;
    private List<? extends LoopSide> sides = List.of();
    private volatile boolean isClosed;

    /// What a pool is made of.
    ///
    /// @param name of the upstream
    /// @param addresses of its origins; may be none yet where there are places for more
    /// @param places how many origins there may be at once; their connections are charged
    /// @param connections where its connections are counted, and whose loops ask
    /// @param sites where its origins are, shared with other pools
    public record Parts(
            String name,
            List<Origin.Address> addresses,
            int places,
            PoolLimits limits,
            OriginChoice choice,
            Connections connections,
            Network network,
            SharedAddresses sharedAddresses) {
        /// Refuses an upstream without origins.
        public Parts {
            addresses = List.copyOf(addresses);
            if (places < 1) throw new IllegalArgumentException("upstream " + name + " has no origins");
            if (addresses.size() > places) {
                throw new IllegalArgumentException(
                        "upstream " + name + " has " + addresses.size() + " origins, and places for " + places);
            }
        }
    }

    /// Makes the offer that a fresh connection is.
    protected interface Maker {
        /// The offer of `connection`, which is not open yet.
        Offer offer(Connection connection);
    }

    /// A pool without connections.
    ///
    /// @param reservation what these are charged; closed when the pool is and the last of them has ended
    @SuppressWarnings("this-escape") // Why: the parts speak to the pool only after begin.
    protected Pool(Parts parts, Reservation reservation) {
        this.parts = parts;
        PoolLimits limits = parts.limits();
        List<EventLoop> loops = parts.connections().group().loops();
        this.share = new SlowShare(parts.places() * limits.connectionsMax());
        this.queue = new WaitQueue(
                limits.waitingMax(),
                limits.fairBy(),
                share,
                Secrets.next(parts.connections().group().clock()));
        this.coming = new ExpectedSlots(queue);
        this.places = new OriginSet(
                parts.places(),
                limits.connectionsMax(),
                parts.sharedAddresses(),
                sharer,
                Health.Terms.of(limits),
                outcomes);
        List<Origin.Address> _ = places.replace(parts.addresses());
        this.recovery = new OriginRecovery(places, limits);
        this.waits = new WaitLifecycle(this, queue, recovery, limits);
        this.charge = new CacheCharge(reservation, places, loops.size());
        places.measure(share);
    }

    /// Has these from now on: one for each loop, in the order of the loops; before anybody asks.
    protected final void begin(List<? extends LoopSide> perLoop) {
        sides = List.copyOf(perLoop);
        // Why: others that have an origin at a site of this one may have more slots there now.
        serve();
    }

    // ---- what a discipline says

    /// Serves `waiter`, for which nobody else has to wait, if that can be done now.
    ///
    /// @param fresh whether it wants a connection made for it
    protected abstract boolean serveNow(Waiter waiter, boolean fresh);

    /// What makes the offer of a connection that is attempted now.
    ///
    /// @param waiter for whom; null for nobody in particular
    protected abstract Maker maker(Origin origin, @Nullable Waiter waiter);

    /// There is one more offer.
    protected abstract void made(Offer offer);

    /// `waiter` has `offer`, which was made for it, from now on; on its loop.
    protected abstract void lend(Offer offer, Waiter waiter, boolean reused);

    /// `offer`, which nobody has, is for the next who waits, or for nobody yet; on its loop.
    protected abstract void settle(Offer offer);

    /// Takes an idle offer of `origin` away from everybody else; null when there is none.
    protected abstract @Nullable Offer claimIdle(Origin origin);

    /// How many leases end as soon as somebody waits.
    protected abstract int comingSoon();

    /// Asks those leases to end that end as soon as somebody waits, as many as are needed.
    ///
    /// @param at to which origins; null for all
    protected abstract void askYielding(SlotDemand needed, @Nullable Predicate<Origin> at);

    /// Asks others to end, when more wait than slots are coming for.
    ///
    /// @param here whose thread this is
    protected abstract void askForMore(EventLoop here);

    /// Asks the loops, on any thread, to close what is idle of origins that leave.
    protected abstract void evictLeaving();

    // ---- what is known of it

    /// The upstream's name.
    public final String name() {
        return parts.name();
    }

    /// The most waiters there can be that have a connection or wait for one.
    public final long borrowersMax() {
        PoolLimits limits = parts.limits();
        return (long) parts.places() * limits.connectionsMax() + limits.waitingMax();
    }

    /// Its origins now: a list that never changes; the next call may find another, shorter or longer.
    public final List<Origin> origins() {
        return places.origins();
    }

    /// How many wait.
    public final int waiting() {
        return queue.waiting();
    }

    /// How many connections those have whose requests trickle in.
    public final int trickling() {
        return share.trickling();
    }

    /// How many wait whose clients have not left as far as is known.
    public final int waitingInNeed() {
        return queue.waitingInNeed();
    }

    /// Whether one that asked now would probably have to wait.
    public final boolean isCrowded() {
        return queue.waiting() > 0 || places.areBusy();
    }

    /// How often `what` has happened.
    public final long count(PoolCount what) {
        long sum = 0;
        for (int i = 0; i < sides.size(); i++) sum += sides.get(i).tally().of(what);
        return sum;
    }

    // ---- its origins

    /// Lets it have other origins from now on, on any thread. Those that stay keep their connections and how
    /// they stand. Of those that go, idle connections are closed, and exchanges in flight end as they are;
    /// those that come have their places meanwhile, and what they leave of the connections. An empty list
    /// changes nothing: a pool that had origins keeps them.
    ///
    /// @return those for which there is no place: there are more than places
    public final List<Origin.Address> replaceOrigins(List<Origin.Address> addresses) {
        if (isClosed || addresses.isEmpty()) return List.of();
        List<Origin> before = places.origins();
        List<Origin.Address> leftOut = places.replace(addresses);
        places.measure(share);
        for (Origin origin : before) if (origin.isLeaving()) queue.unpin(origin);
        evictLeaving();
        // Why: who waits may connect to one that has come.
        serve();
        return leftOut;
    }

    /// Tells `one` when an origin goes and when it comes back.
    public final void setOriginListener(OriginListener one) {
        outcomes.watch(one);
    }

    // ---- asking

    /// `waiter` is about to ask, or to have what it did not ask for.
    protected final void begin(Waiter waiter) {
        waiter.begin(waits);
    }

    /// Serves `waiter`, or lets it wait; on its loop.
    ///
    /// @param fresh whether it wants a connection made for it
    protected final void ask(Waiter waiter, boolean fresh) {
        waiter.waitClass = queue.waitClassOf(waiter);
        if (isClosed) waiter.refuse(Refusal.CLOSED, "the pool is closed");
        else if (places.origins().isEmpty()) waiter.refuse(Refusal.NO_ORIGIN, "no origin has an address");
        // Why: whoever comes now must not overtake those who wait.
        else if (queue.waitingInNeed() > 0
                || rarely(waiter, PoolPoint.POOL_WAITS)
                || !share.tryTake(waiter)
                || !serveNow(waiter, fresh)) {
            giveShareBack(waiter);
            waits.begin(waiter);
        }
    }

    /// The origin that `waiter` is to have: the one it is pinned to, or as the choice of the upstream says.
    protected final Origin choose(Waiter waiter) {
        Origin pinned = waiter.pinnedTo();
        if (pinned != null && !pinned.isLeaving()) return pinned;
        waiter.unpin();
        EventLoop loop = waiter.loop();
        List<Origin> origins = places.origins();
        int chosen = parts.choice().choose(origins, loop.chance(), loop.nowNanos());
        if (rarely(waiter, PoolPoint.POOL_OTHER_ORIGIN)) chosen = loop.chance().below(origins.size());
        return origins.get(chosen);
    }

    /// Begins to connect to `origin` for `waiter`, if there is a slot and it makes sense.
    protected final boolean tryConnect(Waiter waiter, Origin origin) {
        long now = waiter.loop().nowNanos();
        if (recovery.isConnectingSuspended(now) || rarely(waiter, PoolPoint.POOL_SLOT_LOST) || !origin.tryReserve()) {
            return false;
        }
        recovery.lack().tried(now);
        waiter.promise(origin);
        connect(waiter, origin);
        return true;
    }

    void connect(Waiter waiter, Origin origin) {
        waiter.waitEnded();
        waiter.state = Waiter.State.CONNECTING;
        var attempt = new Attempt(this, side(waiter.loop()), origin, waiter);
        waiter.attempt = attempt;
        attempt.start(connectNanos());
    }

    private long connectNanos() {
        return parts.limits().connectTime().toNanos();
    }

    /// Begins to connect to each origin for which it is time, in the name of those who wait.
    void probe(EventLoop here) {
        LoopSide side = side(here);
        if (side.isClosed()) return;
        recovery.probe(here.nowNanos(), origin -> new Attempt(this, side, origin, null).start(connectNanos()));
    }

    // ---- promises

    /// Promises `offer`, which nobody else can have, to `waiter`, which does not stand in the queue, and lets
    /// it go.
    protected final void promise(Offer offer, Waiter waiter) {
        waits.schedule(waiter);
        queue.promise(offer, waiter);
        offer.dispatch();
    }

    /// Promises `offer`, which nobody else can have, to the next who waits, if somebody does, and lets it go.
    protected final boolean promiseToNext(Offer offer) {
        if (queue.waitingForConnection() == 0 || !queue.promiseToNext(offer)) return false;
        offer.dispatch();
        return true;
    }

    /// Who gets `offer`, which has come to its loop, now; null when it is wanted no longer.
    protected final @Nullable Waiter keepPromise(Offer offer) {
        return queue.keepPromise(offer);
    }

    /// Lets who was promised `offer`, which has died, wait again, in front of all others.
    protected final void breakPromise(Offer offer) {
        Waiter refused = queue.breakPromise(offer);
        if (refused != null) refused.loop().post(refused.notification);
        else serve();
    }

    /// An origin has returned, and `offer` has shown it: it serves the next waiter, unless that makes its own.
    void settleProbe(Offer offer) {
        if (queue.waitingForConnection() == 0 || queue.nextAcceptsReused()) settle(offer);
        else offer.connection().close(CloseReason.CLOSED);
    }

    // ---- serving

    /// Gives what can be had to those who wait; on any thread. Whatever makes something available publishes it
    /// first and then calls this.
    protected final void serve() {
        if (sharesAddress()) parts.sharedAddresses().serve(sharer, nowNanos());
        else serveOwn();
    }

    /// For how many beyond the limit of those that wait a slot comes free as soon as they do.
    int soonFree() {
        int soon = comingSoon();
        if (!sharesAddress()) return soon;
        for (SharedAddress sharedAddress : places.at()) {
            for (SharedAddress.Member one : sharedAddress.sharers()) {
                if (one != sharer) soon += one.idleAt(sharedAddress);
            }
        }
        return soon;
    }

    private boolean sharesAddress() {
        List<SharedAddress> at = places.at();
        for (int i = 0; i < at.size(); i++) {
            if (at.get(i).isShared()) return true;
        }
        return false;
    }

    private void serveOwn() {
        boolean more = true;
        while (more && queue.waitingForConnection() > 0) {
            boolean any =
                    queue.nextAcceptsReused() ? promiseIdle() || allowOne() : allowOne() || makeRoom() || passOver();
            more = any || (queue.hasPinned() && servePinned());
        }
        askYielding(coming, null);
        if (coming.isUnmet() && sharesAddress()) askSharers();
    }

    /// Has others that have an origin at a site of this pool give slots up: those of idle connections first,
    /// then those of leases that end as soon as somebody waits.
    private void askSharers() {
        for (SharedAddress sharedAddress : places.at()) {
            for (SharedAddress.Member one : sharedAddress.sharers()) {
                if (one != sharer) askSharer(sharedAddress, one);
            }
        }
    }

    private void askSharer(SharedAddress sharedAddress, SharedAddress.Member one) {
        while (!sharedAddress.hasRoom() && coming.tryExpect()) {
            Runnable free = () -> {
                coming.expectedEnded();
                serve();
            };
            if (one.closeIdle(sharedAddress, free)) continue;
            coming.expectedEnded();
            one.askYieldingFor(sharer, coming);
            return;
        }
    }

    /// This pool, as others see it that share a site.
    private final class Sharing implements SharedAddress.Member {
        @Override
        public String name() {
            return parts.name();
        }

        @Override
        public void serveOwn() {
            Pool.this.serveOwn();
        }

        @Override
        public long waitedNanos(long nowNanos) {
            return queue.waitedNanos(nowNanos);
        }

        @Override
        public List<SharedAddress> sharedAddresses() {
            return places.at();
        }

        @Override
        public int idleAt(SharedAddress sharedAddress) {
            int idle = 0;
            for (Origin origin : places.origins()) if (origin.sharedAddress() == sharedAddress) idle += origin.idle();
            return idle;
        }

        @Override
        public boolean closeIdle(SharedAddress sharedAddress, Runnable closed) {
            for (Origin origin : places.origins()) {
                Offer offer = origin.sharedAddress() == sharedAddress ? claimIdle(origin) : null;
                if (offer == null) continue;
                offer.closeToFreeSlot(closed);
                return true;
            }
            return false;
        }

        @Override
        public void askYieldingFor(SharedAddress.Member other, SlotDemand needed) {
            askYielding(needed, origin -> origin.sharedAddress().sharers().contains(other));
        }
    }

    /// Serves one that is pinned to an origin.
    private boolean servePinned() {
        List<Origin> origins = places.origins();
        for (int i = 0; i < origins.size(); i++) {
            Waiter next = queue.pinnedTo(origins.get(i));
            if (next != null && servePinned(origins.get(i), next)) return true;
        }
        return false;
    }

    private boolean servePinned(Origin origin, Waiter next) {
        Offer idle = next.acceptsReused() ? claimIdle(origin) : null;
        if (idle != null) {
            boolean _ = queue.promiseToNext(idle);
            // Why: when nobody waits for it any more its own loop puts it back.
            idle.dispatch();
            return true;
        }
        long now = nowNanos();
        if (origin.isPassedOver(now) || recovery.isConnectingSuspended(now)) return false;
        if (origin.tryReserve()) return allowed(queue.allowPinned(origin), origin, now);
        return !next.acceptsReused() && makeRoomAt(origin);
    }

    private boolean makeRoomAt(Origin origin) {
        if (!coming.tryExpect()) return false;
        Offer idle = claimIdle(origin);
        if (idle == null) {
            coming.expectedEnded();
            return false;
        }
        idle.closeToFreeSlot(() -> {
            coming.expectedEnded();
            serve();
        });
        return true;
    }

    private @Nullable Offer claimIdle() {
        List<Origin> origins = places.origins();
        for (int i = 0; i < origins.size(); i++) {
            Offer offer = claimIdle(origins.get(i));
            if (offer != null) return offer;
        }
        return null;
    }

    private boolean promiseIdle() {
        Offer offer = claimIdle();
        if (offer == null) return false;
        boolean _ = queue.promiseToNext(offer);
        // Why: when nobody waits for it any more its own loop puts it back, so that a close cannot miss it.
        offer.dispatch();
        return true;
    }

    private boolean allowOne() {
        long now = nowNanos();
        if (recovery.isConnectingSuspended(now)) return false;
        Origin origin = places.reserve(now);
        if (origin == null) return false;
        return allowed(queue.allowNext(origin), origin, now);
    }

    /// `waiter` may have the slot of `origin` that was reserved; nobody when it is null.
    private boolean allowed(@Nullable Waiter waiter, Origin origin, long now) {
        if (waiter == null) free(origin);
        else recovery.lack().tried(now);
        if (waiter != null && !waiter.loop().post(waiter.notification)) freeSlotOfNobody(waiter);
        return waiter != null;
    }

    /// Closes an idle connection, because the next waiter makes a connection of its own.
    private boolean makeRoom() {
        // Why: nobody could use the slot now.
        if (recovery.isConnectingSuspended(nowNanos()) || !queue.takeWishForRoom()) return false;
        Offer offer = claimIdle();
        if (offer == null) {
            queue.roomMade();
            return false;
        }
        offer.closeToFreeSlot(this::roomMade);
        return true;
    }

    /// The next waiter makes a connection of its own, which cannot be made now: what is idle serves those
    /// behind it.
    private boolean passOver() {
        if (!recovery.isConnectingSuspended(nowNanos()) || !queue.anyAcceptsReused()) return false;
        Offer offer = claimIdle();
        if (offer == null) return false;
        queue.promiseToNextReusing(offer);
        // Why: when none is left its own loop puts it back.
        offer.dispatch();
        return true;
    }

    /// The slot of an idle connection that was closed is free.
    private void roomMade() {
        queue.roomMade();
        serve();
    }

    /// Asks more leases to end when more wait than slots are coming for.
    ///
    /// @param here whose thread this is
    protected final void look(EventLoop here) {
        askYielding(coming, null);
        askForMore(here);
    }

    private long nowNanos() {
        return parts.connections().group().clock().nanoTime();
    }

    private void freeSlotOfNobody(Waiter waiter) {
        // Why: its loop is closed, and nobody is left there to be told.
        Origin unused = queue.withdraw(waiter);
        if (unused != null) free(unused);
    }

    // ---- the share of the slow

    /// Ends what `waiter`, which is in no queue, counts in the share of the slow; on its loop.
    protected final void giveShareBack(Waiter waiter) {
        share.giveBack(waiter);
    }

    /// Takes the part of the share that `waiter` needs to have what it did not ask for.
    ///
    /// @return false when there is none left
    protected final boolean takeShare(Waiter waiter) {
        waiter.waitClass = queue.waitClassOf(waiter);
        return share.tryTake(waiter);
    }

    /// Whether somebody waits only because the share of the slow is used up.
    protected final boolean waitsForShare() {
        return queue.waitsForShare();
    }

    /// `waiter` held what it has for so long that it had to give way.
    protected final void gaveWay(Waiter waiter) {
        queue.gaveWay(waiter, waiter.loop().nowNanos());
    }

    // ---- ends

    /// Refuses new work and those who wait, gives up attempts to connect, closes what is idle. What is on lease
    /// is closed when it is given back.
    public final void close() {
        isClosed = true;
        for (Waiter refused : queue.close()) refused.loop().post(refused.notification);
        for (LoopSide side : sides) side.askToClose();
        places.close();
    }

    /// A loop makes no connection for this pool any more.
    protected final void sideClosed() {
        charge.sideClosed();
    }

    /// The connection of `offer` is closed, though its descriptor may not be free: it is there for nobody.
    protected final void left(Offer offer) {
        offer.origin().lost(offer.connection().loop().nowNanos());
        breakPromise(offer);
    }

    /// The descriptor of `offer` is free.
    protected final void ended(Offer offer) {
        count(offer.connection().loop(), PoolCount.ENDED);
        free(offer.origin());
        serve();
    }

    /// A slot is free again: its connection has ended, or was never made.
    void free(Origin origin) {
        origin.freeSlot();
        if (origin.isLeaving()) {
            places.measure(share);
            if (origin.connections() == 0) places.forgetGone();
        }
        charge.giveBackWhenEmpty();
    }

    // ---- its parts

    /// The slots that are about to come free.
    protected final SlotDemand coming() {
        return coming;
    }

    /// Counts one more of `what` on `loop`.
    protected final void count(EventLoop loop, PoolCount what) {
        side(loop).tally().add(what);
    }

    LoopSide side(EventLoop loop) {
        return sides.get(loop.index());
    }

    WaitLifecycle waits() {
        return waits;
    }

    AttemptOutcomes outcomes() {
        return outcomes;
    }

    DescriptorShortage lack() {
        return recovery.lack();
    }

    OriginRecovery recovery() {
        return recovery;
    }

    Network network() {
        return parts.network();
    }

    Connections connections() {
        return parts.connections();
    }

    private static boolean rarely(Waiter waiter, RarePoint point) {
        return waiter.loop().chance().rarely(point);
    }
}
