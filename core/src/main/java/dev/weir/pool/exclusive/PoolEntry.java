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

/// One connection of a cache.
///
/// **Owns:** one slot of its origin, from before the connection is made until its descriptor is free.
/// **Threads:** confined to the connection's loop, except [#connection], [#conversation] and [#origin]; an idle
/// entry is claimed by compare-and-set, on any thread.
public final class PoolEntry extends Offer {
    /// Its state. The thread that takes it out of IDLE, on any loop, has claimed it; all other changes are made on
    /// its own loop.
    enum State {
        /// In the idle list; any thread may claim it.
        IDLE,
        /// Claimed or promised, or about to become idle.
        LEAVING,
        /// On lease.
        BORROWED,
        /// Its connection is closed.
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

    // How long and how often its peer keeps it.
    private int idleMillisMax = Integer.MAX_VALUE;
    private int usesLeft = Integer.MAX_VALUE;

    /// Run when its slot is free, if it is closed to free its slot; written by the thread that claimed it.
    private volatile @Nullable Runnable roomMade;

    /// Its place in [Entries].
    int place;

    // Its place in the idle list of its loop.
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

    /// Its conversation.
    public PooledConversation conversation() {
        return pooled;
    }

    /// Limits how long and how often the connection is used again, as its peer has announced: it is closed before
    /// that time and lent no more often. A stricter earlier limit stays.
    ///
    /// @param idleMillis how long it may be idle; 0 if it may not serve again
    /// @param uses how many more exchanges it may serve
    public void limitReuse(int idleMillis, int uses) {
        connection.loop().requireCurrent();
        idleMillisMax = Math.min(idleMillisMax, idleMillis);
        usesLeft = Math.min(usesLeft, uses);
    }

    /// How long it may be idle, as its peer has announced, in milliseconds; `Integer.MAX_VALUE` if the peer has
    /// announced nothing.
    public int idleMillisMax() {
        connection.loop().requireCurrent();
        return idleMillisMax;
    }

    /// Whether its peer accepts one more exchange.
    boolean mayServeAgain() {
        return usesLeft > 0 && idleMillisMax > 0;
    }

    /// Whether it has been idle for longer than its peer keeps it; on its loop.
    boolean isStale() {
        return idleMillisMax < Integer.MAX_VALUE
                && connection.loop().nowNanos() - sinceNanos >= idleMillisMax * 1_000_000L;
    }

    /// Whether it is on lease and its connection has not ended.
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

    // ---- steps

    /// Claims it; false if another thread was first.
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

    /// Ends the lease; returns whether the connection may serve again.
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

    /// Checks with a read that no unexpected input has come. If some has, or the peer has left, the connection is
    /// closed; returns whether it is still usable.
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
        // Why: a closed loop has closed its connections; only the promise has to be broken.
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

    /// Stands between the connection and its conversation, so that unexpected input closes the connection and is
    /// not taken for an answer.
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
            // Why: input that comes before a byte of the new exchange has left belongs to the exchange before.
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
