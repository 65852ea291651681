package dev.weir.memory;

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
final class Block {
    private static final VarHandle HOLDER;

    static {
        try {
            HOLDER = MethodHandles.lookup().findVarHandle(Block.class, "holder", Buffer.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    final BufferPool pool;
    final Slab slab;
    final BlockSize size;
    final ByteBuffer bytes;

    /// The next free block of the slab, or of what is granted together; guarded by the pool's lock.
    @Nullable
    Block nextFree;

    /// Whether this was taken out of the reserve and goes back there; guarded by the pool's lock, and constant
    /// while held.
    boolean isReserve;

    /// Those it is one of; null for a block of a slab.
    final @Nullable KeptBlocks kept;

    private final Buffer[] handles;

    /// Null in production.
    private final @Nullable Trail trail;

    private int turn;
    private volatile @Nullable Buffer holder;

    Block(BufferPool pool, Slab slab, BlockSize size, ByteBuffer bytes) {
        this(pool, slab, size, bytes, null);
    }

    Block(BufferPool pool, Slab slab, BlockSize size, ByteBuffer bytes, @Nullable KeptBlocks kept) {
        this.kept = kept;
        this.pool = pool;
        this.slab = slab;
        this.size = size;
        this.bytes = bytes;
        this.handles = new Buffer[size == BlockSize.SMALL ? Buffer.SMALL_HANDLES : Buffer.HANDLES];
        // Why: all at once, so that a block which is seldom lent makes no garbage later.
        for (int i = 0; i < handles.length; i++) handles[i] = new Buffer(this);
        DebugMode debug = pool.debug();
        this.trail = debug != null && debug.settings().places() ? new Trail(handles) : null;
    }

    /// Begins a lease; called by the one thread that took this block out of the store or a cache.
    Buffer lease(String owner, int loop) {
        bytes.clear().order(ByteOrder.BIG_ENDIAN);
        Buffer next = nextHandle(owner, loop);
        if (trail != null) trail.began(next);
        HOLDER.setRelease(this, next);
        pool.witness().opened(Kind.BUFFER, next, owner);
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
        pool.witness().ended(Kind.BUFFER, from);
        pool.witness().opened(Kind.BUFFER, next, owner);
        return next;
    }

    /// Ends a lease; false when `from` no longer holds the block. Exactly one caller gets true.
    boolean end(Buffer from) {
        if (!HOLDER.compareAndSet(this, from, (Buffer) null)) return false;
        if (trail != null) trail.ended(from);
        pool.witness().ended(Kind.BUFFER, from);
        return true;
    }

    @Nullable
    Buffer holder() {
        return holder;
    }

    /// Looks whether anybody wrote to a block that is about to be lent, or was granted just now, since it
    /// came back.
    ///
    /// @param finder who is about to hold it
    /// @return what was found; null when all is well
    @Nullable
    IllegalStateException damage(DebugMode debug, String finder) {
        int at = debug.damagedAt(this);
        if (at < 0) return null;
        int before = turn == 0 ? handles.length - 1 : turn - 1;
        Buffer last = handles[holder == null ? turn : before]; // a granted block has its new handle already
        String text = "a " + size.bytes() + "-byte block was written to after its end, at byte " + at
                + ": its last holder was '" + last.owner() + "', and '" + finder + "' found it";
        return new IllegalStateException(trail == null ? text : text + trail.life(last) + Trail.present());
    }

    /// Where a handle was acquired and where it ended, if it did; empty unless places are kept.
    String life(Buffer handle) {
        return trail == null ? "" : trail.life(handle);
    }

    /// Keeps to whom a lease was granted, if places are kept.
    void granted(Buffer handle, Waiter waiter) {
        if (trail != null) trail.granted(handle, waiter);
    }

    private Buffer nextHandle(String owner, int loop) {
        turn = turn + 1 == handles.length ? 0 : turn + 1;
        Buffer handle = handles[turn];
        handle.begin(owner, loop);
        return handle;
    }
}
