package dev.weir.pool.exclusive;

import dev.weir.loop.EventLoop;
import dev.weir.loop.Mailbox;
import dev.weir.pool.Origin;
import dev.weir.pool.SlotDemand;
import dev.weir.pool.Waiter;
import org.jspecify.annotations.Nullable;

/// The use of one connection by one exchange: requested with [ConnectionCache#borrow], perhaps waited for, held,
/// ended. Make it a field of the exchange and use it again for the next one.
///
/// **Owns:** the connection it holds, until [#giveBack], [#discard] or [#passTo]; one of these must follow, even if
/// the connection has ended meanwhile.
/// **Threads:** confined to its loop; its methods throw on a foreign thread.
/// **Waits:** never waits: it is notified.
/// **Limits:** one connection, or one wait for one, at a time.
public abstract class Lease extends Waiter {
    private @Nullable Lender lender;
    private boolean wantsFresh;

    // The answers of its query methods when it asked. Why: they are foreign code, which must not fail once
    // something is taken.
    private @Nullable Opener opener;
    private boolean repeats;

    private Mailbox.@Nullable Node yielding; // made when it first yields: most leases never do

    /// Whether it yields to waiters; written on its loop.
    boolean yields;

    // Its place in the list of yielding leases, guarded by the lock of that list.
    boolean isListedToYield;
    boolean isAskedToYield;

    /// The demand for which it was asked to yield.
    @Nullable
    SlotDemand yieldsFor;

    /// The origin of the connection that it would free.
    @Nullable
    Origin yieldsAt;

    @Nullable
    Lease olderYielding;

    @Nullable
    Lease newerYielding;

    /// Creates a lease of `loop`.
    ///
    /// @param loop the loop on whose thread it borrows and is notified
    protected Lease(EventLoop loop) {
        super(loop);
    }

    // ---- implemented by a subclass

    /// It holds a connection; possibly called before [ConnectionCache#borrow] returns.
    ///
    /// @param entry lent until this lease ends
    /// @param reused whether the connection has served before: then it may end before a byte of the answer has come
    protected abstract void borrowed(PoolEntry entry, boolean reused);

    /// Whether its request may be sent again if it turns out that the peer has just closed the connection. Then a
    /// check that costs a system call is saved.
    protected boolean canRepeat() {
        return false;
    }

    /// How long its client has delayed the block that it is moving now, in nanoseconds; only time in which the
    /// client was waited for counts. A lease over the limit is ended when others wait.
    protected long slowNanos() {
        return 0;
    }

    /// Others wait for a connection, and this lease has the slowest client of all: it has to end before this
    /// returns.
    ///
    /// @return false if the client has moved after all, and the lease continues
    protected boolean endIfStalled() {
        return false;
    }

    /// Others wait for a connection, and this lease yields to them ([#yieldWhenNeeded]): it has to end before this
    /// returns.
    protected void endForWaiter() {
        throw new IllegalStateException("a lease that yields must implement endForWaiter");
    }

    /// Makes the conversation of a connection that serves this lease alone: the connection is always new, is never
    /// lent to another lease, and takes a slot like all others. Null, the default, means that the connection is
    /// shared, and the cache makes its conversation.
    protected @Nullable Opener ownOpener() {
        return null;
    }

    // ---- called by its owner

    /// Asks for a new connection at the next borrow, if there is a slot for one, because idle ones may be dead.
    public final void wantFresh() {
        loop().requireCurrent();
        wantsFresh = true;
    }

    /// The connection it holds; null if it holds none.
    public final @Nullable PoolEntry held() {
        loop().requireCurrent();
        return isHolding() ? entry() : null;
    }

    /// Ends the lease. The connection goes to the next waiter or becomes idle; it is closed if it is not at a
    /// message boundary.
    ///
    /// @throws IllegalStateException if it holds no connection
    public final void giveBack() {
        requireLender().giveBack(this);
    }

    /// Ends the lease and closes the connection.
    ///
    /// @throws IllegalStateException if it holds no connection
    public final void discard() {
        requireLender().discard(this);
    }

    /// Ends the lease and passes the connection to `keeper`, which keeps it for a later lease of its choice: no
    /// other lease can get it, and it keeps its slot. Input in the meantime closes it.
    ///
    /// @return false if the connection is not at a message boundary: it is closed, and the keeper has nothing
    /// @throws IllegalStateException if this holds no connection, or `keeper` holds one
    public final boolean passTo(Lease keeper) {
        return requireLender().passToKeeper(this, keeper);
    }

    /// Takes the connection that `keeper` keeps; [#borrowed] is not called.
    ///
    /// @return false if this lease belongs to the slow ones and their share is used up: the kept connection is
    ///     closed, and this has to wait like the others
    /// @throws IllegalStateException if `keeper` holds no connection, or this holds one
    public final boolean takeFrom(Lease keeper) {
        loop().requireCurrent();
        return keeper.requireLender().passFromKeeper(keeper, this);
    }

    /// Lets the lease yield to waiters from now on until it ends: when others wait for a connection,
    /// [#endForWaiter] is called, on the lease that has been yielding longest first.
    ///
    /// @throws IllegalStateException if it holds no connection
    public final void yieldWhenNeeded() {
        loop().requireCurrent();
        if (!isHolding()) throw new IllegalStateException("no connection is held that could yield: " + this);
        requireLender().yieldWhenNeeded(this);
    }

    // ---- queries

    /// Whether it may borrow: it holds no connection, does not wait, and nothing is on its way to it.
    @Override
    public final boolean isFree() {
        return super.isFree() && !isAskedToYield;
    }

    /// Whether it accepts a connection that has served others.
    @Override
    protected final boolean acceptsReused() {
        return opener == null;
    }

    /// Makes the conversation of its own connection; null if it accepts a shared one.
    @Nullable
    Opener opener() {
        return opener;
    }

    /// Whether it may send its request again.
    boolean repeats() {
        return repeats;
    }

    // ---- for its cache

    void borrowsFrom(Lender asked) {
        requireFree();
        opener = ownOpener();
        repeats = canRepeat();
        lender = asked;
    }

    /// It holds `entry`, and is counted as outstanding at its origin.
    void takes(PoolEntry entry) {
        promise(entry.origin());
        holds(entry);
    }

    /// It holds `entry`, and is counted already.
    void grant(PoolEntry entry) {
        holds(entry);
    }

    /// Whether it has a part of the slow share.
    boolean hasPart() {
        return hasShare();
    }

    void promiseAt(Origin origin) {
        promise(origin);
    }

    void endWait() {
        waitEnded();
    }

    void release() {
        endPromise();
        holdsNothing();
    }

    /// Whether it wants a new connection now; resets the wish.
    boolean takeWish() {
        boolean wish = wantsFresh;
        wantsFresh = false;
        return wish;
    }

    /// What it was promised or holds.
    @Nullable
    PoolEntry entry() {
        return (PoolEntry) offer();
    }

    boolean isHolding(PoolEntry asked) {
        return isHolding() && entry() == asked;
    }

    /// The connection it holds.
    PoolEntry requireHeld() {
        PoolEntry held = entry();
        if (held == null || isPromised()) throw new IllegalStateException("no connection is held: " + this);
        return held;
    }

    /// The node by which its loop is asked to let it yield; called on its loop first, and on any thread once it is
    /// listed.
    Mailbox.Node yielding() {
        Mailbox.Node node = yielding;
        if (node == null) {
            node = new Mailbox.Node(() -> requireLender().askedToYield(this));
            yielding = node;
        }
        return node;
    }

    private Lender requireLender() {
        loop().requireCurrent();
        Lender asked = lender;
        if (asked == null) throw new IllegalStateException("it has borrowed nothing yet: " + this);
        return asked;
    }
}
