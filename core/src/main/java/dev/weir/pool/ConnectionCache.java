package dev.weir.pool;

import dev.weir.connection.Claim;
import dev.weir.connection.CloseReason;
import dev.weir.connection.Connections;
import dev.weir.ledger.Kind;
import dev.weir.loop.EventLoop;
import dev.weir.memory.Reservation;
import dev.weir.time.RarePoint;
import dev.weir.time.Secrets;
import dev.weir.transport.Network;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The connections to the origins of one upstream, each lent to one exchange at a time.
///
/// Most are shared: what one exchange is done with serves the next. A borrower that speaks a protocol of its
/// own makes a connection of its own, in a slot like all others; an idle shared one is closed when there is no
/// slot left for it.
///
/// **Owns:** the slots of its origins, its connections while nobody has borrowed them, its attempts to connect; a
/// loop gives its share up in its next turn after [#close]. What its connections are charged, until it is closed
/// and the last of them has ended.
/// **Threads:** [#borrow], [#cancel], [#giveBack] and [#discard] are confined to the borrower's loop; the
/// others are thread-safe.
/// **Waits:** never waits: a [Borrower] is told.
/// **Limits:** those of [PoolLimits], exact over all loops. Whoever waits is served in turn over client
/// addresses, or first come first served: nobody who comes later takes what a waiter could have had. Borrowers
/// whose requests trickle in have at most half of the connections; these, and addresses with slow clients,
/// together seven eighths. While somebody waits, the borrower with the slowest client gives way.
/// **Fails:** more connections than the plan of its loops has left make [#open] throw
/// [IllegalArgumentException]. A borrower is refused with a [Refusal]; the cache stays usable. What is confined
/// to a loop throws [IllegalStateException] on a foreign thread.
/// **Source:** direct hand-off and cancelling without losing what is being made: HikariCP, puddle.
public final class ConnectionCache {
    private static final long LOOK_AGAIN_NANOS = 1_000_000_000L;

    private final Settings settings;
    private final WaitQueue queue;
    private final SlowShare share;
    private final ComingSlots coming;
    private final SlowestSearch search;
    private final YieldingLoans yielding = new YieldingLoans(this);
    private final Returning returning;
    private final OriginPlaces places;
    private final AttemptOutcomes outcomes = new AttemptOutcomes();
    private final List<LoopSide> sides;
    private final CacheCharge charge;
    private volatile boolean isClosed;

    /// What a cache is made of.
    ///
    /// @param name of the upstream
    /// @param addresses of its origins; may be none yet where there are places for more
    /// @param places how many origins there may be at once; their connections are charged
    /// @param connections where its connections are counted, and whose loops borrow
    public record Settings(
            String name,
            List<Origin.Address> addresses,
            int places,
            PoolLimits limits,
            OriginChoice choice,
            Connections connections,
            Network network,
            Opener opener) {
        /// Refuses an upstream without origins.
        public Settings {
            addresses = List.copyOf(addresses);
            if (places < 1) throw new IllegalArgumentException("upstream " + name + " has no origins");
            if (addresses.size() > places) {
                throw new IllegalArgumentException(
                        "upstream " + name + " has " + addresses.size() + " origins, and places for " + places);
            }
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
    }

    private ConnectionCache(Settings settings, Reservation reservation) {
        this.settings = settings;
        PoolLimits limits = settings.limits();
        List<EventLoop> loops = settings.connections().group().loops();
        this.share = new SlowShare(settings.places() * limits.connectionsMax());
        this.queue = new WaitQueue(
                limits.waitingMax(),
                limits.fairBy(),
                share,
                Secrets.next(settings.connections().group().clock()));
        this.coming = new ComingSlots(queue);
        this.places = new OriginPlaces(settings.places(), limits.connectionsMax());
        List<Origin.Address> _ = places.replace(settings.addresses());
        this.returning = new Returning(this, limits);
        this.sides = loops.stream()
                .map(loop -> new LoopSide(
                        this, loop, settings.places(), limits.idleTime().toNanos()))
                .toList();
        this.charge = new CacheCharge(reservation, places, sides.size());
        places.measure(share);
        this.search = new SlowestSearch(this, sides, limits.starveAfter().toNanos());
    }

    /// What an upstream takes of the charges of a plan: its connections, from the line `connections to NAME`
    /// where there is one.
    ///
    /// @param name of the upstream
    /// @param origins how many it has
    /// @param connectionsMax connections to each
    public static Claim claim(String name, int origins, int connectionsMax) {
        return Claim.of("upstream " + name, " to " + name)
                .with(Claim.CONNECTIONS, (long) origins * connectionsMax, Claim.CONNECTION_BYTES);
    }

    /// Opens a cache without connections; it takes what these are charged from the plan of its loops.
    ///
    /// @return the cache, owned by the caller, who closes it before its loops
    /// @throws IllegalArgumentException when the plan has less left; the message says which number to raise
    public static ConnectionCache open(Settings settings) {
        return open(
                settings,
                claim(settings.name(), settings.places(), settings.limits().connectionsMax()));
    }

    /// Opens a cache whose borrowers are charged with it.
    ///
    /// @param claim what [#claim(String, int, int)] makes of the same settings, and more
    /// @return the cache, owned by the caller, who closes it before its loops
    /// @throws IllegalArgumentException when the plan has less left; the message says which number to raise
    public static ConnectionCache open(Settings settings, Claim claim) {
        long connectionsMax = (long) settings.places() * settings.limits().connectionsMax();
        Reservation taken = claim.requireConnections(connectionsMax)
                .take(settings.connections().group());
        try {
            return new ConnectionCache(settings, taken);
        } catch (RuntimeException | Error failure) {
            taken.close();
            throw failure;
        }
    }

    /// The most borrowers there can be that have a connection or wait for one.
    public long borrowersMax() {
        return (long) settings.places() * settings.limits().connectionsMax()
                + settings.limits().waitingMax();
    }

    /// The upstream's name.
    public String name() {
        return settings.name();
    }

    /// Its origins now: a list that never changes; the next call may find another, shorter or longer.
    public List<Origin> origins() {
        return places.origins();
    }

    /// Its origins now, and those that leave and have connections.
    List<Origin> originsAndLeaving() {
        return places.all();
    }

    /// Whether there is a connection that somebody has, or may have.
    boolean hasOpen() {
        return places.haveOpen();
    }

    /// Lets it have other origins from now on, on any thread. Those that stay keep their connections and how
    /// they stand. Of those that go, idle connections are closed, and exchanges in flight end as they are;
    /// those that come have their places meanwhile, and what they leave of the connections. An empty list
    /// changes nothing: a cache that had origins keeps them.
    ///
    /// @return those for which there is no place: there are more than places
    public List<Origin.Address> replaceOrigins(List<Origin.Address> addresses) {
        if (isClosed || addresses.isEmpty()) return List.of();
        List<Origin.Address> leftOut = places.replace(addresses);
        places.measure(share);
        for (LoopSide side : sides) side.askToEvictLeaving();
        // Why: who waits may connect to one that has come.
        serve();
        return leftOut;
    }

    /// Tells `one` when an origin goes and when it comes back.
    public void watchOrigins(OriginWatch one) {
        outcomes.watch(one);
    }

    /// How many borrowers wait.
    public int waiting() {
        return queue.waiting();
    }

    /// How many connections borrowers have whose requests trickle in.
    public int trickling() {
        return share.trickling();
    }

    /// How many borrowers wait whose clients have not left as far as is known.
    public int waitingInNeed() {
        return queue.waitingInNeed();
    }

    /// Whether a borrower that came now would probably have to wait.
    public boolean isCrowded() {
        return queue.waiting() > 0 || places.areBusy();
    }

    /// The client of `borrower` has ended its side, and may have left: while it waits all others are served
    /// before it, and one that finds the queue full has its place. Does nothing when it does not wait.
    public void clientLeft(Borrower borrower) {
        borrower.loop.requireCurrent();
        queue.clientLeft(borrower);
        // Why: it needs no part of the share any more.
        serve();
    }

    /// How often `what` has happened.
    public long count(PoolCount what) {
        long sum = 0;
        for (int i = 0; i < sides.size(); i++) sum += sides.get(i).tally().of(what);
        return sum;
    }

    // ---- borrowing

    /// Borrows a connection for `borrower`: an idle one of its loop, a new one, an idle one of another loop, or
    /// the first that comes free.
    ///
    /// @throws IllegalStateException when it holds a connection or waits for one, or on a foreign thread
    public void borrow(Borrower borrower) {
        borrower.loop.requireCurrent();
        borrower.begin(this);
        boolean fresh = borrower.takeWish();
        borrower.manner = queue.mannerOf(borrower);
        if (isClosed) borrower.refuse(Refusal.CLOSED, "the cache is closed");
        else if (places.origins().isEmpty()) borrower.refuse(Refusal.NO_ORIGIN, "no origin has an address");
        // Why: whoever comes now must not overtake those who wait.
        else if (queue.waitingInNeed() > 0
                || rarely(borrower, PoolPoint.POOL_WAITS)
                || !share.tryTake(borrower)
                || !borrowNow(borrower, fresh)) {
            giveShareBack(borrower);
            waitInTurn(borrower);
        }
    }

    /// Ends what `borrower`, which is in no queue, counts in the share of the slow; on its loop.
    void giveShareBack(Borrower borrower) {
        share.giveBack(borrower);
    }

    /// The request that `borrower` borrows or will borrow for trickles no longer.
    public void cameWhole(Borrower borrower) {
        borrower.loop.requireCurrent();
        if (!borrower.isTrickling()) return;
        borrower.noLongerTrickles();
        queue.cameWhole(borrower);
        serve();
        search.begin(borrower.loop);
    }

    private boolean borrowNow(Borrower borrower, boolean fresh) {
        EventLoop loop = borrower.loop;
        List<Origin> origins = places.origins();
        int chosen = settings.choice().choose(origins, loop.chance(), loop.nowNanos());
        if (rarely(borrower, PoolPoint.POOL_OTHER_ORIGIN))
            chosen = loop.chance().below(origins.size());
        Origin origin = origins.get(chosen);
        boolean cold = fresh || !borrower.isSharing() || rarely(borrower, PoolPoint.POOL_COLD);
        PoolEntry own = cold ? null : side(loop).takeIdle(origin, borrower);
        if (own != null) {
            borrower.promise(origin);
            lend(own, borrower, true);
            return true;
        }
        // Why: rather than take one from another loop, which would soon take it back: each has enough after a while.
        boolean moves = !fresh && rarely(borrower, PoolPoint.POOL_MOVES) && origin.idle() > 0;
        boolean connects =
                !returning.isHoldingBack(loop.nowNanos()) && !moves && !rarely(borrower, PoolPoint.POOL_SLOT_LOST);
        if (connects && origin.tryReserve()) {
            returning.lack().tried(loop.nowNanos());
            borrower.promise(origin);
            connect(borrower, origin);
            return true;
        }
        // Why: who makes its own connection waits for the slot of one that is closed for it.
        if (!borrower.isSharing()) return false;
        PoolEntry elsewhere = fresh ? null : origin.claimIdle();
        if (elsewhere == null) return fresh && borrowNow(borrower, false);
        schedule(borrower);
        queue.promise(elsewhere, borrower);
        elsewhere.sendAway();
        return true;
    }

    private void connect(Borrower borrower, Origin origin) {
        borrower.waitEnded();
        borrower.state = Borrower.State.CONNECTING;
        var attempt = new Attempt(this, side(borrower.loop), origin, borrower);
        borrower.attempt = attempt;
        attempt.start(settings.limits().connectTime().toNanos());
    }

    private void waitInTurn(Borrower borrower) {
        LoopSide side = side(borrower.loop);
        WaitQueue.Added added = queue.add(borrower, yielding.size());
        Refusal refusal = added.refusal();
        if (refusal != null) {
            if (refusal == Refusal.QUEUE_FULL) side.tally().add(PoolCount.QUEUE_FULL);
            borrower.refuse(refusal, refusal == Refusal.QUEUE_FULL ? "too many wait already" : "the cache is closed");
            // Why: for a moment it had a part of the share, which another may have missed.
            serve();
            return;
        }
        waits(borrower, side, added);
        returning.probe(borrower.loop);
    }

    /// The attempt to connect for `borrower` has failed, as all do: it waits for an origin to return, or for
    /// one of the connections that there are.
    void awaitReturn(Borrower borrower, Refusal failed, String why) {
        if (side(borrower.loop).isClosed()) {
            borrower.refuse(Refusal.CLOSED, "the cache is closed");
            return;
        }
        if (isLate(borrower)) {
            // Why: in the queue it would, until its timer runs, have a place that one with time left could have.
            if (failed == Refusal.OUT_OF_DESCRIPTORS) borrower.refuse(failed, why);
            else timedOut(borrower, "no connection came free in time: " + why);
            return;
        }
        borrower.returnAwaited();
        WaitQueue.Added added = queue.add(borrower, yielding.size());
        Refusal refusal = added.refusal();
        if (refusal == null) waits(borrower, side(borrower.loop), added);
        else if (refusal != Refusal.QUEUE_FULL) borrower.refuse(refusal, why);
        else if (failed == Refusal.OUT_OF_DESCRIPTORS) borrower.refuse(failed, why);
        else borrower.refuse(returning.areAllDown() ? Refusal.ALL_DOWN : refusal, why);
    }

    private void waits(Borrower borrower, LoopSide side, WaitQueue.Added added) {
        side.tally().add(PoolCount.WAITED);
        schedule(borrower);
        Borrower displaced = added.displaced();
        if (displaced != null) {
            side.tally().add(PoolCount.DISPLACED);
            displaced.loop.post(displaced.news);
        }
        // Why: what came free before this one could be seen to wait was offered to nobody.
        serve();
        search.begin(borrower.loop);
    }

    private void schedule(Borrower borrower) {
        long left = deadlineNanos(borrower) - borrower.loop.nowNanos();
        // Why: an origin that is no longer passed over tells nobody; those who wait look for themselves.
        long soon = rarely(borrower, PoolPoint.POOL_LOOKS_EARLY) ? 1 : LOOK_AGAIN_NANOS;
        if (returning.isHoldingBack(borrower.loop.nowNanos())) soon = Math.min(soon, Origin.PROBE_NANOS);
        if (returning.areAllDown()) left = Math.min(left, returning.dueNanos(borrower) - borrower.loop.nowNanos());
        borrower.loop.schedule(borrower.timer, Math.max(1, Math.min(left, soon)));
    }

    private long deadlineNanos(Borrower borrower) {
        return borrower.beganNanos() + settings.limits().acquireTime().toNanos();
    }

    /// Whether it has waited as long as one may.
    private boolean isLate(Borrower borrower) {
        return borrower.loop.nowNanos() - deadlineNanos(borrower) >= 0;
    }

    /// The timer of a wait.
    void waitedLongEnough(Borrower borrower) {
        boolean allDown = returning.isOverdue(borrower);
        if (!allDown && !isLate(borrower)) {
            schedule(borrower);
            returning.probe(borrower.loop);
            serve();
            search.begin(borrower.loop);
            return;
        }
        // Why: a refusal that is on its way already is as good an answer.
        if (queue.stateOf(borrower) == Borrower.State.REFUSED) return;
        withdraw(borrower);
        if (!allDown) {
            timedOut(borrower, "no connection came free in time");
            return;
        }
        count(borrower.loop, PoolCount.TIMED_OUT);
        borrower.refuse(Refusal.ALL_DOWN, "all origins are down, and none returned in time");
    }

    private void timedOut(Borrower borrower, String why) {
        count(borrower.loop, PoolCount.TIMED_OUT);
        borrower.refuse(Refusal.TIMED_OUT, why);
    }

    /// Gives up whatever `borrower` waits for. What was on its way to it goes to the next; a connection being
    /// made for it will be idle. Does nothing when it waits for nothing.
    public void cancel(Borrower borrower) {
        borrower.loop.requireCurrent();
        switch (queue.stateOf(borrower)) {
            case FREE, HOLDING -> {}
            case CONNECTING -> {
                if (borrower.attempt != null) borrower.attempt.forget();
                borrower.attempt = null;
                borrower.endPromise();
                borrower.state = Borrower.State.FREE;
                giveShareBack(borrower);
                serve();
            }
            case WAITING, PROMISED, MAY_CONNECT, REFUSED -> withdraw(borrower);
        }
    }

    private void withdraw(Borrower borrower) {
        Origin unused = queue.withdraw(borrower);
        borrower.waitEnded();
        if (unused != null) free(unused);
        // Why: the slot, or its part of the share, may serve another.
        serve();
    }

    // ---- giving back

    /// Ends a loan: the connection goes to whose turn it is, or becomes idle; it is closed when it is not at a
    /// message boundary.
    ///
    /// @throws IllegalStateException when `borrower` does not have `loan`: given back before, or never lent to
    /// it
    public void giveBack(PoolEntry loan, Borrower borrower) {
        if (!endLoan(loan, borrower)) return;
        if (!loan.mayServeAgain()) loan.connection().close(CloseReason.CLOSED);
        else if (loan.isAtBoundary() && !rarely(borrower, PoolPoint.POOL_NOT_CLEAN)) settle(loan);
        else evict(loan, PoolCount.EVICTED_NOT_CLEAN, CloseReason.CLOSED);
    }

    /// Ends a loan and closes the connection.
    ///
    /// @throws IllegalStateException when `borrower` does not have `loan`
    public void discard(PoolEntry loan, Borrower borrower) {
        if (endLoan(loan, borrower)) loan.connection().close(CloseReason.CLOSED);
    }

    /// From now on, until it ends, the loan of `borrower` lasts only while nobody waits for a connection: then
    /// [Borrower#yieldsNow] is called, for the loan that yields for longest first.
    ///
    /// @throws IllegalStateException when it has no loan of this cache
    public void yieldWhenNeeded(Borrower borrower) {
        borrower.loop.requireCurrent();
        if (borrower.state != Borrower.State.HOLDING) throw new IllegalStateException("nothing is lent to yield");
        yielding.add(borrower);
    }

    YieldingLoans yielding() {
        return yielding;
    }

    /// Passes a loan on to `keeper`, which keeps the connection for the next borrower of its own choice: nobody
    /// else is lent it, and it keeps its slot. What comes meanwhile closes it.
    ///
    /// @return false when the connection is not at a message boundary: it is closed, and the loan has ended
    /// @throws IllegalStateException when `borrower` does not have `loan`, or `keeper` has one
    public boolean keep(PoolEntry loan, Borrower borrower, Borrower keeper) {
        borrower.loop.requireCurrent();
        if (!loan.isAtBoundary() || !loan.mayServeAgain()) {
            discard(loan, borrower);
            return false;
        }
        PoolTally tally = side(borrower.loop).tally();
        tally.add(PoolCount.RETURNED);
        tally.add(PoolCount.LENT_NANOS, borrower.loop.nowNanos() - loan.sinceNanos);
        pass(loan, borrower, keeper);
        return true;
    }

    /// Lends `borrower` what `keeper` keeps; [Borrower#borrowed] is not called.
    ///
    /// @return false when `borrower` has a slow address, and such have as many connections as they may: the kept
    ///     one is closed, and it has to wait like the others
    /// @throws IllegalStateException when `keeper` does not have `loan`, or `borrower` has one
    public boolean lendKept(PoolEntry loan, Borrower keeper, Borrower borrower) {
        pass(loan, keeper, borrower);
        borrower.manner = queue.mannerOf(borrower);
        if (!share.tryTake(borrower)) {
            discard(loan, borrower);
            return false;
        }
        count(borrower.loop, PoolCount.REUSED);
        return true;
    }

    private void pass(PoolEntry loan, Borrower from, Borrower to) {
        from.loop.requireCurrent();
        if (loan.holder() != from) throw new IllegalStateException("not on loan to this borrower: " + loan);
        to.begin(this);
        from.loop.tally().closed(Kind.LEASE, from);
        from.endPromise();
        giveShareBack(from);
        yielding.remove(from);
        from.entry = null;
        from.state = Borrower.State.FREE;
        to.promise(loan.origin());
        to.state = Borrower.State.HOLDING;
        to.entry = loan;
        to.loop.tally().opened(Kind.LEASE, to);
        loan.sinceNanos = to.loop.nowNanos();
        loan.lend(to, true);
        // Why: somebody may wait for the part of the share alone.
        serve();
    }

    private boolean endLoan(PoolEntry loan, Borrower borrower) {
        borrower.loop.requireCurrent();
        if (loan.holder() != borrower) throw new IllegalStateException("not on loan to this borrower: " + loan);
        borrower.loop.tally().closed(Kind.LEASE, borrower);
        PoolTally tally = side(borrower.loop).tally();
        tally.add(PoolCount.RETURNED);
        tally.add(PoolCount.LENT_NANOS, borrower.loop.nowNanos() - loan.sinceNanos);
        borrower.endPromise();
        giveShareBack(borrower);
        yielding.remove(borrower);
        borrower.entry = null;
        borrower.state = Borrower.State.FREE;
        return loan.endLoan();
    }

    // ---- ends

    /// Refuses new work and those who wait, gives up attempts to connect, closes what is idle. What is on loan
    /// is closed when it is given back.
    public void close() {
        isClosed = true;
        for (Borrower refused : queue.close()) refused.loop.post(refused.news);
        for (LoopSide side : sides) side.askToClose();
    }

    // ---- for the parts of the cache

    /// Lends `entry`, which nobody else can have; on the borrower's loop.
    void lend(PoolEntry entry, Borrower borrower, boolean reused) {
        if (reused) {
            borrower.waitEnded();
            count(borrower.loop, PoolCount.REUSED);
        }
        borrower.state = Borrower.State.HOLDING;
        borrower.entry = entry;
        borrower.loop.tally().opened(Kind.LEASE, borrower);
        entry.sinceNanos = borrower.loop.nowNanos();
        entry.lend(borrower, reused);
        try {
            borrower.borrowed(entry, reused);
        } catch (RuntimeException | Error failure) { // Why: foreign code; a loan that nobody knows of never ends.
            breakLoan(entry, borrower);
            throw failure;
        }
    }

    /// Ends the loan of `borrower`, whose code has thrown, if it still has it.
    void breakLoan(@Nullable PoolEntry loan, Borrower borrower) {
        if (loan == null || !borrower.holds(loan)) return;
        // Why: its conversation hears of it, and may tell others and end the loan, while there still is one.
        loan.connection().close(CloseReason.CLOSED);
        if (borrower.holds(loan)) discard(loan, borrower);
    }

    /// An origin has returned, and `entry` has shown it: it serves the next waiter, unless that makes its own.
    void settleProbe(PoolEntry entry) {
        if (queue.waitingForConnection() == 0 || queue.isNextSharing()) settle(entry);
        else entry.connection().close(CloseReason.CLOSED);
    }

    /// Gives `entry`, which nobody has, to the next waiter, or puts it on the shelf of its loop.
    void settle(PoolEntry entry) {
        LoopSide side = side(entry.connection().loop());
        if (side.isClosed() || !entry.isShared() || entry.origin().isLeaving()) {
            entry.connection().close(CloseReason.CLOSED);
            return;
        }
        boolean parks = entry.connection().loop().chance().rarely(PoolPoint.POOL_PARKS_FIRST);
        if (queue.waitingForConnection() > 0 && !parks && queue.promiseToNext(entry)) {
            entry.sendAway();
            return;
        }
        entry.connection().noDeadline();
        entry.connection().resumeInput();
        side.park(entry);
        entry.becomeIdle();
        // Why: who began to wait before this could be seen to be idle found nothing.
        serve();
    }

    /// An entry has come to the loop of who it was promised to.
    void arrived(PoolEntry entry) {
        if (!entry.isQuiet()) return;
        Borrower borrower = queue.keepPromise(entry);
        if (borrower == null) settle(entry);
        else lend(entry, borrower, true);
    }

    /// Gives idle connections and free slots to those who wait; on any thread.
    void serve() {
        boolean more = true;
        while (more && queue.waitingForConnection() > 0) {
            more = queue.isNextSharing() ? promiseIdle() || allowOne() : allowOne() || makeRoom() || passOver();
        }
        yielding.serve();
    }

    private boolean promiseIdle() {
        PoolEntry entry = places.claimIdle();
        if (entry == null) return false;
        queue.promiseToNext(entry);
        // Why: when nobody waits for it any more its own loop puts it back, so that a close cannot miss it.
        entry.sendAway();
        return true;
    }

    private boolean allowOne() {
        long now = nowNanos();
        if (returning.isHoldingBack(now)) return false;
        Origin origin = places.reserve(now);
        if (origin == null) return false;
        Borrower borrower = queue.allowNext(origin);
        if (borrower == null) free(origin);
        else returning.lack().tried(now);
        if (borrower != null && !borrower.loop.post(borrower.news)) freeSlotOfNobody(borrower);
        return borrower != null;
    }

    /// Closes an idle connection, because the next waiter makes a connection of its own.
    private boolean makeRoom() {
        // Why: nobody could use the slot now.
        if (returning.isHoldingBack(nowNanos()) || !queue.takeWishForRoom()) return false;
        PoolEntry entry = places.claimIdle();
        if (entry == null) {
            queue.roomMade();
            return false;
        }
        entry.makesRoom = true;
        entry.sendAway();
        return true;
    }

    /// The next waiter makes a connection of its own, which cannot be made now: what is idle serves those
    /// behind it.
    private boolean passOver() {
        if (!returning.isHoldingBack(nowNanos()) || !queue.hasSharing()) return false;
        PoolEntry entry = places.claimIdle();
        if (entry == null) return false;
        queue.promiseToSharing(entry);
        // Why: when none is left its own loop puts it back.
        entry.sendAway();
        return true;
    }

    /// The slot of an idle connection that was closed is free.
    void roomMade() {
        queue.roomMade();
        serve();
    }

    /// Asks more loans to end when more wait than slots are coming for.
    ///
    /// @param here whose thread this is
    void look(EventLoop here) {
        yielding.serve();
        search.begin(here);
    }

    private long nowNanos() {
        return settings.connections().group().clock().nanoTime();
    }

    private void freeSlotOfNobody(Borrower borrower) {
        // Why: its loop is closed, and nobody is left there to be told.
        Origin unused = queue.withdraw(borrower);
        if (unused != null) free(unused);
    }

    /// What happened to a borrower on another thread; on its loop.
    void news(Borrower borrower) {
        if (rarely(borrower, PoolPoint.POOL_NEWS_LATE) && borrower.loop.post(borrower.news)) return;
        switch (queue.takeNews(borrower)) {
            case MAY_CONNECT -> mayConnect(borrower);
            case REFUSED -> refused(borrower, borrower.refusedBecause);
            case FREE, WAITING, PROMISED, CONNECTING, HOLDING -> {}
        }
    }

    private void refused(Borrower borrower, Refusal why) {
        if (why == Refusal.QUEUE_FULL) side(borrower.loop).tally().add(PoolCount.QUEUE_FULL);
        borrower.refuse(why, why == Refusal.QUEUE_FULL ? "too many of this client wait" : "the cache is closed");
    }

    private void mayConnect(Borrower borrower) {
        Origin origin = borrower.promisedBy();
        if (origin == null) throw new IllegalStateException("a slot of no origin was promised");
        if (!side(borrower.loop).isClosed()) {
            connect(borrower, origin);
            return;
        }
        free(origin);
        borrower.refuse(Refusal.CLOSED, "the cache is closed");
    }

    /// Closes `entry` and counts why.
    void evict(PoolEntry entry, PoolCount why, CloseReason reason) {
        count(entry.connection().loop(), why);
        entry.connection().close(reason);
    }

    /// The socket of `entry` is closed: nobody may find it any more.
    void left(PoolEntry entry) {
        side(entry.connection().loop()).unpark(entry);
        entry.origin().remove(entry, entry.connection().loop().nowNanos());
        orphan(entry);
    }

    /// Lets who was promised `entry`, which has died, wait again, in front of all others.
    void orphan(PoolEntry entry) {
        Borrower refused = queue.breakPromise(entry);
        if (refused != null) refused.loop.post(refused.news);
        else serve();
    }

    /// The descriptor of `entry` is free.
    void ended(PoolEntry entry) {
        count(entry.connection().loop(), PoolCount.ENDED);
        free(entry.origin());
        serve();
    }

    /// A slot is free again: its connection has ended, or was never made.
    void free(Origin origin) {
        origin.freeSlot();
        if (origin.isLeaving()) places.measure(share);
        charge.giveBackWhenEmpty();
    }

    CacheCharge charge() {
        return charge;
    }

    /// How its origins stand, and who is told of it.
    AttemptOutcomes outcomes() {
        return outcomes;
    }

    private static boolean rarely(Borrower borrower, RarePoint point) {
        return borrower.loop.chance().rarely(point);
    }

    void count(EventLoop loop, PoolCount what) {
        side(loop).tally().add(what);
    }

    LoopSide side(EventLoop loop) {
        return sides.get(loop.index());
    }

    WaitQueue queue() {
        return queue;
    }

    ComingSlots coming() {
        return coming;
    }

    SlowestSearch search() {
        return search;
    }

    Returning returning() {
        return returning;
    }

    Opener opener() {
        return settings.opener();
    }

    Network network() {
        return settings.network();
    }

    Connections connections() {
        return settings.connections();
    }
}
