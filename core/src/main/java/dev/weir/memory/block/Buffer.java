package dev.weir.memory.block;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The right to use one block, held by exactly one owner.
///
/// **Owns:** the block, until [#release] or [#move]; after that this handle is dead.
/// **Threads:** confined to its owner; [#release] is correct on any thread.
/// **Waits:** never waits.
/// **Limits:** handles are recycled: a dead one is detected for the next 15 leases or moves of its block (7 of
/// a small one). After that it may be alive again with another owner: never keep a handle after its end.
/// **Fails:** use after the end, and a second end, throw `IllegalStateException` that names the owner that ended
/// this handle and the owner that holds the block now; the block is not touched.
/// **Source:** puddle's double-release panic; DESIGN of one owner per buffer, ADR 2.
public final class Buffer {
    static final int HANDLES = 16;
    static final int SMALL_HANDLES = 8;

    /// In place of a loop's number: of a thread that has no cache.
    public static final int NO_LOOP = -1;

    /// In place of the moment of a booking that was never made.
    public static final long SINCE_UNKNOWN = Long.MIN_VALUE;

    private final Block block;
    private String owner = "nobody";
    private int loop = NO_LOOP;

    // For reports: written by the owner with plain stores, and read by any thread, which may see it late.
    private @Nullable Account account;
    private long sinceNanos = SINCE_UNKNOWN;

    Buffer(Block block) {
        this.block = block;
    }

    /// The direct view of the block, big endian and empty of meaning at first; position and limit belong to the
    /// owner. The view is lent: it ends with this handle.
    public ByteBuffer bytes() {
        if (block.holder() != this) throw ended("used");
        return block.bytes;
    }

    /// How many bytes the block holds.
    public int capacity() {
        return block.size.bytes();
    }

    /// The class of the block.
    public BlockSize size() {
        return block.size;
    }

    /// Whether its block is one of a few that are kept for one purpose, and none of the slabs.
    public boolean isKept() {
        return block.depot.isKept;
    }

    /// Whether it may be held for what need not be: it is of the slabs, or half of those that are kept are free and
    /// there is no waiter for one.
    public boolean isSpare() {
        return block.depot.isSpare();
    }

    /// The owner that holds this block or, for a dead handle, that held it.
    public String owner() {
        return owner;
    }

    /// Notes for reports, and decides nothing: whose the block is, and since when.
    ///
    /// @param newAccount null for no account in particular
    /// @param nowNanos the present, by the clock of the budget
    public void setAccount(@Nullable Account newAccount, long nowNanos) {
        account = newAccount;
        sinceNanos = nowNanos;
    }

    /// What the block is held for from now on, by the same owner.
    ///
    /// @param purpose a constant, not a new text per call
    public void setPurpose(String purpose) {
        owner = purpose;
    }

    /// Whether this handle still holds its block.
    public boolean isHeld() {
        return block.holder() == this;
    }

    /// Passes the block on, with its bytes, position and limit; this handle is dead afterwards.
    ///
    /// @param newOwner the holder from now on
    /// @return the new owner's handle, **owned by the caller**
    public Buffer move(String newOwner) {
        Buffer next = block.move(this, newOwner);
        if (next == null) throw ended("moved");
        next.setAccount(account, sinceNanos);
        account = null;
        return next;
    }

    /// Moves the bytes from position to limit into a small block and gives this one back.
    ///
    /// @param urgency what the rest is kept for; the small block is tried for, never waited for
    /// @return a small buffer with the rest at `[0, limit)`, **owned by the caller**, and this handle is dead;
    ///     or null when this is small already, the rest exceeds a small block or there is none: nothing changed
    public @Nullable Buffer shrinkToSmallBlock(Urgency urgency) {
        ByteBuffer rest = bytes();
        if (block.size == BlockSize.SMALL || rest.remaining() > BlockSize.SMALL.bytes()) return null;
        Buffer small = block.depot.trySmall(urgency, loop, owner);
        if (small == null) return null;
        small.bytes().put(rest).flip().order(rest.order());
        small.setAccount(account, sinceNanos);
        release();
        return small;
    }

    /// Gives the block back: to the first entitled waiter, else to the cache of the loop given when it was
    /// acquired.
    public void release() {
        int cache = loop;
        if (!block.end(this)) throw ended("released");
        account = null; // Why: a handle rests for long, and must not keep a dead connection.
        block.depot.takeBack(block, cache);
    }

    void begin(String newOwner, int newLoop) {
        owner = newOwner;
        loop = newLoop;
        sinceNanos = SINCE_UNKNOWN;
    }

    /// Whose it was said to be by [#setAccount]; null for no account in particular.
    public @Nullable Account account() {
        return account;
    }

    /// Since when, by [#setAccount]; [#SINCE_UNKNOWN] when it was not set.
    public long sinceNanos() {
        return sinceNanos;
    }

    int loop() {
        return loop;
    }

    Block block() {
        return block;
    }

    IllegalStateException ended(String how) {
        Buffer holder = block.holder();
        String now = holder == null ? "the block is free now" : "the block is held by '" + holder.owner + "' now";
        return new IllegalStateException("a " + block.size.bytes() + "-byte buffer was " + how + " after its end: '"
                + owner + "' released it or moved it on, and " + now + block.life(this)
                + (holder == null ? "" : block.life(holder)));
    }
}
