package dev.weir.pool.exclusive;

import dev.weir.connection.CloseReason;
import dev.weir.connection.Connection;
import dev.weir.connection.Conversation;
import dev.weir.connection.Room;
import dev.weir.loop.Mailbox;
import dev.weir.pool.Offer;
import dev.weir.pool.Origin;
import dev.weir.pool.PoolCount;
import dev.weir.pool.Waiter;
import dev.weir.transport.Transport;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/// A connection's place in its lender.
///
/// **Owns:** one slot of its origin, from before the connection is made until its descriptor is free.
/// **Threads:** confined to the connection's loop, but for [#connection], [#conversation] and [#origin]; who may
/// have it next is decided by compare-and-set.
public final class PoolEntry extends Offer {
    /// Who has it. Whoever takes it out of IDLE, on whatever loop, has it alone; all other steps are its own
    /// loop's.
    enum State {
        /// Parked, and anybody's.
        IDLE,
        /// Promised, or about to be parked.
        LEAVING,
        /// On lease.
        BORROWED,
        /// Nobody's any more.
        CLOSED
    }

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(PoolEntry.class, "state", State.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final Lender lender;
    private final Connection connection;
    private final PooledConversation pooled;
    private final boolean isShared;
    private final Mailbox.Node leaving = new Mailbox.Node(this::leave);
    private volatile State state = State.LEAVING;
    private @Nullable Lease holder;
    private boolean isReused;
    private long bytesOutBefore;

    // What its peer says of keeping it.
    private int idleMillisMax = Integer.MAX_VALUE;
    private int usesLeft = Integer.MAX_VALUE;

    /// Run when its slot is free, where it is to be closed for somebody else; written by whoever took it out of
    /// IDLE.
    private volatile @Nullable Runnable roomMade;

    /// Its place among the entries of its lender.
    int place;

    // Its place on the shelf of its loop.
    boolean isParked;
    long sinceNanos;

    @Nullable
    PoolEntry newer;

    @Nullable
    PoolEntry older;

    PoolEntry(Lender lender, Origin origin, Connection connection, @Nullable Opener ownOpener) {
        super(origin);
        this.lender = lender;
        this.connection = connection;
        this.isShared = ownOpener == null;
        this.pooled = (ownOpener == null ? lender.opener() : ownOpener).pooled(connection, this);
    }

    /// The connection.
    @Override
    public Connection connection() {
        return connection;
    }

    /// What is said over it.
    public PooledConversation conversation() {
        return pooled;
    }

    /// Its peer has said how long and how often it keeps the connection: it is closed before that and lent no
    /// more often. What was said earlier and bounds it more holds on.
    ///
    /// @param idleMillis how long it may be idle; 0 when it may not serve again
    /// @param uses how many more exchanges it may serve
    public void limitReuse(int idleMillis, int uses) {
        connection.loop().requireCurrent();
        idleMillisMax = Math.min(idleMillisMax, idleMillis);
        usesLeft = Math.min(usesLeft, uses);
    }

    /// How long it may be idle as its peer says, in milliseconds; `Integer.MAX_VALUE` where it says nothing.
    public int idleMillisMax() {
        connection.loop().requireCurrent();
        return idleMillisMax;
    }

    /// Whether its peer takes one more exchange.
    boolean mayServeAgain() {
        return usesLeft > 0 && idleMillisMax > 0;
    }

    /// Whether it has lain longer than its peer keeps it; on its loop.
    boolean isStale() {
        return idleMillisMax < Integer.MAX_VALUE
                && connection.loop().nowNanos() - sinceNanos >= idleMillisMax * 1_000_000L;
    }

    /// Whether it is on lease and has not died.
    public boolean isBorrowed() {
        connection.loop().requireCurrent();
        return state == State.BORROWED;
    }

    /// Whether it may serve several leases, one after the other.
    boolean isShared() {
        return isShared;
    }

    @Nullable
    Lease holder() {
        return holder;
    }

    boolean isClosed() {
        return state == State.CLOSED;
    }

    // ---- steps

    /// Takes it out of IDLE; false when somebody else was first.
    boolean leaveIdle(State next) {
        if (state != State.IDLE || !STATE.compareAndSet(this, State.IDLE, next)) return false;
        leftIdle();
        return true;
    }

    void becomeIdle() {
        state = State.IDLE;
        becameIdle();
    }

    void lend(Lease lease, boolean reused) {
        state = State.BORROWED;
        holder = lease;
        isReused = reused;
        if (usesLeft < Integer.MAX_VALUE) usesLeft--;
        bytesOutBefore = connection.traffic().bytesOut();
    }

    /// The end of the lease; true when the connection may serve again.
    boolean endLease() {
        holder = null;
        if (state == State.CLOSED) return false;
        state = State.LEAVING;
        return true;
    }

    boolean isAtBoundary() {
        return connection.isOpen()
                && connection.output().room() != Room.BLOCKED
                && !connection.isInputEnded()
                && pooled.isClean();
    }

    /// Whether nothing has come that nobody asked for; if something has, or the peer has left, it is closed.
    boolean checkStillIdle() {
        if (!connection.isOpen()) return false;
        int count = connection.read(connection.loop().readScratch().clear());
        if (count == 0) return true;
        if (count == Transport.END) lender.evict(this, PoolCount.EVICTED_PEER_LEFT, CloseReason.PEER_LEFT);
        else if (count < 0) lender.evict(this, PoolCount.EVICTED_PEER_LEFT, CloseReason.RESET);
        else lender.evict(this, PoolCount.EVICTED_UNSOLICITED, CloseReason.BROKEN);
        return false;
    }

    @Override
    protected void closeToFreeSlot(Runnable closed) {
        roomMade = closed;
        dispatch();
    }

    @Override
    protected void dispatch() {
        // Why: a loop that is closed has closed its connections; only the promise is left to be broken.
        if (connection.loop().post(leaving)) return;
        Runnable made = roomMade;
        if (made != null) made.run();
        lender.orphan(this);
    }

    private void leave() {
        Runnable made = roomMade;
        if (made != null) {
            lender.evict(this, PoolCount.EVICTED_FOR_ROOM, CloseReason.EVICTED);
            // Why: the slot is free only when the descriptor is.
            connection.loop().afterClosing(made);
            return;
        }
        if (state == State.CLOSED) {
            lender.orphan(this);
            return;
        }
        boolean isStale = isParked && isStale();
        lender.unpark(this);
        Waiter waiter = promisedTo();
        if (isStale || !connection.isOpen() || connection.output().room() == Room.BLOCKED) {
            connection.close(CloseReason.CLOSED);
        } else if (waiter == null) {
            lender.settle(this);
        } else if (waiter.loop() == connection.loop()) {
            lender.arrived(this);
        } else {
            lender.count(connection.loop(), PoolCount.MOVED);
            connection.moveTo(waiter.loop(), () -> lender.arrived(this));
        }
    }

    // ---- the connection's side

    @Override
    protected Conversation guardingConversation() {
        return new GuardingConversation();
    }

    /// Stands between the connection and its conversation, so that nothing is read that nobody asked for.
    private final class GuardingConversation implements Conversation {
        @Override
        public void opened() {
            pooled.opened();
        }

        @Override
        public void lingeringStarted() {
            pooled.lingeringStarted();
        }

        @Override
        public void readable() {
            if (isAnswerPossible()) pooled.readable();
            else checkStillIdle();
        }

        private boolean isAnswerPossible() {
            // Why: before a byte of the new exchange has left, what comes belongs to the one before.
            return state == State.BORROWED && (!isReused || connection.traffic().bytesOut() != bytesOutBefore);
        }

        @Override
        public void writable() {
            pooled.writable();
        }

        @Override
        public void timedOut() {
            pooled.timedOut();
        }

        @Override
        public void closing(CloseReason reason) {
            if ((State) STATE.getAndSet(PoolEntry.this, State.CLOSED) == State.IDLE) leftIdle();
            lender.left(PoolEntry.this);
            pooled.closing(reason);
        }

        @Override
        public void ended(CloseReason reason) {
            lender.ended(PoolEntry.this);
            pooled.ended(reason);
        }

        @Override
        public int heldBytes() {
            return pooled.heldBytes();
        }

        @Override
        public int slabBytes() {
            return pooled.slabBytes();
        }

        @Override
        public String unfinished() {
            return state == State.BORROWED ? pooled.unfinished() : "";
        }

        @Override
        public boolean endForMemory() {
            return pooled.endForMemory();
        }

        @Override
        public long movedNanos(long ownNanos) {
            return pooled.movedNanos(ownNanos);
        }
    }

    @Override
    public String toString() {
        return connection + " of " + origin() + ", " + state;
    }
}
