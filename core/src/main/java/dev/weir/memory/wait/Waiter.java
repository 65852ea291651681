package dev.weir.memory.wait;

import dev.weir.memory.block.Account;
import dev.weir.memory.block.Block;
import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Buffer;
import dev.weir.memory.block.Urgency;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// A waiter for one block: a field of a connection or another charged object, made once and used again.
///
/// **Owns:** nothing until [#granted]; a cancelled grant is passed on by the thread that cancels.
/// **Threads:** thread-safe; [#granted] is called on the home's thread.
/// **Waits:** never waits: it is called back.
/// **Limits:** in at most one queue at a time.
/// **Source:** HAProxy, dynamic buffer management: "must be passed on when no longer wanted".
public abstract class Waiter extends FairQueueNode<Waiter> {
    /// Where a wait stands; each step is one compare-and-set.
    enum State {
        /// Not in use.
        FREE,
        /// In a queue.
        WAITING,
        /// Out of the queue with a block in `grant`, and a delivery is on its way.
        GRANTED,
        /// The block was taken, by the delivery or by a cancel; in the second case the delivery is still to come.
        TAKEN,
        /// Given up while in the queue; only until it is unlinked.
        CANCELLED
    }

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Waiter.class, "state", State.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final LoopTask delivery;
    private volatile State state = State.FREE;
    private @Nullable Buffer grant;
    private @Nullable Lender lender;
    private long waitedNanos;
    private @Nullable Account account;

    // What is asked for, and the place in the queue: guarded by the pool's lock.
    BlockSize size = BlockSize.NORMAL;
    Urgency urgency = Urgency.INTAKE;
    int loop = Buffer.NO_LOOP;
    String owner = "nobody";
    long sequence;
    long queuedNanos;

    @Nullable
    Waiter before;

    @Nullable
    Waiter behind;

    /// Makes a waiter of this home.
    ///
    /// @param home whose thread calls back
    @SuppressWarnings("this-escape") // Why: the task is run only after a grant, and none comes before an acquire
    protected Waiter(OwnerLoop home) {
        this.delivery = home.loopTask(this::arrive);
    }

    /// Called on the home's thread when the wait was successful. The waiter is free by then and may wait again.
    ///
    /// @param buffer what was granted, **owned by the callee**
    protected abstract void granted(Buffer buffer);

    /// Whether a wait is under way: [#granted] will be called unless it is cancelled.
    public final boolean isWaiting() {
        State now = state;
        return now == State.WAITING || now == State.GRANTED;
    }

    /// Whether this may ask: no wait is under way and no late delivery is still to
    /// come.
    public final boolean isFree() {
        return state == State.FREE;
    }

    /// How long the last wait took, until its buffer arrived or it was given up, in nanoseconds; zero before the
    /// first.
    public final long waitedNanos() {
        return waitedNanos;
    }

    /// Notes on whose account this waits, for reports; null for no account in particular.
    public final void setAccount(@Nullable Account newAccount) {
        account = newAccount;
    }

    /// Sets the client for which this waits: where clients take turns, all waiters of one address share its turn.
    ///
    /// @param newAddress an address as a number, or [FairQueueNode#NO_ADDRESS]
    /// @throws IllegalStateException during a wait for the sake of another
    public final void setAddress(long newAddress) {
        if (newAddress == address) return;
        if (isWaiting()) throw new IllegalStateException("the waiter of '" + owner + "' waits for another address");
        setAddressKey(newAddress);
    }

    @Nullable
    Account account() {
        return account;
    }

    /// Says what will be asked for; called by the asker while this is free.
    void ask(BlockSize newSize, Urgency newUrgency, int newLoop, String newOwner) {
        size = newSize;
        urgency = newUrgency;
        loop = newLoop;
        owner = newOwner;
    }

    /// Starts a wait; called under the lock of `asked`.
    void begin(Lender asked, long now) {
        lender = asked;
        queuedNanos = now;
        move(State.FREE, State.WAITING);
    }

    /// Gives up a wait. What was granted but has not arrived is passed on to the next waiter.
    ///
    /// @param why for statistics
    /// @return true when [#granted] will not be called; false when nothing was waited for, or it was called
    public final boolean cancel(CancelReason why) {
        // Why: every flow cancels at its end, and nearly none waits then: no clock, no lock.
        if (isFree()) return false;
        Lender asked = lender;
        if (asked == null || !asked.end(this, why)) return false;
        WaitEvents.gaveUp(this, why);
        return true;
    }

    /// Refuses to ask while a wait is under way, or what was granted last is not taken.
    ///
    /// @throws IllegalStateException when it is not free
    public final void requireFree() {
        requireTaken();
        State now = state;
        if (now != State.FREE) {
            throw new IllegalStateException("the waiter of '" + owner + "' is not free but " + now
                    + ": one wait at a time, and after a cancel not before its late delivery");
        }
    }

    /// Gives the block; called under the pool's lock, with this unlinked already.
    void grant(Buffer buffer) {
        grant = buffer;
        move(State.WAITING, State.GRANTED);
    }

    /// Sends the grant home, outside the lock.
    ///
    /// @return null when it is on its way, or the block of a grant that will not be taken
    @Nullable
    Block send() {
        if (delivery.post()) return null;
        Buffer refused = withdraw();
        Block back = refused == null ? null : reclaim(refused);
        state = State.FREE; // no delivery is on its way
        return back;
    }

    /// Ends a wait that is still in its queue; called under the pool's lock, which unlinks it.
    boolean giveUp(long now) {
        if (!STATE.compareAndSet(this, State.WAITING, State.CANCELLED)) return false;
        waitedNanos = now - queuedNanos;
        return true;
    }

    /// After a [#giveUp], when no queue knows this any more.
    void unlinked() {
        move(State.CANCELLED, State.FREE);
    }

    /// Takes a grant away from its delivery, which will find nothing to do; null when there is none.
    @Nullable
    Buffer withdraw() {
        if (!STATE.compareAndSet(this, State.GRANTED, State.TAKEN)) return null;
        Buffer buffer = grant;
        Lender asked = lender;
        grant = null;
        if (buffer == null || asked == null) throw new IllegalStateException("'" + owner + "' was granted nothing");
        waitedNanos = asked.now() - queuedNanos;
        return buffer;
    }

    /// Refuses to ask while something that was granted is not taken.
    void requireTaken() {
        // Why: one block is taken when it is granted.
    }

    /// How many blocks are asked for together.
    int blocks() {
        return 1;
    }

    /// Takes the blocks out of a grant that will not be taken, linked by `nextFree`.
    Block reclaim(Buffer granted) {
        return Block.reclaim(granted);
    }

    /// What was wrong with a block of a grant; null when nothing was.
    @Nullable
    IllegalStateException damage(Buffer granted) {
        return Block.damage(granted);
    }

    /// Gives a grant back that cannot be used.
    void refuse(Buffer granted) {
        granted.release();
    }

    /// The delivery, on the home's thread.
    private void arrive() {
        Buffer buffer = withdraw();
        Lender asked = lender;
        if (buffer != null && asked != null) asked.arrived();
        state = State.FREE; // also after a cancel took the grant: only now may this be used again
        if (buffer == null) return;
        IllegalStateException damage = damage(buffer);
        if (damage != null) {
            refuse(buffer);
            throw damage;
        }
        WaitEvents.granted(this);
        granted(buffer);
    }

    private void move(State from, State to) {
        if (!STATE.compareAndSet(this, from, to)) {
            throw new IllegalStateException("the waiter of '" + owner + "' is " + state + ", expected " + from);
        }
    }
}
