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
/// **Threads:** thread-safe; [#granted] is called on the owner loop's thread.
/// **Waits:** never waits: it is called back.
/// **Limits:** in at most one queue at a time.
/// **Source:** HAProxy, dynamic buffer management: "must be passed on when no longer wanted".
public abstract class Waiter extends FairQueueNode<Waiter> {
    /// The state of a wait; each change is one compare-and-set.
    enum State {
        /// Not in use.
        FREE,
        /// In a queue.
        WAITING,
        /// Out of the queue with a block in `grant`, and a delivery is on its way.
        GRANTED,
        /// The block was taken, by the delivery or by a cancel; after a cancel the delivery is still to come.
        TAKEN,
        /// Cancelled in the queue; only until it is unlinked.
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

    // The request, and the place in the queue: guarded by the pool's lock.
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

    /// Makes a waiter of this loop.
    ///
    /// @param home whose thread calls back
    @SuppressWarnings("this-escape") // Why: the task is run only after a grant, and none comes before an acquire
    protected Waiter(OwnerLoop home) {
        this.delivery = home.loopTask(this::arrive);
    }

    /// Called on the loop's thread when a block was granted. The waiter is free by then and may wait again.
    ///
    /// @param buffer what was granted, **owned by the callee**
    protected abstract void granted(Buffer buffer);

    /// Whether it waits: [#granted] will be called unless the wait is cancelled.
    public final boolean isWaiting() {
        State now = state;
        return now == State.WAITING || now == State.GRANTED;
    }

    /// Whether it may be used for an acquire: it does not wait, and no late delivery is still to come.
    public final boolean isFree() {
        return state == State.FREE;
    }

    /// How long the last wait took, until its buffer was delivered or it was cancelled, in nanoseconds; zero
    /// before the first.
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
    /// @throws IllegalStateException during a wait for another address
    public final void setAddress(long newAddress) {
        if (newAddress == address) return;
        if (isWaiting()) throw new IllegalStateException("the waiter of '" + owner + "' waits for another address");
        setAddressKey(newAddress);
    }

    @Nullable
    Account account() {
        return account;
    }

    /// Sets what will be acquired; called by the acquirer while this is free.
    void ask(BlockSize newSize, Urgency newUrgency, int newLoop, String newOwner) {
        size = newSize;
        urgency = newUrgency;
        loop = newLoop;
        owner = newOwner;
    }

    /// Begins a wait; called under the lock of `asked`.
    void begin(Lender asked, long now) {
        lender = asked;
        queuedNanos = now;
        move(State.FREE, State.WAITING);
    }

    /// Cancels the wait. A grant that was not delivered yet is passed on to the next waiter.
    ///
    /// @param why for statistics
    /// @return true when [#granted] will not be called; false when there was no wait, or it was called
    public final boolean cancel(CancelReason why) {
        // Why: every flow cancels at its end, and hardly any waits then: no clock, no lock.
        if (isFree()) return false;
        Lender asked = lender;
        if (asked == null || !asked.end(this, why)) return false;
        WaitEvents.gaveUp(this, why);
        return true;
    }

    /// Throws while a wait is under way, or while granted blocks are not taken.
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

    /// Grants the block; called under the pool's lock, with this unlinked already.
    void grant(Buffer buffer) {
        grant = buffer;
        move(State.WAITING, State.GRANTED);
    }

    /// Posts the delivery of the grant, outside the lock.
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

    /// Cancels a wait that is still in its queue; called under the pool's lock by the code that then unlinks it.
    boolean giveUp(long now) {
        if (!STATE.compareAndSet(this, State.WAITING, State.CANCELLED)) return false;
        waitedNanos = now - queuedNanos;
        return true;
    }

    /// Called after [#giveUp], when this is in no queue any more.
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

    /// Throws while a granted block is not taken.
    void requireTaken() {
        // Why: a single block is taken when it is granted.
    }

    /// How many blocks it needs at once.
    int blocks() {
        return 1;
    }

    /// Takes the blocks out of a grant that will not be taken, linked by `nextFree`.
    Block reclaim(Buffer granted) {
        return Block.reclaim(granted);
    }

    /// The damage of a granted block; null when there is none.
    @Nullable
    IllegalStateException damage(Buffer granted) {
        return Block.damage(granted);
    }

    /// Releases a grant that cannot be used.
    void refuse(Buffer granted) {
        granted.release();
    }

    /// The delivery, on the loop's thread.
    private void arrive() {
        Buffer buffer = withdraw();
        Lender asked = lender;
        if (buffer != null && asked != null) asked.arrived();
        state = State.FREE; // also after a cancel took the grant: this may be reused only now
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
