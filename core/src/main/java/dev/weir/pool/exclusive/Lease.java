package dev.weir.pool.exclusive;

import dev.weir.loop.EventLoop;
import dev.weir.loop.Mailbox;
import dev.weir.pool.Origin;
import dev.weir.pool.SlotDemand;
import dev.weir.pool.Waiter;
import org.jspecify.annotations.Nullable;

/// The use of one connection by one exchange: asked for with [ConnectionCache#borrow], perhaps waited for,
/// held, ended. It is a field of the exchange, made once and used again.
///
/// **Owns:** the connection it holds, until [#giveBack], [#discard] or [#passTo], one of which must follow,
/// also when the connection has died meanwhile.
/// **Threads:** confined to its loop; it refuses a foreign thread.
/// **Waits:** never waits: it is notified.
/// **Limits:** one connection, or one wait for one, at a time.
public abstract class Lease extends Waiter {
    private @Nullable Lender lender;
    private boolean wantsFresh;

    // What it has answered when it asked. Why: it is foreign code, which may not fail when something is taken.
    private @Nullable Opener opener;
    private boolean repeats;

    private Mailbox.@Nullable Node yielding; // made with the first use that yields: most never do

    /// Whether it lasts only while nobody waits; written on its loop.
    boolean yields;

    // Its place among those that yield: guarded by their lock.
    boolean isListedToYield;
    boolean isAskedToYield;

    /// For whose waiters it was asked to yield.
    @Nullable
    SlotDemand yieldsFor;

    /// Where the connection leads that it would give up.
    @Nullable
    Origin yieldsAt;

    @Nullable
    Lease olderYielding;

    @Nullable
    Lease newerYielding;

    /// Makes a lease of this loop.
    ///
    /// @param loop whose thread borrows and is notified
    protected Lease(EventLoop loop) {
        super(loop);
    }

    // ---- what a subclass says

    /// It holds a connection, possibly before [ConnectionCache#borrow] returned.
    ///
    /// @param entry lent until this lease ends
    /// @param reused whether it has served before: it may then end before a byte of an answer came
    protected abstract void borrowed(PoolEntry entry, boolean reused);

    /// Whether what is to be sent may be sent again should the connection have died in this very turn.
    protected boolean canRepeat() {
        return false;
    }

    /// How long its client has kept it, in nanoseconds, from moving the block it is about to move; only time
    /// counts in which the client was waited for. One that is slower than the limit gives way when others wait.
    protected long slowNanos() {
        return 0;
    }

    /// Others wait for a connection, and this one has the slowest client of all: it has to end before this returns.
    ///
    /// @return false when it turned out that the client moves after all, and it goes on
    protected boolean endIfStalled() {
        return false;
    }

    /// Others wait for a connection, and it was said to yield then ([#yieldWhenNeeded]): it has to end before this
    /// returns.
    protected void endForWaiter() {
        throw new IllegalStateException("a lease that yields must be able to end");
    }

    /// Makes the conversation of a connection that serves this lease alone: it is always made for it, never
    /// lent before or after, and takes a slot like all others. Null, the default: the connection is shared, and
    /// the cache makes its conversation.
    protected @Nullable Opener ownOpener() {
        return null;
    }

    // ---- what its owner does

    /// Asks that the next use be served by a connection made for it, if there is room for one: the idle ones are
    /// suspected of being dead.
    public final void wantFresh() {
        loop().requireCurrent();
        wantsFresh = true;
    }

    /// The connection it holds; null when it holds none.
    public final @Nullable PoolEntry held() {
        loop().requireCurrent();
        return isHolding() ? entry() : null;
    }

    /// Ends it: the connection goes to whose turn it is, or becomes idle; it is closed when it is not at a message
    /// boundary.
    ///
    /// @throws IllegalStateException when it holds no connection
    public final void giveBack() {
        requireLender().giveBack(this);
    }

    /// Ends it and closes the connection.
    ///
    /// @throws IllegalStateException when it holds no connection
    public final void discard() {
        requireLender().discard(this);
    }

    /// Ends it and passes the connection on to `keeper`, which keeps it for the next lease of its own choice:
    /// nobody else has it, and it keeps its slot. What comes meanwhile closes it.
    ///
    /// @return false when the connection is not at a message boundary: it is closed, and the keeper has nothing
    /// @throws IllegalStateException when this holds no connection, or `keeper` holds one
    public final boolean passTo(Lease keeper) {
        return requireLender().passToKeeper(this, keeper);
    }

    /// Has from now on what `keeper` keeps; [#borrowed] is not called.
    ///
    /// @return false when this has a slow address, and such have as many connections as they may: the kept one is
    ///     closed, and this has to wait like the others
    /// @throws IllegalStateException when `keeper` holds no connection, or this holds one
    public final boolean takeFrom(Lease keeper) {
        loop().requireCurrent();
        return keeper.requireLender().passFromKeeper(keeper, this);
    }

    /// From now on, until it ends, it lasts only while nobody waits for a connection: then [#endForWaiter] is
    /// called, for the one that yields for longest first.
    ///
    /// @throws IllegalStateException when it holds no connection
    public final void yieldWhenNeeded() {
        loop().requireCurrent();
        if (!isHolding()) throw new IllegalStateException("no connection is held that could yield: " + this);
        requireLender().yieldWhenNeeded(this);
    }

    // ---- what is known of it

    /// Whether it holds no connection, waits for none, and nothing is on its way to it.
    @Override
    public final boolean isFree() {
        return super.isFree() && !isAskedToYield;
    }

    /// Whether it can be lent a connection that has served others.
    @Override
    protected final boolean acceptsReused() {
        return opener == null;
    }

    /// What makes the conversation of its own connection; null when it shares one.
    @Nullable
    Opener opener() {
        return opener;
    }

    /// Whether it may repeat what it sends.
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

    /// Counts it as outstanding where `entry` leads, which it holds.
    void takes(PoolEntry entry) {
        promise(entry.origin());
        holds(entry);
    }

    /// It holds `entry`, whose origin it is outstanding at.
    void grant(PoolEntry entry) {
        holds(entry);
    }

    /// Whether it has a part of the share of the slow.
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

    /// Whether the use that begins wants a fresh connection; asked once.
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

    /// What is on lease to it.
    PoolEntry requireHeld() {
        PoolEntry held = entry();
        if (held == null || isPromised()) throw new IllegalStateException("no connection is held: " + this);
        return held;
    }

    /// What its loop is asked to yield with; on its loop before, on any thread after it was listed.
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
