package dev.weir.pool.exclusive;

import dev.weir.connection.ChargeRequest;
import dev.weir.connection.CloseReason;
import dev.weir.connection.Connections;
import dev.weir.ledger.Counts;
import dev.weir.ledger.Kind;
import dev.weir.loop.EventLoop;
import dev.weir.memory.Reservation;
import dev.weir.pool.Offer;
import dev.weir.pool.Origin;
import dev.weir.pool.OriginChoice;
import dev.weir.pool.Pool;
import dev.weir.pool.PoolCount;
import dev.weir.pool.PoolLimits;
import dev.weir.pool.PoolPoint;
import dev.weir.pool.SharedAddresses;
import dev.weir.pool.SlotDemand;
import dev.weir.pool.Waiter;
import dev.weir.time.RarePoint;
import dev.weir.transport.Network;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A connection pool: the connections to the origins of one upstream, each on lease to one exchange at a time.
///
/// Most connections are shared: after one exchange a connection serves the next. A lease with a protocol of its own
/// gets a connection of its own, which takes a slot like all others; if no slot is left, an idle shared connection
/// is closed for it.
///
/// **Owns:** its connections while they are not on lease; each loop closes its part in its next turn after
/// [#close].
/// **Threads:** [#borrow] is confined to the lease's loop; the others are thread-safe.
/// **Waits:** never waits: a [Lease] is notified.
/// **Limits:** those of [PoolLimits], exact over all loops. Leases whose requests trickle in have at most half of
/// the connections; these and leases of slow addresses together at most seven eighths. While somebody waits, the
/// lease with the slowest client is ended if it is slower than the limit.
/// **Fails:** [#open] throws [IllegalArgumentException] if the plan of its loops has too few connections left. A
/// lease is refused with a [dev.weir.pool.Refusal]; the cache stays usable. A method that is confined to a loop
/// throws [IllegalStateException] on a foreign thread.
/// **Source:** direct hand-off, and keeping a connection whose request was cancelled: HikariCP, puddle.
public final class ConnectionCache extends Pool {
    private final Settings settings;
    private final Lender lender = new CacheLender();
    private final Entries entries;
    private final List<IdleList> shelves;
    private final YieldingLeases yielding = new YieldingLeases(lender);
    private final SlowestSearch search;

    /// What a cache is made of.
    ///
    /// @param name of the upstream
    /// @param addresses of its origins; may be none yet where there are places for more
    /// @param places how many origins there may be at once; their connections are charged
    /// @param connections where its connections are counted, and whose loops borrow
    /// @param opener makes the conversations of its connections
    /// @param sharedAddresses where its origins are; caches opened with the same one share slots and health of an
    ///     address
    public record Settings(
            String name,
            List<Origin.Address> addresses,
            int places,
            PoolLimits limits,
            OriginChoice choice,
            Connections connections,
            Network network,
            Opener opener,
            SharedAddresses sharedAddresses) {
        /// Copies the addresses.
        public Settings {
            addresses = List.copyOf(addresses);
        }

        /// With origins that stay.
        public Settings(
                String name,
                List<Origin.Address> addresses,
                PoolLimits limits,
                OriginChoice choice,
                Connections connections,
                Network network,
                Opener opener) {
            this(name, addresses, addresses.size(), limits, choice, connections, network, opener);
        }

        /// With addresses that are shared with no other cache.
        public Settings(
                String name,
                List<Origin.Address> addresses,
                int places,
                PoolLimits limits,
                OriginChoice choice,
                Connections connections,
                Network network,
                Opener opener) {
            this(name, addresses, places, limits, choice, connections, network, opener, new SharedAddresses());
        }

        /// The same settings with addresses that are shared with other caches.
        public Settings at(SharedAddresses shared) {
            return new Settings(name, addresses, places, limits, choice, connections, network, opener, shared);
        }

        private Pool.Parts parts() {
            return new Pool.Parts(name, addresses, places, limits, choice, connections, network, sharedAddresses);
        }
    }

    private ConnectionCache(Settings settings, Pool.Parts parts, Reservation reservation) {
        super(parts, reservation);
        this.settings = settings;
        PoolLimits limits = settings.limits();
        this.entries = new Entries(settings.places(), limits.connectionsMax());
        this.shelves = settings.connections().group().loops().stream()
                .map(loop -> new IdleList(
                        lender, loop, settings.places(), limits.idleTime().toNanos()))
                .toList();
        this.search = new SlowestSearch(
                lender, entries, coming(), shelves, limits.starveAfter().toNanos());
        begin(shelves);
    }

    /// What an upstream takes of the charges of a plan: its connections, from the line `connections to NAME`
    /// where there is one.
    ///
    /// @param name of the upstream
    /// @param origins how many it has
    /// @param connectionsMax connections to each
    public static ChargeRequest charges(String name, int origins, int connectionsMax) {
        return ChargeRequest.of("upstream " + name, " to " + name)
                .with(ChargeRequest.CONNECTIONS, (long) origins * connectionsMax, ChargeRequest.CONNECTION_BYTES);
    }

    /// Opens a cache without connections; it takes what these are charged from the plan of its loops.
    ///
    /// @return the cache, owned by the caller, who closes it before its loops
    /// @throws IllegalArgumentException when the plan has less left; the message says which number to raise
    public static ConnectionCache open(Settings settings) {
        return open(
                settings,
                charges(settings.name(), settings.places(), settings.limits().connectionsMax()));
    }

    /// Opens a cache whose leases are charged with it.
    ///
    /// @param charges what [#charges(String, int, int)] makes of the same settings, and more
    /// @return the cache, owned by the caller, who closes it before its loops
    /// @throws IllegalArgumentException when the plan has less left; the message says which number to raise
    public static ConnectionCache open(Settings settings, ChargeRequest charges) {
        Pool.Parts parts = settings.parts();
        long connectionsMax = (long) settings.places() * settings.limits().connectionsMax();
        Reservation taken = charges.requireConnections(connectionsMax)
                .reserve(settings.connections().group());
        try {
            return new ConnectionCache(settings, parts, taken);
        } catch (RuntimeException | Error failure) {
            taken.close();
            throw failure;
        }
    }

    // ---- borrowing

    /// Borrows a connection for `lease`: an idle one of its loop, a new one, an idle one of another loop, or
    /// the first that comes free.
    ///
    /// @throws IllegalStateException when it holds a connection or waits for one, or on a foreign thread
    public void borrow(Lease lease) {
        lease.loop().requireCurrent();
        lease.borrowsFrom(lender);
        begin(lease);
        ask(lease, lease.takeWish());
    }

    @Override
    protected boolean serveNow(Waiter waiter, boolean fresh) {
        Lease lease = (Lease) waiter;
        Origin origin = choose(lease);
        boolean cold = fresh || !lease.acceptsReused() || rarely(lease, PoolPoint.POOL_COLD);
        PoolEntry own = cold ? null : shelf(lease.loop()).takeIdle(origin, lease);
        if (own != null) {
            lease.promiseAt(origin);
            lend(own, lease, true);
            return true;
        }
        // Why: a new connection is preferred to one of another loop, which would soon take it back; after a while
        // each loop has enough.
        boolean moves = !fresh && rarely(lease, PoolPoint.POOL_MOVES) && origin.idle() > 0;
        if (!moves && tryConnect(lease, origin)) return true;
        // Why: a lease with its own connection waits for the slot of an idle one that is closed for it.
        if (!lease.acceptsReused()) return false;
        PoolEntry elsewhere = fresh ? null : entries.claimIdle(origin);
        if (elsewhere == null) return fresh && serveNow(lease, false);
        promise(elsewhere, lease);
        return true;
    }

    @Override
    protected Maker maker(Origin origin, @Nullable Waiter waiter) {
        Opener own = waiter instanceof Lease lease ? lease.opener() : null;
        return connection -> new PoolEntry(lender, origin, connection, own);
    }

    @Override
    protected void made(Offer offer) {
        entries.add((PoolEntry) offer);
    }

    @Override
    protected void lend(Offer offer, Waiter waiter, boolean reused) {
        PoolEntry entry = (PoolEntry) offer;
        Lease lease = (Lease) waiter;
        if (reused) {
            lease.endWait();
            count(lease.loop(), PoolCount.REUSED);
        }
        lease.grant(entry);
        lease.loop().tally().opened(Kind.LEASE, lease);
        entry.sinceNanos = lease.loop().nowNanos();
        entry.lend(lease, reused);
        try {
            lease.borrowed(entry, reused);
        } catch (RuntimeException | Error failure) { // Why: foreign code; the lease might never end.
            lender.breakLease(entry, lease);
            throw failure;
        }
    }

    // ---- idle connections

    @Override
    protected void settle(Offer offer) {
        PoolEntry entry = (PoolEntry) offer;
        IdleList shelf = shelf(entry.connection().loop());
        if (shelf.isClosed() || !entry.isShared() || entry.origin().isLeaving()) {
            entry.connection().close(CloseReason.CLOSED);
            return;
        }
        boolean parks = entry.connection().loop().chance().rarely(PoolPoint.POOL_PARKS_FIRST);
        if (!parks && promiseToNext(entry)) return;
        entry.connection().noDeadline();
        entry.connection().resumeInput();
        shelf.park(entry);
        entry.becomeIdle();
        // Why: a waiter that came before this connection was visible as idle found nothing.
        serve();
    }

    @Override
    protected @Nullable Offer claimIdle(Origin origin) {
        return entries.claimIdle(origin);
    }

    @Override
    protected void evictLeaving() {
        for (IdleList shelf : shelves) shelf.askToEvictLeaving();
    }

    // ---- those that give way

    @Override
    protected int comingSoon() {
        return yielding.size();
    }

    @Override
    protected void askYielding(SlotDemand needed, @Nullable Predicate<Origin> at) {
        yielding.serve(needed, at);
    }

    @Override
    protected void askForMore(EventLoop here) {
        search.begin(here);
    }

    private IdleList shelf(EventLoop loop) {
        return shelves.get(loop.index());
    }

    private static boolean rarely(Lease lease, RarePoint point) {
        return lease.loop().chance().rarely(point);
    }

    /// What its parts ask of it.
    private final class CacheLender implements Lender {
        // ---- the ends of a lease

        @Override
        public void giveBack(Lease lease) {
            PoolEntry entry = lease.requireHeld();
            if (!end(entry, lease)) return;
            if (!entry.mayServeAgain()) entry.connection().close(CloseReason.CLOSED);
            else if (entry.isAtBoundary() && !rarely(lease, PoolPoint.POOL_NOT_CLEAN)) settle(entry);
            else evict(entry, PoolCount.EVICTED_NOT_CLEAN, CloseReason.CLOSED);
        }

        @Override
        public void discard(Lease lease) {
            PoolEntry entry = lease.requireHeld();
            if (end(entry, lease)) entry.connection().close(CloseReason.CLOSED);
        }

        @Override
        public boolean passToKeeper(Lease lease, Lease keeper) {
            PoolEntry entry = lease.requireHeld();
            if (!entry.isAtBoundary() || !entry.mayServeAgain()) {
                discard(lease);
                return false;
            }
            countEnd(entry, lease);
            pass(entry, lease, keeper);
            return true;
        }

        @Override
        public boolean passFromKeeper(Lease keeper, Lease lease) {
            pass(keeper.requireHeld(), keeper, lease);
            if (!takeShare(lease)) {
                discard(lease);
                return false;
            }
            count(lease.loop(), PoolCount.REUSED);
            return true;
        }

        private void pass(PoolEntry entry, Lease from, Lease to) {
            to.borrowsFrom(this);
            begin(to);
            release(from);
            to.takes(entry);
            to.loop().tally().opened(Kind.LEASE, to);
            entry.sinceNanos = to.loop().nowNanos();
            entry.lend(to, true);
            // Why: another waiter may wait only for a part of the share.
            serve();
        }

        private boolean end(PoolEntry entry, Lease lease) {
            countEnd(entry, lease);
            release(lease);
            return entry.endLease();
        }

        private void countEnd(PoolEntry entry, Lease lease) {
            Counts<PoolCount> tally = shelf(lease.loop()).tally();
            tally.add(PoolCount.RETURNED);
            tally.add(PoolCount.LENT_NANOS, lease.loop().nowNanos() - entry.sinceNanos);
        }

        private void release(Lease lease) {
            lease.loop().tally().closed(Kind.LEASE, lease);
            giveShareBack(lease);
            yielding.remove(lease);
            lease.release();
        }

        @Override
        public void breakLease(@Nullable PoolEntry entry, Lease lease) {
            if (entry == null || !lease.isHolding(entry)) return;
            // Why: its conversation is notified and may end the lease itself, while there still is one.
            entry.connection().close(CloseReason.CLOSED);
            if (lease.isHolding(entry)) discard(lease);
        }

        // ---- entries

        @Override
        public Opener opener() {
            return settings.opener();
        }

        @Override
        public void settle(PoolEntry entry) {
            ConnectionCache.this.settle(entry);
        }

        @Override
        public void arrived(PoolEntry entry) {
            if (!entry.checkStillIdle()) return;
            Waiter waiter = keepPromise(entry);
            if (waiter == null) settle(entry);
            else lend(entry, waiter, true);
        }

        @Override
        public void unpark(PoolEntry entry) {
            shelf(entry.connection().loop()).unpark(entry);
        }

        @Override
        public void evict(PoolEntry entry, PoolCount why, CloseReason reason) {
            count(entry.connection().loop(), why);
            entry.connection().close(reason);
        }

        @Override
        public void orphan(PoolEntry entry) {
            breakPromise(entry);
        }

        @Override
        public void left(PoolEntry entry) {
            unpark(entry);
            entries.remove(entry);
            ConnectionCache.this.left(entry);
        }

        @Override
        public void ended(PoolEntry entry) {
            ConnectionCache.this.ended(entry);
        }

        // ---- loops

        @Override
        public void count(EventLoop loop, PoolCount what) {
            ConnectionCache.this.count(loop, what);
        }

        @Override
        public void sideCloses(EventLoop loop) {
            search.stop(loop);
        }

        @Override
        public void sideClosed() {
            ConnectionCache.this.sideClosed();
        }

        // ---- those that give way

        @Override
        public void yieldWhenNeeded(Lease lease) {
            yielding.add(lease);
        }

        @Override
        public void askedToYield(Lease lease) {
            yielding.asked(lease);
        }

        @Override
        public boolean waitsForShare() {
            return ConnectionCache.this.waitsForShare();
        }

        @Override
        public void gaveWay(Lease lease) {
            ConnectionCache.this.gaveWay(lease);
        }

        @Override
        public void serve() {
            ConnectionCache.this.serve();
        }

        @Override
        public void look(EventLoop here) {
            ConnectionCache.this.look(here);
        }
    }
}
