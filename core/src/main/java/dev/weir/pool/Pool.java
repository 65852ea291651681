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

/// The connections to the origins of one upstream: waiting, choice of the origin, attempts to connect, counts. A
/// subclass, the discipline, decides what of a connection can be lent, and to which waiter.
///
/// **Owns:** the slots of its origins; its attempts to connect; the charge of its connections, until it is closed
/// and the last of them has ended.
/// **Threads:** thread-safe, except methods with a [Waiter]: these are confined to its loop.
/// **Waits:** never waits: a waiter is notified.
/// **Limits:** those of [PoolLimits], exact over all loops. Client addresses take turns, or waiters are served
/// first come first served: a later request never takes what a waiter could have had.
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
    /// @param sharedAddresses where its origins are, shared with other pools
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

    /// Makes the offer of a new connection.
    protected interface Maker {
        /// Returns the offer of `connection`, which is not open yet.
        Offer offer(Connection connection);
    }

    /// Creates a pool without connections.
    ///
    /// @param reservation the charge of its connections; closed when the pool is closed and the last connection has
    ///     ended
    @SuppressWarnings("this-escape") // Why: the parts call the pool only after begin.
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

    /// Sets the parts of the loops, one for each loop in their order; called once before the first request.
    protected final void begin(List<? extends LoopSide> perLoop) {
        sides = List.copyOf(perLoop);
        // Why: the limit of a shared address may have risen, which may serve waiters of other pools.
        serve();
    }

    // ---- implemented by the discipline

    /// Serves `waiter` if that can be done now; no other waiter comes before it.
    ///
    /// @param fresh whether it wants a new connection
    protected abstract boolean serveNow(Waiter waiter, boolean fresh);

    /// The maker of the offer for an attempt that begins now.
    ///
    /// @param waiter the waiter the attempt is for; null for none
    protected abstract Maker maker(Origin origin, @Nullable Waiter waiter);

    /// A new offer was made.
    protected abstract void made(Offer offer);

    /// Lends `offer` to `waiter`; called on its loop.
    protected abstract void lend(Offer offer, Waiter waiter, boolean reused);

    /// Passes `offer`, which is not lent, to the next waiter, or keeps it idle; called on its loop.
    protected abstract void settle(Offer offer);

    /// Claims an idle offer of `origin`, so that no other thread can; null if there is none.
    protected abstract @Nullable Offer claimIdle(Origin origin);

    /// The number of leases that end as soon as somebody waits.
    protected abstract int comingSoon();

    /// Asks leases that yield to waiters to end, as many as are needed.
    ///
    /// @param at only leases at these origins; null for all
    protected abstract void askYielding(SlotDemand needed, @Nullable Predicate<Origin> at);

    /// Asks other leases to end if more slots are needed than expected.
    ///
    /// @param here the calling loop
    protected abstract void askForMore(EventLoop here);

    /// Asks the loops, on any thread, to close idle connections to removed origins.
    protected abstract void evictLeaving();

    // ---- queries

    /// The most waiters there can be that have a connection or wait for one.
    public final long borrowersMax() {
        PoolLimits limits = parts.limits();
        return (long) parts.places() * limits.connectionsMax() + limits.waitingMax();
    }

    /// Its origins now, in a list that never changes; the next call may return another list.
    public final List<Origin> origins() {
        return places.origins();
    }

    /// The number of waiters in the queue.
    public final int waiting() {
        return queue.waiting();
    }

    /// The number of connections lent to requests that arrive slowly.
    public final int trickling() {
        return share.trickling();
    }

    /// The number of waiters in the queue that could be served now and whose clients have not left, as far as is
    /// known.
    public final int waitingInNeed() {
        return queue.waitingInNeed();
    }

    /// Whether a request now would probably have to wait.
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

    /// Replaces its origins, on any thread. Origins that stay keep their connections and their health. Idle
    /// connections to removed origins are closed, and exchanges in flight there finish; meanwhile the new origins
    /// have their places, and the connections that they leave. An empty list changes nothing: the pool keeps its
    /// origins.
    ///
    /// @return the addresses for which there is no place
    public final List<Origin.Address> replaceOrigins(List<Origin.Address> addresses) {
        if (isClosed || addresses.isEmpty()) return List.of();
        List<Origin> before = places.origins();
        List<Origin.Address> leftOut = places.replace(addresses);
        places.measure(share);
        for (Origin origin : before) if (origin.isLeaving()) queue.unpin(origin);
        evictLeaving();
        // Why: waiters may connect to a new origin.
        serve();
        return leftOut;
    }

    /// Sets the listener that is notified when an origin goes down and when it is up again.
    public final void setOriginListener(OriginListener one) {
        outcomes.watch(one);
    }

    // ---- asking

    /// To be called before `waiter` asks, or before it gets a connection without asking.
    protected final void begin(Waiter waiter) {
        waiter.begin(waits);
    }

    /// Serves `waiter`, or puts it into the queue; called on its loop.
    ///
    /// @param fresh whether it wants a new connection
    protected final void ask(Waiter waiter, boolean fresh) {
        waiter.waitClass = queue.waitClassOf(waiter);
        if (isClosed) waiter.refuse(Refusal.CLOSED, "the pool is closed");
        else if (places.origins().isEmpty()) waiter.refuse(Refusal.NO_ORIGIN, "no origin has an address");
        // Why: a new request must not overtake waiters.
        else if (queue.waitingInNeed() > 0
                || rarely(waiter, PoolPoint.POOL_WAITS)
                || !share.tryTake(waiter)
                || !serveNow(waiter, fresh)) {
            giveShareBack(waiter);
            waits.begin(waiter);
        }
    }

    /// Chooses the origin for `waiter`: the one it is pinned to, or by the choice of the upstream.
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

    /// Begins to connect to `origin` for `waiter`, if there is a slot and connecting is not suspended.
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

    /// Begins a probe of each origin for which it is time, while waiters wait for one to return.
    void probe(EventLoop here) {
        LoopSide side = side(here);
        if (side.isClosed()) return;
        recovery.probe(here.nowNanos(), origin -> new Attempt(this, side, origin, null).start(connectNanos()));
    }

    // ---- promises

    /// Promises the claimed `offer` to `waiter`, which is not in the queue, and dispatches it.
    protected final void promise(Offer offer, Waiter waiter) {
        waits.schedule(waiter);
        queue.promise(offer, waiter);
        offer.dispatch();
    }

    /// Promises the claimed `offer` to the next waiter, if there is one, and dispatches it.
    protected final boolean promiseToNext(Offer offer) {
        if (queue.waitingForConnection() == 0 || !queue.promiseToNext(offer)) return false;
        offer.dispatch();
        return true;
    }

    /// The waiter that gets `offer`, which has come to its loop; null if that was cancelled.
    protected final @Nullable Waiter keepPromise(Offer offer) {
        return queue.keepPromise(offer);
    }

    /// Puts the waiter that was promised `offer`, which has died, back at the front of the queue.
    protected final void breakPromise(Offer offer) {
        Waiter refused = queue.breakPromise(offer);
        if (refused != null) refused.loop().post(refused.notification);
        else serve();
    }

    /// A probe has made `offer`: it serves the next waiter, unless that one needs a connection of its own.
    void settleProbe(Offer offer) {
        if (queue.waitingForConnection() == 0 || queue.nextAcceptsReused()) settle(offer);
        else offer.connection().close(CloseReason.CLOSED);
    }

    // ---- serving

    /// Serves waiters as long as something is available; on any thread. Code that makes something available
    /// publishes it first and then calls this.
    protected final void serve() {
        if (sharesAddress()) parts.sharedAddresses().serve(sharer, nowNanos());
        else serveOwn();
    }

    /// How many waiters beyond the limit may wait, because a slot becomes free for each as soon as it waits.
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

    /// Asks other pools with an origin at a shared address of this pool to free slots: first those of idle
    /// connections, then those of leases that yield to waiters.
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

    /// This pool, as other pools at a shared address see it.
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

    /// Serves a waiter that is pinned to an origin.
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
            // Why: if the waiter was cancelled meanwhile, the loop of the connection puts it back.
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
        // Why: if the waiter was cancelled meanwhile, the loop of the connection puts it back, so that a close
        // cannot miss it.
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

    /// Gives `waiter` the reserved slot of `origin`; frees the slot if `waiter` is null.
    private boolean allowed(@Nullable Waiter waiter, Origin origin, long now) {
        if (waiter == null) free(origin);
        else recovery.lack().tried(now);
        if (waiter != null && !waiter.loop().post(waiter.notification)) freeSlotOfNobody(waiter);
        return waiter != null;
    }

    /// Closes an idle connection, because the next waiter needs the slot for a connection of its own.
    private boolean makeRoom() {
        // Why: no waiter could use the slot now.
        if (recovery.isConnectingSuspended(nowNanos()) || !queue.takeWishForRoom()) return false;
        Offer offer = claimIdle();
        if (offer == null) {
            queue.roomMade();
            return false;
        }
        offer.closeToFreeSlot(this::roomMade);
        return true;
    }

    /// If the next waiter needs a connection of its own, which cannot be made now, idle connections serve those
    /// behind it.
    private boolean passOver() {
        if (!recovery.isConnectingSuspended(nowNanos()) || !queue.anyAcceptsReused()) return false;
        Offer offer = claimIdle();
        if (offer == null) return false;
        queue.promiseToNextReusing(offer);
        // Why: if there is none any more, the loop of the connection puts it back.
        offer.dispatch();
        return true;
    }

    /// The slot of an idle connection that was closed for a waiter is free.
    private void roomMade() {
        queue.roomMade();
        serve();
    }

    /// Asks more leases to end if more slots are needed than expected.
    ///
    /// @param here the calling loop
    protected final void look(EventLoop here) {
        askYielding(coming, null);
        askForMore(here);
    }

    private long nowNanos() {
        return parts.connections().group().clock().nanoTime();
    }

    private void freeSlotOfNobody(Waiter waiter) {
        // Why: its loop is closed, and nothing there can be notified.
        Origin unused = queue.withdraw(waiter);
        if (unused != null) free(unused);
    }

    // ---- the slow share

    /// Gives back the part of the slow share that `waiter`, which is in no queue, has; on its loop.
    protected final void giveShareBack(Waiter waiter) {
        share.giveBack(waiter);
    }

    /// Takes the part of the slow share that `waiter` needs for a connection it gets without asking.
    ///
    /// @return false if there is none left
    protected final boolean takeShare(Waiter waiter) {
        waiter.waitClass = queue.waitClassOf(waiter);
        return share.tryTake(waiter);
    }

    /// Whether a waiter waits only because the slow share is used up.
    protected final boolean waitsForShare() {
        return queue.waitsForShare();
    }

    /// `waiter` ends because it has held its connection for too long.
    protected final void gaveWay(Waiter waiter) {
        queue.gaveWay(waiter, waiter.loop().nowNanos());
    }

    // ---- ends

    /// Refuses new requests and all waiters, ends attempts to connect, and closes idle connections. A connection on
    /// lease is closed when it is given back.
    public final void close() {
        isClosed = true;
        for (Waiter refused : queue.close()) refused.loop().post(refused.notification);
        for (LoopSide side : sides) side.askToClose();
        places.close();
    }

    /// A loop has closed its part: it makes no connection for this pool any more.
    protected final void sideClosed() {
        charge.sideClosed();
    }

    /// The connection of `offer` is closed, though its descriptor may not be free yet: no waiter can get it.
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

    /// Frees a slot: its connection has ended, or was never made.
    void free(Origin origin) {
        origin.freeSlot();
        if (origin.isLeaving()) {
            places.measure(share);
            if (origin.connections() == 0) places.forgetGone();
        }
        charge.giveBackWhenEmpty();
    }

    // ---- parts

    /// The slots that are about to become free.
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
