package dev.weir.pool;

import dev.weir.loop.EventLoop;
import dev.weir.loop.Mailbox;
import dev.weir.memory.FairBy;
import dev.weir.memory.Turn;
import dev.weir.time.Timer;
import org.jspecify.annotations.Nullable;

/// Somebody who borrows a connection: a field of an exchange, made once and used again.
///
/// **Owns:** the connection it was lent, until [ConnectionCache#giveBack] or [ConnectionCache#discard], one of
/// which must follow each loan, also when the connection has died meanwhile.
/// **Threads:** confined to its loop; it refuses a foreign thread.
/// **Waits:** never waits: it is told.
/// **Limits:** one loan, or one wait for one, at a time.
public abstract class Borrower extends Turn<Borrower> {
    /// Where a borrower stands. WAITING to REFUSED are guarded by the queue's lock, the others confined to the
    /// loop.
    enum State {
        FREE,
        /// In the queue.
        WAITING,
        /// A connection is on its way.
        PROMISED,
        /// A slot is reserved and the loop is about to hear of it.
        MAY_CONNECT,
        /// It was refused and the loop is about to hear of it.
        REFUSED,
        CONNECTING,
        HOLDING
    }

    final EventLoop loop;
    final Mailbox.Node news;
    final Timer timer;
    State state = State.FREE;

    /// Why it was refused by another thread.
    Refusal refusedBecause = Refusal.CLOSED;

    /// What is to be expected of it; written on its loop before it borrows, then as its state.
    Manner manner = Manner.PROMPT;

    /// Whether it counts in the [SlowShare]; written as its state.
    boolean hasShare;

    /// Whether it tried to connect and waits for an origin to return; confined to the loop.
    private boolean awaitsReturn;

    Mailbox.@Nullable Node yielding; // made with the first loan that yields: most never do

    /// Whether its loan lasts only while nobody waits; written on its loop.
    boolean yields;

    // Its place among those whose loans yield: guarded by their lock.
    boolean isListedToYield;
    boolean isAskedToYield;

    @Nullable
    Borrower olderYielding;

    @Nullable
    Borrower newerYielding;

    @Nullable
    PoolEntry entry;

    @Nullable
    Attempt attempt;

    private @Nullable ConnectionCache cache;
    private @Nullable Origin origin;
    private boolean isOutstanding;
    private String why = "";
    private boolean wantsFresh;
    private boolean isTrickling;
    private boolean hasLeft; // guarded by the queue's lock while it is on its way to a connection

    // What it has answered when its borrow began. Why: it is foreign code, which may not fail when something is taken.
    private @Nullable Opener opener;
    private boolean repeats;
    private long turnKey;
    private long beganNanos;
    private long waitedNanos;
    private long connectNanos;

    /// Makes a borrower of this loop.
    ///
    /// @param loop whose thread borrows and is told
    @SuppressWarnings("this-escape") // Why: node and timer run only after a borrow.
    protected Borrower(EventLoop loop) {
        this.loop = loop;
        this.news = new Mailbox.Node(() -> requireCache().news(this));
        this.timer = new Timer(() -> requireCache().waitedLongEnough(this));
    }

    /// Asks that the next borrow be served by a connection made for it, if there is room for one: the idle ones
    /// are suspected of being dead.
    public final void wantFresh() {
        loop.requireCurrent();
        wantsFresh = true;
    }

    /// Whether the borrow that begins wants a fresh connection; asked once.
    boolean takeWish() {
        boolean wish = wantsFresh;
        wantsFresh = false;
        return wish;
    }

    /// All origins are down: whether it waits for one to return, if its cache has it wait at all. Asked when its
    /// attempt to connect has failed.
    protected boolean waitsForReturn() {
        return true;
    }

    /// Whether it waits for an origin to return after an attempt to connect that failed.
    public final boolean awaitsReturn() {
        loop.requireCurrent();
        return awaitsReturn;
    }

    /// It is back among those who wait, because all origins are down.
    void returnAwaited() {
        attempt = null;
        endPromise();
        awaitsReturn = true;
    }

    /// Whether what is to be sent may be sent again should the connection have died in this very turn.
    protected boolean canRepeat() {
        return false;
    }

    /// Whose request this is: where clients take turns for connections, all of one address share its turn.
    ///
    /// @return an address as a number, as `Connection.peerKey()`, or [Turn#NO_ADDRESS]
    protected long clientKey() {
        return NO_ADDRESS;
    }

    /// How long its client has kept it, in nanoseconds, from moving the block it is about to move; only time
    /// counts in
    /// which the client was waited for. One that is slower than the limit gives way when others wait.
    protected long slowNanos() {
        return 0;
    }

    /// Others wait for a connection, and this one has the slowest client of all: it has to give its connection
    /// back or discard it before this returns.
    ///
    /// @return false when it turned out that the client moves after all, and the loan goes on
    protected boolean givesWay() {
        return false;
    }

    /// Says whether the request for which the next borrow is comes slowly: then it counts among those that have
    /// at most half of the connections, until [ConnectionCache#cameWhole].
    public final void trickles(boolean isSlow) {
        loop.requireCurrent();
        if (state != State.FREE) throw new IllegalStateException("it borrows already: this borrower is " + state);
        isTrickling = isSlow;
    }

    /// Says whether the client for which the next borrow is has ended its side, and may have left: then it
    /// waits behind all others, and nobody gives a connection up for it.
    public final void leaves(boolean hasEnded) {
        loop.requireCurrent();
        if (state != State.FREE) throw new IllegalStateException("it borrows already: this borrower is " + state);
        hasLeft = hasEnded && !isTrickling;
    }

    /// Its client may have left since it began.
    void clientLeft() {
        hasLeft = true;
    }

    boolean hasLeft() {
        return hasLeft;
    }

    void noLongerTrickles() {
        isTrickling = false;
    }

    boolean isTrickling() {
        return isTrickling;
    }

    /// The address whose turn it uses.
    long turnKey() {
        return turnKey;
    }

    /// What its loop is asked to yield with; on its loop before, on any thread after it was listed.
    Mailbox.Node yielding() {
        Mailbox.Node node = yielding;
        if (node == null) {
            node = new Mailbox.Node(() -> requireCache().yielding().asked(this));
            yielding = node;
        }
        return node;
    }

    void takesTurnsBy(FairBy fairBy) {
        turnOf(fairBy == FairBy.ADDRESS ? turnKey : NO_ADDRESS);
    }

    boolean holds(PoolEntry asked) {
        return state == State.HOLDING && entry == asked;
    }

    /// A connection is lent, possibly before [ConnectionCache#borrow] returned.
    ///
    /// @param loan lent until it is given back or discarded
    /// @param reused whether it has served before: it may then end before a byte of an answer came
    protected abstract void borrowed(PoolEntry loan, boolean reused);

    /// Nothing is lent, and nothing was sent; possibly told before [ConnectionCache#borrow] returned. The
    /// borrower is free by then and may borrow again.
    protected abstract void refused(Refusal refusal);

    /// The origin that was chosen or tried last; null when none was.
    public final @Nullable Origin origin() {
        loop.requireCurrent();
        return origin;
    }

    /// The same, for the queue, which takes back what was promised on any thread.
    @Nullable
    Origin promisedBy() {
        return origin;
    }

    /// What is known beyond the last [Refusal], such as `Connection refused`.
    public final String why() {
        loop.requireCurrent();
        return why;
    }

    /// How long the last borrow waited for the cache, in nanoseconds; connecting not included.
    public final long waitedNanos() {
        loop.requireCurrent();
        return waitedNanos;
    }

    /// How long connecting took for the last borrow, in nanoseconds; 0 when nothing was connected for it.
    public final long connectNanos() {
        loop.requireCurrent();
        return connectNanos;
    }

    /// Whether it holds no connection, waits for none, and nothing is on its way to it.
    public final boolean isFree() {
        loop.requireCurrent();
        return state == State.FREE && !isAskedToYield;
    }

    void begin(ConnectionCache asked) {
        if (state != State.FREE) throw new IllegalStateException("one loan at a time: this borrower is " + state);
        opener = ownOpener();
        repeats = canRepeat();
        turnKey = clientKey();
        cache = asked;
        origin = null;
        awaitsReturn = false;
        why = "";
        beganNanos = loop.nowNanos();
        waitedNanos = 0;
        connectNanos = 0;
    }

    long beganNanos() {
        return beganNanos;
    }

    /// Counts it as outstanding at `chosen`.
    void promise(Origin chosen) {
        endPromise();
        origin = chosen;
        isOutstanding = true;
        chosen.promised();
    }

    void endPromise() {
        if (isOutstanding && origin != null) origin.promiseEnded();
        isOutstanding = false;
    }

    void waitEnded() {
        awaitsReturn = false;
        loop.wheel().cancel(timer);
        waitedNanos = loop.nowNanos() - beganNanos;
    }

    void connectEnded(long tookNanos) {
        connectNanos = tookNanos;
    }

    /// Frees it and tells it; on its loop, in no queue.
    void refuse(Refusal refusal, String reason) {
        if (timer.isScheduled()) waitEnded();
        requireCache().giveShareBack(this);
        endPromise();
        awaitsReturn = false;
        state = State.FREE;
        attempt = null;
        entry = null;
        why = reason;
        refused(refusal);
    }

    /// Others wait for a connection, and the loan was said to yield then ([ConnectionCache#yieldWhenNeeded]):
    /// it has to be given back or discarded before this returns.
    protected void yieldsNow() {
        throw new IllegalStateException("a loan that yields needs a borrower that can end it");
    }

    /// Makes the conversation of a connection that serves this borrower alone: it is always made for it, never
    /// lent before or after, and takes a slot like all others. Null, the default: the connection is shared, and
    /// the cache makes its conversation.
    protected @Nullable Opener ownOpener() {
        return null;
    }

    /// Whether it can be lent a connection that has served others.
    final boolean isSharing() {
        return opener == null;
    }

    /// Who makes the conversation of its own connection; null when it shares one.
    final @Nullable Opener opener() {
        return opener;
    }

    /// Whether it may repeat what it sends.
    final boolean repeats() {
        return repeats;
    }

    private ConnectionCache requireCache() {
        ConnectionCache asked = cache;
        if (asked == null) throw new IllegalStateException("this borrower has borrowed nothing yet");
        return asked;
    }
}
