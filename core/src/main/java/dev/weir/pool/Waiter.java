package dev.weir.pool;

import dev.weir.loop.EventLoop;
import dev.weir.loop.Mailbox;
import dev.weir.memory.wait.FairBy;
import dev.weir.memory.wait.FairQueueNode;
import dev.weir.time.Timer;
import org.jspecify.annotations.Nullable;

/// What may have to wait in a pool: the lease of a connection, or of a part of one.
///
/// **Threads:** confined to its loop; it refuses a foreign thread.
/// **Waits:** never waits: it is notified.
/// **Limits:** one wait at a time.
public abstract class Waiter extends FairQueueNode<Waiter> {
    /// Where it stands. WAITING to REFUSED are guarded by the queue's lock, the others confined to the loop.
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

    /// Where it waits.
    interface WaitHandler {
        /// What happened to it on another thread is to be acted on.
        void notified(Waiter waiter);

        /// Its timer has run.
        void waitedLongEnough(Waiter waiter);

        void cancel(Waiter waiter);

        void requestComplete(Waiter waiter);

        void clientLeft(Waiter waiter);

        /// It counts in the share of the slow no longer.
        void giveShareBack(Waiter waiter);
    }

    /// A connection that is being made for it.
    interface PendingConnect {
        /// It gave up.
        void forget();
    }

    private final EventLoop loop;
    final Mailbox.Node notification;
    final Timer timer;
    State state = State.FREE;

    /// Why it was refused by another thread.
    Refusal refusedBecause = Refusal.CLOSED;

    /// What is to be expected of it; written on its loop before it asks, then as its state.
    WaitClass waitClass = WaitClass.PROMPT;

    /// Whether it counts in the [SlowShare]; written as its state.
    boolean hasShare;

    /// What it was promised or holds.
    @Nullable
    Offer offer;

    @Nullable
    PendingConnect attempt;

    private @Nullable WaitHandler handler;
    private @Nullable Origin origin;
    private @Nullable Origin pinnedTo; // guarded by the queue's lock while it waits
    private boolean isOutstanding;

    /// Whether it tried to connect and waits for an origin to return; confined to the loop.
    private boolean awaitsReturn;

    private String why = "";
    private boolean isTrickling;
    private boolean clientHasLeft; // guarded by the queue's lock while it is on its way to a connection

    // What it has answered when it asked. Why: it is foreign code, which may not fail when something is taken.
    private long turnKey;

    private long beganNanos;
    private long waitedNanos;
    private long connectNanos;

    /// Makes one of this loop.
    ///
    /// @param loop whose thread asks and is notified
    @SuppressWarnings("this-escape") // Why: node and timer run only after it has asked.
    protected Waiter(EventLoop loop) {
        this.loop = loop;
        this.notification = new Mailbox.Node(() -> requireHandler().notified(this));
        this.timer = new Timer(() -> requireHandler().waitedLongEnough(this));
    }

    // ---- what a subclass says

    /// It got nothing, and nothing was sent; possibly called before it has finished asking. It is free by then
    /// and may ask again.
    protected abstract void refused(Refusal refusal);

    /// All origins are down: whether it waits for one to return, if its pool has it wait at all. Asked when its
    /// attempt to connect has failed.
    protected boolean waitsForReturn() {
        return true;
    }

    /// Whose request this is: where clients take turns for connections, all of one address share its turn.
    ///
    /// @return an address as a number, as `Connection.peerKey()`, or [FairQueueNode#NO_ADDRESS]
    protected long clientKey() {
        return NO_ADDRESS;
    }

    /// Whether it can have what has served others.
    protected abstract boolean acceptsReused();

    // ---- what its owner does

    /// Says whether the request for which it will ask comes slowly: then it counts among those that have at
    /// most half of the connections, until [#requestComplete].
    public final void setTrickling(boolean isSlow) {
        loop.requireCurrent();
        requireFree();
        isTrickling = isSlow;
    }

    /// Says whether the client for which it will ask has ended its side, and may have left: then it waits
    /// behind all others, and nobody gives a connection up for it.
    public final void setClientLeft(boolean hasEnded) {
        loop.requireCurrent();
        requireFree();
        clientHasLeft = hasEnded && !isTrickling;
    }

    /// Says that what it will ask for is to lead to this origin, also when it has to wait for it, or is passed
    /// over; null for any. Where the origin has left, another serves as well.
    public final void pinTo(@Nullable Origin one) {
        loop.requireCurrent();
        requireFree();
        pinnedTo = one;
    }

    /// Gives up whatever it waits for. What was on its way to it goes to the next; a connection being made for it
    /// will be idle. Does nothing when it waits for nothing.
    public final void cancel() {
        loop.requireCurrent();
        if (handler != null) handler.cancel(this);
    }

    /// The request that it is for trickles no longer.
    public final void requestComplete() {
        loop.requireCurrent();
        if (!isTrickling) return;
        isTrickling = false;
        if (handler != null) handler.requestComplete(this);
    }

    /// Its client has ended its side, and may have left: while it waits all others are served before it, and one
    /// that finds the queue full has its place. Does nothing when it does not wait.
    public final void clientLeft() {
        loop.requireCurrent();
        if (handler != null) handler.clientLeft(this);
    }

    // ---- what is known of it

    /// The loop whose thread asks and is notified.
    public final EventLoop loop() {
        return loop;
    }

    /// Whether it waits for an origin to return after an attempt to connect that failed.
    public final boolean awaitsReturn() {
        loop.requireCurrent();
        return awaitsReturn;
    }

    /// The origin that was chosen or tried last; null when none was.
    public final @Nullable Origin origin() {
        loop.requireCurrent();
        return origin;
    }

    /// What is known beyond the last [Refusal], such as `Connection refused`.
    public final String why() {
        loop.requireCurrent();
        return why;
    }

    /// How long the last wait took, in nanoseconds; connecting not included.
    public final long waitedNanos() {
        loop.requireCurrent();
        return waitedNanos;
    }

    /// How long connecting took for it the last time, in nanoseconds; 0 when nothing was connected for it.
    public final long connectNanos() {
        loop.requireCurrent();
        return connectNanos;
    }

    /// Whether it holds nothing, waits for nothing, and nothing is on its way to it.
    public boolean isFree() {
        loop.requireCurrent();
        return state == State.FREE;
    }

    // ---- for its discipline

    /// It holds `granted` from now on.
    protected final void holds(Offer granted) {
        offer = granted;
        state = State.HOLDING;
    }

    /// It has ended what it held.
    protected final void holdsNothing() {
        offer = null;
        state = State.FREE;
    }

    /// Whether it holds something.
    protected final boolean isHolding() {
        return state == State.HOLDING;
    }

    /// What it was promised or holds.
    protected final @Nullable Offer offer() {
        return offer;
    }

    /// Whether what it was promised is on its way.
    protected final boolean isPromised() {
        return state == State.PROMISED;
    }

    /// Whether it counts in the share of the slow.
    protected final boolean hasShare() {
        return hasShare;
    }

    /// Counts it as outstanding at `chosen`.
    protected final void promise(Origin chosen) {
        endPromise();
        origin = chosen;
        isOutstanding = true;
        chosen.promised();
    }

    /// It is outstanding nowhere.
    protected final void endPromise() {
        if (isOutstanding && origin != null) origin.promiseEnded();
        isOutstanding = false;
    }

    /// It waits no longer, if it did.
    protected final void waitEnded() {
        awaitsReturn = false;
        loop.wheel().cancel(timer);
        waitedNanos = loop.nowNanos() - beganNanos;
    }

    // ---- for the pool

    /// It is about to ask for something, and may wait for it in `asked`.
    void begin(WaitHandler asked) {
        requireFree();
        turnKey = clientKey();
        handler = asked;
        origin = null;
        awaitsReturn = false;
        why = "";
        beganNanos = loop.nowNanos();
        waitedNanos = 0;
        connectNanos = 0;
    }

    @Nullable
    Origin pinnedTo() {
        return pinnedTo;
    }

    /// It is pinned to no origin any more; under the queue's lock, or when it does not wait.
    void unpin() {
        pinnedTo = null;
    }

    boolean clientHasLeft() {
        return clientHasLeft;
    }

    /// Its client may have left since it began; under the queue's lock.
    void markClientLeft() {
        clientHasLeft = true;
    }

    boolean isTrickling() {
        return isTrickling;
    }

    /// The address whose turn it uses.
    long turnKey() {
        return turnKey;
    }

    void setFairness(FairBy fairBy) {
        setAddressKey(fairBy == FairBy.ADDRESS ? turnKey : NO_ADDRESS);
    }

    /// The same as [#origin], for the queue, which takes back what was promised on any thread.
    @Nullable
    Origin promisedBy() {
        return origin;
    }

    long beganNanos() {
        return beganNanos;
    }

    /// It is back among those who wait, because all origins are down.
    void returnAwaited() {
        attempt = null;
        endPromise();
        awaitsReturn = true;
    }

    void connectEnded(long tookNanos) {
        connectNanos = tookNanos;
    }

    /// Frees it and tells it; on its loop, in no queue.
    void refuse(Refusal refusal, String reason) {
        if (timer.isScheduled()) waitEnded();
        requireHandler().giveShareBack(this);
        endPromise();
        awaitsReturn = false;
        holdsNothing();
        attempt = null;
        why = reason;
        refused(refusal);
    }

    /// Refuses one that is in use.
    protected final void requireFree() {
        if (state != State.FREE) throw new IllegalStateException("one connection at a time: this waiter is " + state);
    }

    private WaitHandler requireHandler() {
        WaitHandler asked = handler;
        if (asked == null) throw new IllegalStateException("it has asked for nothing yet: " + this);
        return asked;
    }
}
