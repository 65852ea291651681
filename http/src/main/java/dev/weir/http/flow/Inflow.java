package dev.weir.http.flow;

import dev.weir.connection.Connection;
import dev.weir.loop.EventLoop;
import dev.weir.memory.Account;
import dev.weir.memory.BlockSize;
import dev.weir.memory.Buffer;
import dev.weir.memory.GiveUp;
import dev.weir.memory.KeptBlocks;
import dev.weir.memory.Urgency;
import dev.weir.memory.Waiter;
import dev.weir.transport.Transport;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// What one direction of an exchange has read and not passed on yet: at most one block, and none while
/// nothing moves.
///
/// The bytes lie in `[from, to)` of the block. Before them is room for a head that grows when it is
/// rewritten, and, if wanted, bytes that were passed on and are kept in case they must be sent again. A
/// block is asked for only when there is something to read; a rest that fits moves to a small block, so
/// that a slow sender costs 2 KiB.
///
/// Where a block was filled by one read and left whole, a large one is tried for next: a body of 1 MiB
/// then takes a quarter of the system calls and half of the CPU. It is never waited for, and a rest that
/// the sink did not take moves to the smallest block that holds it.
///
/// **Owns:** one block at most, until [#release].
/// **Threads:** confined to its loop.
/// **Waits:** never waits; when memory is short a waiter of its own is queued and [Granted#granted] is
/// told.
/// **Limits:** one block: [BlockSize#NORMAL], or [BlockSize#LARGE] while bytes come and go fast; for a head that no
/// normal block holds, one of [KeptBlocks].
/// **Source:** ADR 5, readiness first, memory second; ADR 13, large blocks; ADR 32, large heads.
public final class Inflow {
    /// Bytes before the first one read: room for what a rewritten head has more than the one received.
    public static final int HEADROOM = 768;

    /// The longest head that a normal block holds, in bytes.
    public static final int HEAD_BYTES_MAX = BlockSize.NORMAL.bytes() - HEADROOM;

    private static final int FULL_BYTES = HEAD_BYTES_MAX;
    private static final int LITTLE_BYTES = BlockSize.SMALL.bytes() - HEADROOM;

    private final EventLoop loop;
    private Urgency urgency;
    private final Granted listener;
    private final BlockWaiter waiter;
    private String purpose;
    private @Nullable Connection source;
    private @Nullable Buffer block;
    private int keptFrom;
    private int from;
    private int to;
    private boolean isFast;
    private long waitedNanos;

    /// Who is told that the block waited for is there.
    public interface Granted {
        /// Read again: [Inflow#fill] has a block now.
        void granted();
    }

    /// A flow that reads nothing yet.
    ///
    /// @param purpose what its blocks are for, as people are told
    public Inflow(EventLoop loop, Urgency urgency, String purpose, Granted listener) {
        this.loop = loop;
        this.urgency = urgency;
        this.purpose = purpose;
        this.listener = listener;
        this.waiter = new BlockWaiter(loop);
    }

    private final class BlockWaiter extends Waiter {
        BlockWaiter(EventLoop home) {
            super(home);
        }

        @Override
        protected void granted(Buffer buffer) {
            Inflow.this.waitedNanos += waitedNanos();
            Connection reading = source;
            Buffer held = block;
            boolean isLarger = buffer.kept() != null;
            if (reading == null || (held != null) != isLarger) {
                buffer.release();
                return;
            }
            if (held == null) take(buffer);
            else moveTo(buffer, held);
            listener.granted();
        }
    }

    /// Reads from `connection` from now on, for its own sake.
    public void begin(Connection connection) {
        begin(connection, connection);
    }

    /// Reads from `connection` from now on.
    ///
    /// @param client for whose sake: where clients take turns for memory, it is this one's turn
    public void begin(Connection connection, Connection client) {
        loop.requireCurrent();
        if (block != null) throw new IllegalStateException(purpose + " still holds a block of the flow before");
        source = connection;
        waiter.book(connection);
        waiter.standsFor(client.peerKey());
    }

    /// Says what is read from now on, for those who ask who holds memory.
    ///
    /// @param newPurpose a constant
    public void servesFor(String newPurpose) {
        loop.requireCurrent();
        purpose = newPurpose;
        if (block != null) block.servesFor(newPurpose);
    }

    /// Says what is read from now on, and how urgent it is.
    ///
    /// @param newPurpose a constant
    public void servesFor(String newPurpose, Urgency newUrgency) {
        loop.requireCurrent();
        servesFor(newPurpose);
        urgency = newUrgency;
    }

    /// Gives everything back and forgets the connection.
    public void release() {
        loop.requireCurrent();
        loop.pool().cancel(waiter);
        if (block != null) block.release();
        block = null;
        source = null;
        waiter.book(null);
        isFast = false;
        keptFrom = from = to = HEADROOM;
    }

    /// Whether it may be begun again: no grant that was given up is still on its way.
    public boolean isFree() {
        loop.requireCurrent();
        return waiter.isFree();
    }

    /// The block with what was read.
    ///
    /// @throws IllegalStateException when it holds none
    public ByteBuffer bytes() {
        loop.requireCurrent();
        if (block == null) throw new IllegalStateException(purpose + " holds no block");
        ByteBuffer bytes = block.bytes();
        return bytes.limit(bytes.capacity());
    }

    /// Where the bytes that nobody has consumed begin.
    public int from() {
        loop.requireCurrent();
        return from;
    }

    /// Where they end, exclusive.
    public int to() {
        loop.requireCurrent();
        return to;
    }

    /// Whether there are none.
    public boolean isEmpty() {
        loop.requireCurrent();
        return from == to;
    }

    /// Bytes of the block it holds; 0 when it holds none.
    public int heldBytes() {
        loop.requireCurrent();
        return block == null ? 0 : block.capacity();
    }

    /// The same, when that block is one of the slabs, which others could have.
    public int slabBytes() {
        loop.requireCurrent();
        return block == null || kept() != null ? 0 : block.capacity();
    }

    long nowNanos() {
        return loop.nowNanos();
    }

    void requireLoop() {
        loop.requireCurrent();
    }

    /// Whether it waits for memory.
    public boolean isWaiting() {
        loop.requireCurrent();
        return waiter.isWaiting();
    }

    /// How long it waited for memory since [#forgetWaits], in nanoseconds.
    public long waitedNanos() {
        loop.requireCurrent();
        return waitedNanos;
    }

    /// What is waited from now on is somebody else's.
    public void forgetWaits() {
        loop.requireCurrent();
        waitedNanos = 0;
    }

    /// Reads once, if there is something to read; asks for a block only then.
    public Fill fill() {
        return fill(Integer.MAX_VALUE);
    }

    /// Like [#fill], for bytes that may have to stay: when memory is scarce it reads no more than a small
    /// block holds.
    public Fill fillLittle() {
        return fill(stayingBytes());
    }

    private Fill fill(int bytesMax) {
        loop.requireCurrent();
        Connection reading = source;
        if (reading == null) return Fill.BROKEN;
        if (waiter.isWaiting()) return waits(reading);
        // Why: a block for heads is not kept for the body behind one.
        if (kept() != null) settle();
        if (block == null && !acquire(reading)) return Fill.WAITING;
        if (!makeRoom()) return Fill.FULL;
        return read(reading, bytesMax);
    }

    /// Like [#fill], for a head, which has to be whole: one that its block does not hold goes on in one of the
    /// blocks that are kept for such heads, if there are some, and waits for it with what it has.
    ///
    /// @param larger those blocks; null when no head is so long
    public Fill fillHead(@Nullable KeptBlocks larger) {
        return fillHead(larger, Integer.MAX_VALUE);
    }

    /// Like [#fillHead(KeptBlocks)], for bytes that may have to stay, as [#fillLittle].
    public Fill fillLittleOfHead(@Nullable KeptBlocks larger) {
        return fillHead(larger, stayingBytes());
    }

    private Fill fillHead(@Nullable KeptBlocks larger, int bytesMax) {
        loop.requireCurrent();
        Connection reading = source;
        if (reading == null) return Fill.BROKEN;
        if (waiter.isWaiting()) return waits(reading);
        // Why: the head that it was for has left, and what came behind it fits a smaller one. A head that has just
        // moved here has as many bytes as a normal block holds, and must not move back.
        if (kept() != null && to - keptFrom < FULL_BYTES) settle();
        if (block == null && !acquire(reading)) return Fill.WAITING;
        if (makeRoom()) return readLittle(reading, bytesMax);
        Buffer held = block;
        if (larger == null || held == null || held.size() != BlockSize.NORMAL) return Fill.FULL;
        Buffer fresh = larger.acquire(waiter, loop.index(), purpose);
        if (fresh == null) return waits(reading);
        moveTo(fresh, held);
        return readLittle(reading, bytesMax);
    }

    /// Why: whoever is told of input again and again must not turn a loop in vain, whoever has asked for it.
    private static Fill waits(Connection reading) {
        reading.pauseInput();
        return Fill.WAITING;
    }

    /// Why: what follows a long head has to fit a normal block, or it would stay in a block that is kept for heads.
    private Fill readLittle(Connection reading, int bytesMax) {
        return read(reading, kept() == null ? bytesMax : Math.min(bytesMax, FULL_BYTES));
    }

    /// Whether what it holds may be kept for what may never be needed.
    public boolean isSpare() {
        loop.requireCurrent();
        KeptBlocks kept = kept();
        return kept == null || kept.isSpare();
    }

    /// Those for long heads that its block is one of; null when it is not.
    private @Nullable KeptBlocks kept() {
        return block == null ? null : block.kept();
    }

    /// Like [#fillLittle], but never waits for memory: `EMPTY` when there is none.
    public Fill tryFill() {
        return tryFill(stayingBytes());
    }

    private Fill tryFill(int bytesMax) {
        loop.requireCurrent();
        Connection reading = source;
        if (reading == null) return Fill.BROKEN;
        if (block == null) {
            if (loop.chance().rarely(FlowPoint.INFLOW_LOOK_IN_VAIN)) return Fill.EMPTY;
            Buffer fresh = loop.pool().tryAcquire(BlockSize.NORMAL, Urgency.OPTIONAL, loop.index(), purpose);
            if (fresh == null) return Fill.EMPTY;
            take(fresh);
        }
        if (!makeRoom()) return Fill.FULL;
        return read(reading, bytesMax);
    }

    /// Reads to learn whether the source is still there, while nothing it says is wanted yet: no more than a
    /// small block keeps. Never waits for memory.
    ///
    /// @return `EMPTY` also when there is no memory, `FULL` when so much is here that nothing more may be read
    public Fill look() {
        Connection reading = source;
        if (reading == null) return Fill.BROKEN;
        if (block == null) {
            Fill fill = tryFill(LITTLE_BYTES);
            settle();
            return fill;
        }
        int room = lookEnd(block) - to;
        return room <= 0 ? Fill.FULL : read(reading, room);
    }

    /// Whether [#look] has room to read more.
    public boolean canLook() {
        loop.requireCurrent();
        return block == null || lookEnd(block) > to;
    }

    /// Where a look stops to read. What is kept already and fits no small block is no reason to be blind.
    private int lookEnd(Buffer held) {
        int from = this.from - keptFrom > LITTLE_BYTES ? this.from : keptFrom;
        return Math.min(held.capacity(), from + LITTLE_BYTES);
    }

    private int stayingBytes() {
        return loop.pool().isScarce() ? LITTLE_BYTES : Integer.MAX_VALUE;
    }

    /// Whether more can be read behind what its block holds.
    boolean hasRoom() {
        return block != null && to < block.capacity();
    }

    /// Whether a block that is not needed may be tried for: nobody waits, and more than half is left.
    boolean isMemorySpare() {
        return !loop.pool().isScarce();
    }

    /// Passes its block on, with `[first, end)` between position and limit, and goes on in a fresh one, which is
    /// tried for: what nobody has consumed moves there.
    ///
    /// @return the block, owned by the caller; null when there is no memory, and nothing has changed
    @Nullable
    Buffer passOn(int first, int end) {
        Buffer held = block;
        if (held == null) return null;
        Buffer fresh = trySpare();
        if (fresh == null) return null;
        int rest = to - from;
        fresh.bytes().put(HEADROOM, held.bytes().clear(), from, rest);
        take(fresh);
        to += rest;
        held.bytes().limit(end).position(first);
        return held;
    }

    /// Takes a block where it holds none, if that leaves enough to others; false when it does not.
    boolean takeSpare() {
        Buffer fresh = trySpare();
        if (fresh != null) take(fresh);
        return fresh != null;
    }

    private @Nullable Buffer trySpare() {
        Buffer fresh = loop.pool().tryAcquire(BlockSize.NORMAL, Urgency.OPTIONAL, loop.index(), purpose);
        // Why: what is not needed must not make memory scarce for others, where there are few blocks.
        if (fresh == null || !loop.pool().isScarce()) return fresh;
        fresh.release();
        return null;
    }

    /// Moves what nobody has consumed to the front, so that it begins at `at`.
    void moveDownTo(int at) {
        ByteBuffer bytes = bytes();
        bytes.put(at, bytes, from, to - from);
        shift(from - at);
        keptFrom = from;
    }

    /// Reads no more, and forgets the connection: what is here is held for `holder`.
    void leaveSource(Account holder) {
        source = null;
        waiter.book(null);
        if (block != null) block.book(holder, loop.nowNanos());
    }

    /// Gives up waiting for memory.
    ///
    /// @param why for those who count
    public void stopWaiting(GiveUp why) {
        loop.requireCurrent();
        if (loop.pool().cancel(waiter, why)) waitedNanos += waiter.waitedNanos();
    }

    /// Bytes up to `newFrom` are consumed; they are not kept.
    public void consumedTo(int newFrom) {
        loop.requireCurrent();
        from = newFrom;
        keptFrom = newFrom;
    }

    /// Bytes up to `newFrom` are consumed, and those from `kept` on are kept all the same.
    public void consumedButKept(int kept, int newFrom) {
        loop.requireCurrent();
        keptFrom = kept;
        from = newFrom;
    }

    /// Where the kept bytes begin; they end at [#from].
    public int keptFrom() {
        loop.requireCurrent();
        return keptFrom;
    }

    /// Nothing more will happen in this turn: an empty block goes back, a rest moves to the smallest
    /// block that holds it.
    public void settle() {
        loop.requireCurrent();
        if (block == null) return;
        if (keptFrom == to) {
            block.release();
            block = null;
            keptFrom = from = to = HEADROOM;
        } else if (!loop.chance().rarely(FlowPoint.INFLOW_STAYS_LARGE)) {
            stepDown(block);
        }
    }

    /// The next block is a normal one, however fast the last was filled.
    void staysNormal() {
        isFast = false;
    }

    /// The bytes in `[first, to)` wait for a sink that is not as fast as the source. They move to a
    /// smaller block when they lie in a large one and fit.
    ///
    /// @return by how much every position has become less
    int awaitSink(int first) {
        isFast = false;
        Buffer held = block;
        if (held == null || held.size() != BlockSize.LARGE) return 0;
        int consumed = keptFrom;
        keptFrom = Math.min(first, keptFrom);
        int moved = keptFrom;
        stepDown(held);
        moved -= keptFrom;
        keptFrom = consumed - moved;
        return moved;
    }

    private void stepDown(Buffer larger) {
        int bytes = to - keptFrom + HEADROOM;
        BlockSize fitting = bytes <= BlockSize.SMALL.bytes() ? BlockSize.SMALL : BlockSize.NORMAL;
        if (bytes > fitting.bytes() || fitting.bytes() >= larger.capacity()) return;
        Buffer smaller = loop.pool().tryAcquire(fitting, urgency, loop.index(), purpose);
        if (smaller == null && fitting == BlockSize.SMALL && larger.capacity() > BlockSize.NORMAL.bytes()) {
            smaller = loop.pool().tryAcquire(BlockSize.NORMAL, urgency, loop.index(), purpose);
        }
        if (smaller != null) moveTo(smaller, larger);
    }

    private boolean acquire(Connection reading) {
        Buffer large = isFast && !loop.pool().isScarce()
                ? loop.pool().tryAcquire(BlockSize.LARGE, Urgency.OPTIONAL, loop.index(), purpose)
                : null;
        if (large != null) {
            take(large);
            return true;
        }
        Buffer fresh = loop.pool().acquire(waiter, BlockSize.NORMAL, urgency, loop.index(), purpose);
        if (fresh == null) {
            reading.pauseInput();
            return false;
        }
        take(fresh);
        return true;
    }

    private void take(Buffer fresh) {
        book(fresh);
        block = fresh;
        keptFrom = from = to = HEADROOM;
    }

    private void book(Buffer fresh) {
        fresh.book(source, loop.nowNanos());
    }

    private Fill read(Connection reading, int bytesMax) {
        ByteBuffer bytes = bytes().position(to);
        if (bytes.remaining() > bytesMax) bytes.limit(to + bytesMax);
        if (loop.chance().rarely(FlowPoint.READ_ONE_BYTE)) bytes.limit(to + 1);
        int count = reading.read(bytes);
        if (count > 0) {
            to += count;
            isFast = count >= FULL_BYTES;
            return Fill.READ;
        }
        if (count == 0) return Fill.EMPTY;
        return count == Transport.END ? Fill.ENDED : Fill.BROKEN;
    }

    /// Room behind `to`: by moving the bytes to the front, or by trying for a larger block.
    private boolean makeRoom() {
        Buffer held = block;
        if (held == null) return false;
        if (keptFrom == to) {
            keptFrom = from = to = HEADROOM;
        } else if (keptFrom > HEADROOM
                && (to == held.capacity() || loop.chance().rarely(FlowPoint.INFLOW_COMPACTS))) {
            compact(held.bytes());
        }
        if (to < held.capacity()) return true;
        if (held.size() != BlockSize.SMALL) return false;
        Buffer larger = loop.pool().tryAcquire(BlockSize.NORMAL, urgency, loop.index(), purpose);
        if (larger == null) return false;
        moveTo(larger, held);
        return true;
    }

    private void compact(ByteBuffer bytes) {
        bytes.limit(to).position(keptFrom);
        ByteBuffer front = bytes.slice(HEADROOM, to - HEADROOM);
        front.put(bytes);
        shift(keptFrom - HEADROOM);
    }

    private void moveTo(Buffer other, Buffer held) {
        ByteBuffer bytes = held.bytes().limit(to).position(keptFrom);
        other.bytes().position(HEADROOM).put(bytes);
        shift(keptFrom - HEADROOM);
        // Why: not the source's, which may have been left.
        other.book(held.account(), loop.nowNanos());
        held.release();
        block = other;
    }

    private void shift(int distance) {
        keptFrom -= distance;
        from -= distance;
        to -= distance;
    }
}
