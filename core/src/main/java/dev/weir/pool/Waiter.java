package dev.weir.pool;

import dev.weir.loop.EventLoop;
import dev.weir.loop.Mailbox;
import dev.weir.memory.wait.FairBy;
import dev.weir.memory.wait.FairQueueNode;
import dev.weir.time.Timer;
import org.jspecify.annotations.Nullable;

/// Something that may have to wait in a pool: the lease of a connection, or of a part of one.
///
/// **Threads:** confined to its loop; its methods throw on a foreign thread.
/// **Waits:** never waits: it is notified.
/// **Limits:** one wait at a time.
public abstract class Waiter extends FairQueueNode<Waiter> {
    /// The state of a waiter. WAITING to REFUSED are guarded by the queue's lock; the others are confined to the
    /// loop.
    enum State {
        FREE,
        /// In the queue.
        WAITING,
        /// A connection is on its way.
        PROMISED,
        /// A slot is reserved, and its loop will be notified.
        MAY_CONNECT,
        /// It was refused, and its loop will be notified.
        REFUSED,
        CONNECTING,
        HOLDING
    }

    /// What handles its waiting.
    interface WaitHandler {
        /// Acts on a state that was set by another thread.
        void notified(Waiter waiter);

        /// Its timer has fired.
        void waitedLongEnough(Waiter waiter);

        void cancel(Waiter waiter);

        void requestComplete(Waiter waiter);

        void clientLeft(Waiter waiter);

        /// Gives back its part of the slow share.
        void giveShareBack(Waiter waiter);
    }

    /// An attempt to connect for it.
    interface PendingConnect {
        /// The waiter was cancelled.
        void forget();
    }

    private final EventLoop loop;
    final Mailbox.Node notification;
    final Timer timer;
    State state = State.FREE;

    /// Why it was refused by another thread.
    Refusal refusedBecause = Refusal.CLOSED;

    /// Its class; written on its loop before it asks, later like its state.
    WaitClass waitClass = WaitClass.PROMPT;

    /// Whether it has a part of the [SlowShare]; written like its state.
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

    /// Whether its attempt to connect failed and it waits for an origin to return; confined to the loop.
    private boolean awaitsReturn;

    private String why = "";
    private boolean isTrickling;
    private boolean clientHasLeft; // guarded by the queue's lock while it waits or was promised a connection

    // The answers of its query methods when it asked. Why: they are foreign code, which must not fail once
    // something is taken.
    private long turnKey;

    private long beganNanos;
    private long waitedNanos;
    private long connectNanos;

    /// Creates a waiter of `loop`.
    ///
    /// @param loop the loop on whose thread it asks and is notified
    @SuppressWarnings("this-escape") // Why: node and timer run only after it has asked.
    protected Waiter(EventLoop loop) {
        this.loop = loop;
        this.notification = new Mailbox.Node(() -> requireHandler().notified(this));
        this.timer = new Timer(() -> requireHandler().waitedLongEnough(this));
    }

    // ---- implemented by a subclass

    /// It was refused, and nothing was sent; possibly called before the call that asked has returned. It is free by
    /// then and may ask again.
    protected abstract void refused(Refusal refusal);

    /// Whether it waits for an origin to return when all are down, if its pool allows that. Called after its
    /// attempt to connect has failed.
    protected boolean waitsForReturn() {
        return true;
    }

    /// The address of the client of its request: if client addresses take turns, all requests of one address share
    /// its turn.
    ///
    /// @return an address as a number, as `Connection.peerKey()`, or [FairQueueNode#NO_ADDRESS]
    protected long clientKey() {
        return NO_ADDRESS;
    }

    /// Whether it accepts a connection that has served others.
    protected abstract boolean acceptsReused();

    // ---- called by its owner

    /// Sets whether its request arrives slowly. Such requests together have at most half of the connections; it
    /// counts among them until [#requestComplete].
    public final void setTrickling(boolean isSlow) {
        loop.requireCurrent();
        requireFree();
        isTrickling = isSlow;
    }

    /// Sets whether its client has ended its side and may have left. It is served after all others then, and no
    /// lease is ended for it.
    public final void setClientLeft(boolean hasEnded) {
        loop.requireCurrent();
        requireFree();
        clientHasLeft = hasEnded && !isTrickling;
    }

    /// Pins it to an origin: it gets a connection to that origin only, even if it has to wait for it or the origin
    /// is passed over; null for any origin. If the origin was removed, any other will do.
    public final void pinTo(@Nullable Origin one) {
        loop.requireCurrent();
        requireFree();
        pinnedTo = one;
    }

    /// Cancels its wait. A connection on its way to it goes to the next waiter; a connection being made for it
    /// becomes idle. Does nothing if it does not wait.
    public final void cancel() {
        loop.requireCurrent();
        if (handler != null) handler.cancel(this);
    }

    /// Its request has arrived completely and does not count as trickling any more.
    public final void requestComplete() {
        loop.requireCurrent();
        if (!isTrickling) return;
        isTrickling = false;
        if (handler != null) handler.requestComplete(this);
    }

    /// Its client has ended its side and may have left: while it waits, all others are served before it, and it
    /// loses its place if the queue is full and a new waiter comes. Does nothing if it does not wait.
    public final void clientLeft() {
        loop.requireCurrent();
        if (handler != null) handler.clientLeft(this);
    }

    // ---- queries

    /// The loop on whose thread it asks and is notified.
    public final EventLoop loop() {
        return loop;
    }

    /// Whether it waits for an origin to return after its attempt to connect failed.
    public final boolean awaitsReturn() {
        loop.requireCurrent();
        return awaitsReturn;
    }

    /// The origin that was chosen or tried last; null if there was none.
    public final @Nullable Origin origin() {
        loop.requireCurrent();
        return origin;
    }

    /// The detail of the last [Refusal], such as `Connection refused`.
    public final String why() {
        loop.requireCurrent();
        return why;
    }

    /// How long the last wait took, in nanoseconds, without connecting.
    public final long waitedNanos() {
        loop.requireCurrent();
        return waitedNanos;
    }

    /// How long connecting for it took the last time, in nanoseconds; 0 if no connection was made for it.
    public final long connectNanos() {
        loop.requireCurrent();
        return connectNanos;
    }

    /// Whether it may ask: it holds nothing, does not wait, and nothing is on its way to it.
    public boolean isFree() {
        loop.requireCurrent();
        return state == State.FREE;
    }

    // ---- for the discipline

    /// It holds `granted` from now on.
    protected final void holds(Offer granted) {
        offer = granted;
        state = State.HOLDING;
    }

    /// It holds nothing from now on.
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

    /// Whether a promised connection is on its way to it.
    protected final boolean isPromised() {
        return state == State.PROMISED;
    }

    /// Whether it has a part of the slow share.
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

    /// Ends counting it as outstanding.
    protected final void endPromise() {
        if (isOutstanding && origin != null) origin.promiseEnded();
        isOutstanding = false;
    }

    /// Ends its wait, if there is one: stops the timer and takes the time.
    protected final void waitEnded() {
        awaitsReturn = false;
        loop.wheel().cancel(timer);
        waitedNanos = loop.nowNanos() - beganNanos;
    }

    // ---- for the pool

    /// It is about to ask, and `asked` handles its waiting.
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

    /// Ends the pin to an origin; under the queue's lock, or while it does not wait.
    void unpin() {
        pinnedTo = null;
    }

    boolean clientHasLeft() {
        return clientHasLeft;
    }

    /// Sets that its client may have left; under the queue's lock.
    void markClientLeft() {
        clientHasLeft = true;
    }

    boolean isTrickling() {
        return isTrickling;
    }

    /// The client address whose turn it uses.
    long turnKey() {
        return turnKey;
    }

    void setFairness(FairBy fairBy) {
        setAddressKey(fairBy == FairBy.ADDRESS ? turnKey : NO_ADDRESS);
    }

    /// The same as [#origin], for the queue, which withdraws promises on any thread.
    @Nullable
    Origin promisedBy() {
        return origin;
    }

    long beganNanos() {
        return beganNanos;
    }

    /// It waits again, for an origin to return.
    void returnAwaited() {
        attempt = null;
        endPromise();
        awaitsReturn = true;
    }

    void connectEnded(long tookNanos) {
        connectNanos = tookNanos;
    }

    /// Frees it and calls [#refused]; on its loop, while it is in no queue.
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

    /// Throws if it is in use.
    protected final void requireFree() {
        if (state != State.FREE) throw new IllegalStateException("one connection at a time: this waiter is " + state);
    }

    private WaitHandler requireHandler() {
        WaitHandler asked = handler;
        if (asked == null) throw new IllegalStateException("it has asked for nothing yet: " + this);
        return asked;
    }
}
