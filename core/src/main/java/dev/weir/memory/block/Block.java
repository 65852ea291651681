package dev.weir.memory.block;

import dev.weir.ledger.Kind;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/// One block of a slab and the handles through which its owners, one after the other, hold it.
///
/// The holder is the one handle that is alive. Handles are made once and used in rotation, so a lease allocates
/// nothing.
///
/// It is for the pool's own parts: users of memory see a [Buffer] only.
///
/// **Threads:** confined to the thread that took it out of the store, a cache or a lease.
public final class Block {
    private static final VarHandle HOLDER;

    static {
        try {
            HOLDER = MethodHandles.lookup().findVarHandle(Block.class, "holder", Buffer.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    final Depot depot;
    final Slab slab;
    final BlockSize size;
    final ByteBuffer bytes;

    /// The next free block of the slab, or of what is granted together; guarded by the pool's lock.
    @Nullable
    Block nextFree;

    /// Whether this was taken out of the reserve and goes back there; guarded by the pool's lock, and constant
    /// while held, unless its slab retires.
    boolean isReserve;

    private final Buffer[] handles;

    /// Null in production.
    private final @Nullable HandleTrace trail;

    private int turn;
    private volatile @Nullable Buffer holder;

    Block(Depot depot, Slab slab, BlockSize size, ByteBuffer bytes) {
        this.depot = depot;
        this.slab = slab;
        this.size = size;
        this.bytes = bytes;
        this.handles = new Buffer[size == BlockSize.SMALL ? Buffer.SMALL_HANDLES : Buffer.HANDLES];
        // Why: all at once, so that a block which is seldom lent makes no garbage later.
        for (int i = 0; i < handles.length; i++) handles[i] = new Buffer(this);
        DebugMode debug = depot.debug;
        this.trail = debug != null && debug.settings().places() ? new HandleTrace(handles) : null;
    }

    /// A block that lies in no slab.
    ///
    /// @param bytes its memory, all of it
    public static Block outsideSlabs(Depot depot, BlockSize size, ByteBuffer bytes) {
        var block = new Block(depot, Slab.NONE, size, bytes);
        DebugMode debug = depot.debug;
        if (debug != null) debug.poison(bytes);
        return block;
    }

    /// Takes the block out of a grant that will not be taken.
    public static Block reclaim(Buffer granted) {
        if (!granted.block().end(granted)) throw granted.ended("reclaimed");
        return granted.block();
    }

    /// What was wrong with the block of a grant; null when nothing was. Called before it is used.
    public static @Nullable IllegalStateException damage(Buffer granted) {
        return granted.block().damage(granted.owner());
    }

    /// Its class.
    public BlockSize size() {
        return size;
    }

    /// Whether it was taken out of the reserve; asked by its holder.
    public boolean isReserve() {
        return isReserve;
    }

    /// Whether its slab retires; guarded by the pool's lock.
    public boolean isRetiring() {
        return slab.isRetiring;
    }

    /// The next of those it is linked with; null for the last.
    public @Nullable Block linked() {
        return nextFree;
    }

    /// Links it with others, or with none any more.
    public void link(@Nullable Block others) {
        nextFree = others;
    }

    /// Begins a lease of a block that was in a cache, the store or with those that are kept.
    ///
    /// @return owned by the caller
    /// @throws IllegalStateException when it was written to since it came back; it is with its depot then
    public Buffer lend(String owner, int loop) {
        if (depot.debug != null) {
            IllegalStateException damage = damage(owner);
            if (damage != null) {
                depot.takeBack(this, loop);
                throw damage;
            }
        }
        return lease(owner, loop);
    }

    /// Begins a lease whose owner is notified later.
    ///
    /// @param whom what asked, for debugging
    /// @return owned by the caller, which notifies it
    public Buffer grant(String owner, int loop, Class<?> whom) {
        Buffer lease = lease(owner, loop);
        if (trail != null) trail.granted(lease, whom.getName());
        return lease;
    }

    /// Begins a lease; called by the one thread that took this block out of the store or a cache.
    public Buffer lease(String owner, int loop) {
        bytes.clear().order(ByteOrder.BIG_ENDIAN);
        Buffer next = nextHandle(owner, loop);
        if (trail != null) trail.began(next);
        HOLDER.setRelease(this, next);
        depot.listener.opened(Kind.BUFFER, next, owner);
        return next;
    }

    /// Passes the block from one handle to the next; null when `from` no longer holds it.
    @Nullable
    Buffer move(Buffer from, String owner) {
        if (holder != from) return null;
        Buffer next = nextHandle(owner, from.loop());
        if (trail != null) trail.began(next);
        if (!HOLDER.compareAndSet(this, from, next)) return null;
        if (trail != null) trail.ended(from);
        depot.listener.ended(Kind.BUFFER, from);
        depot.listener.opened(Kind.BUFFER, next, owner);
        return next;
    }

    /// Ends a lease; false when `from` no longer holds the block. Exactly one caller gets true.
    boolean end(Buffer from) {
        if (!HOLDER.compareAndSet(this, from, (Buffer) null)) return false;
        if (trail != null) trail.ended(from);
        depot.listener.ended(Kind.BUFFER, from);
        return true;
    }

    /// The holder; null when there is none.
    public @Nullable Buffer holder() {
        return holder;
    }

    /// Looks whether a block was written to that is about to be lent, or was granted just now, since it
    /// came back.
    ///
    /// @param finder the next holder
    /// @return what was found; null when all is well
    private @Nullable IllegalStateException damage(String finder) {
        int at = depot.debug == null ? -1 : depot.debug.damagedAt(bytes);
        if (at < 0) return null;
        int before = turn == 0 ? handles.length - 1 : turn - 1;
        Buffer last = handles[holder == null ? turn : before]; // a granted block has its new handle already
        String text = "a " + size.bytes() + "-byte block was written to after its end, at byte " + at
                + ": its last holder was '" + last.owner() + "', and '" + finder + "' found it";
        return new IllegalStateException(trail == null ? text : text + trail.life(last) + HandleTrace.present());
    }

    /// Where a handle was acquired and where it ended, if it did; empty unless places are kept.
    String life(Buffer handle) {
        return trail == null ? "" : trail.life(handle);
    }

    /// The holder, in words, and where it was acquired if places are kept; null when there is none.
    public @Nullable String held() {
        Buffer now = holder;
        return now == null ? null : size.bytes() + " bytes of '" + now.owner() + "'" + life(now);
    }

    private Buffer nextHandle(String owner, int loop) {
        turn = turn + 1 == handles.length ? 0 : turn + 1;
        Buffer handle = handles[turn];
        handle.begin(owner, loop);
        return handle;
    }
}
