package dev.weir.flow;

import dev.weir.loop.EventLoop;
import dev.weir.memory.block.Account;
import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Buffer;
import dev.weir.memory.block.Urgency;
import dev.weir.memory.wait.CancelReason;
import dev.weir.memory.wait.KeptBlocks;
import dev.weir.memory.wait.Waiter;
import dev.weir.transport.Transport;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The bytes that one direction has read and not passed on yet: at most one block, and none while nothing moves.
///
/// The bytes lie in `[from, to)` of the block. Before them is the headroom, for bytes that are to be put in front
/// of them, and, if wanted, bytes that were passed on and are kept in case they must be sent again. A block is
/// acquired only when there is input; a rest that fits moves to a small block, so that a slow sender costs 2 KiB.
///
/// After a block that one read has filled and the sink has taken whole, a large block is tried next: a body of 1
/// MiB then takes a quarter of the system calls and half of the CPU. A large block is never waited for, and a rest
/// that the sink did not take moves to the smallest block that holds it.
///
/// **Owns:** one block at most, until [#release].
/// **Threads:** confined to its loop.
/// **Waits:** never waits; when memory is short its waiter is queued, and [GrantListener#granted] is called later.
/// **Limits:** one block: [BlockSize#NORMAL], or [BlockSize#LARGE] while bytes move fast; one of [KeptBlocks] for
/// bytes that must stay together and fit no normal block.
/// **Source:** ADR 5, readiness first, memory second; ADR 13, large blocks; ADR 32, large heads.
public final class Inflow {
    private final EventLoop loop;
    private Urgency urgency;
    private final GrantListener listener;
    private final BlockWaiter waiter;
    private String purpose;
    private @Nullable Source source;
    private @Nullable Buffer block;
    private int keptFrom;
    private int from;
    private int to;
    private final short headroom; // Why: a short, because each byte of an exchange is charged
    private boolean isFast;
    private long waitedNanos;

    /// Called when the block that was waited for is there.
    public interface GrantListener {
        /// The flow has a block now: call [Inflow#fill] again.
        void granted();
    }

    /// Creates a flow that reads nothing yet.
    ///
    /// @param headroom bytes kept free before the first byte read, less than a small block holds
    /// @param purpose what its blocks are for, as reports show it
    public Inflow(EventLoop loop, int headroom, Urgency urgency, String purpose, GrantListener listener) {
        if (headroom < 0 || headroom >= BlockSize.SMALL.bytes()) {
            throw new IllegalArgumentException(
                    "headroom must be at least 0 and less than " + BlockSize.SMALL.bytes() + " bytes, was " + headroom);
        }
        this.headroom = (short) headroom;
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
            Source reading = source;
            Buffer held = block;
            boolean isLarger = buffer.isKept();
            if (reading == null || (held != null) != isLarger) {
                buffer.release();
                return;
            }
            if (held == null) take(buffer);
            else moveTo(buffer, held);
            listener.granted();
        }
    }

    /// Reads from `from` from now on.
    ///
    /// @param clientKey the client it reads for: where client addresses take turns for memory, this one's turn is
    ///     used
    public void begin(Source from, long clientKey) {
        loop.requireCurrent();
        if (block != null) throw new IllegalStateException(purpose + " still holds a block of the flow before");
        source = from;
        waiter.setAccount(from.account());
        waiter.setAddress(clientKey);
    }

    /// Sets what its blocks are for from now on, as reports show it.
    ///
    /// @param newPurpose a constant
    public void setPurpose(String newPurpose) {
        loop.requireCurrent();
        purpose = newPurpose;
        if (block != null) block.setPurpose(newPurpose);
    }

    /// Sets what its blocks are for from now on, and how urgent they are.
    ///
    /// @param newPurpose a constant
    public void setPurpose(String newPurpose, Urgency newUrgency) {
        loop.requireCurrent();
        setPurpose(newPurpose);
        urgency = newUrgency;
    }

    /// Gives the block back, cancels the wait, and forgets the source.
    public void release() {
        loop.requireCurrent();
        loop.pool().cancel(waiter);
        if (block != null) block.release();
        block = null;
        source = null;
        waiter.setAccount(null);
        isFast = false;
        keptFrom = from = to = headroom;
    }

    /// Whether it may begin again: no grant that was cancelled is still on its way.
    public boolean isFree() {
        loop.requireCurrent();
        return waiter.isFree();
    }

    /// The block with the bytes that were read.
    ///
    /// @throws IllegalStateException if it holds no block
    public ByteBuffer bytes() {
        loop.requireCurrent();
        if (block == null) throw new IllegalStateException(purpose + " holds no block");
        ByteBuffer bytes = block.bytes();
        return bytes.limit(bytes.capacity());
    }

    /// Where the unconsumed bytes begin.
    public int from() {
        loop.requireCurrent();
        return from;
    }

    /// Where the unconsumed bytes end, exclusive.
    public int to() {
        loop.requireCurrent();
        return to;
    }

    /// Whether there are no unconsumed bytes.
    public boolean isEmpty() {
        loop.requireCurrent();
        return from == to;
    }

    /// The size of the block it holds, in bytes; 0 if it holds none.
    public int heldBytes() {
        loop.requireCurrent();
        return block == null ? 0 : block.capacity();
    }

    /// The same for a block of the slabs, which others could use; 0 for a kept block.
    public int slabBytes() {
        loop.requireCurrent();
        return block == null || block.isKept() ? 0 : block.capacity();
    }

    /// The loop it is confined to.
    public EventLoop loop() {
        return loop;
    }

    void requireLoop() {
        loop.requireCurrent();
    }

    /// How many bytes a small block holds behind the headroom.
    private int smallBytes() {
        return BlockSize.SMALL.bytes() - headroom;
    }

    /// How many bytes a normal block holds behind the headroom.
    private int normalBytes() {
        return BlockSize.NORMAL.bytes() - headroom;
    }

    /// Whether it waits for memory.
    public boolean isWaiting() {
        loop.requireCurrent();
        return waiter.isWaiting();
    }

    /// How long it has waited for memory since [#forgetWaits], in nanoseconds.
    public long waitedNanos() {
        loop.requireCurrent();
        return waitedNanos;
    }

    /// Sets the time it has waited to zero, because another exchange begins.
    public void forgetWaits() {
        loop.requireCurrent();
        waitedNanos = 0;
    }

    /// Reads once if there is input; acquires a block only then.
    public Fill fill() {
        return fill(Integer.MAX_VALUE);
    }

    /// Like [#fill], for bytes that may have to be kept: while memory is scarce it reads no more than a small block
    /// holds.
    public Fill fillSmall() {
        return fill(stayingBytes());
    }

    private Fill fill(int bytesMax) {
        loop.requireCurrent();
        Source reading = source;
        if (reading == null) return Fill.BROKEN;
        if (waiter.isWaiting()) return waits(reading);
        // Why: a kept block is for one long item and not for the bytes behind it.
        if (isKept()) settle();
        if (block == null && !acquire(reading)) return Fill.WAITING;
        if (!makeRoom()) return Fill.FULL;
        return read(reading, bytesMax);
    }

    /// Like [#fill], for bytes that must stay together, such as a head. If they do not fit the block, they move to
    /// one of the blocks that are kept for that, if there are any; until one is free the flow waits and keeps what
    /// it has read.
    ///
    /// @param larger the kept blocks; null if nothing so long is accepted
    public Fill fillWhole(@Nullable KeptBlocks larger) {
        return fillWhole(larger, Integer.MAX_VALUE);
    }

    /// Like [#fillWhole(KeptBlocks)], for bytes that may have to be kept, as [#fillSmall].
    public Fill fillSmallOfWhole(@Nullable KeptBlocks larger) {
        return fillWhole(larger, stayingBytes());
    }

    private Fill fillWhole(@Nullable KeptBlocks larger, int bytesMax) {
        loop.requireCurrent();
        Source reading = source;
        if (reading == null) return Fill.BROKEN;
        if (waiter.isWaiting()) return waits(reading);
        // Why: the long item has been consumed, and the bytes behind it fit a smaller block. An item that has just
        // moved here has as many bytes as a normal block holds, and must not move back.
        if (isKept() && to - keptFrom < normalBytes()) settle();
        if (block == null && !acquire(reading)) return Fill.WAITING;
        if (makeRoom()) return readLittle(reading, bytesMax);
        Buffer held = block;
        if (larger == null || held == null || held.size() != BlockSize.NORMAL) return Fill.FULL;
        Buffer fresh = larger.acquire(waiter, loop.index(), purpose);
        if (fresh == null) return waits(reading);
        moveTo(fresh, held);
        return readLittle(reading, bytesMax);
    }

    /// Why: readiness that is reported again and again must not keep the loop busy while nothing can be read.
    private static Fill waits(Source reading) {
        reading.pauseInput();
        return Fill.WAITING;
    }

    /// Why: bytes that follow a long item have to fit a normal block, or they would stay in a kept block.
    private Fill readLittle(Source reading, int bytesMax) {
        return read(reading, isKept() ? Math.min(bytesMax, normalBytes()) : bytesMax);
    }

    /// Whether its block may be kept for bytes that may never be needed.
    public boolean isSpare() {
        loop.requireCurrent();
        return block == null || block.isSpare();
    }

    /// Whether its block is one of the kept blocks.
    private boolean isKept() {
        return block != null && block.isKept();
    }

    /// Like [#fillSmall], but never waits for memory: returns `EMPTY` if there is none.
    public Fill tryFill() {
        return tryFill(stayingBytes());
    }

    private Fill tryFill(int bytesMax) {
        loop.requireCurrent();
        Source reading = source;
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

    /// Reads only to notice whether the source has ended, while its bytes are not wanted yet: no more than a small
    /// block holds. Never waits for memory.
    ///
    /// @return `EMPTY` also if there is no memory; `FULL` if no more may be read
    public Fill look() {
        Source reading = source;
        if (reading == null) return Fill.BROKEN;
        if (block == null) {
            Fill fill = tryFill(smallBytes());
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

    /// Where a look stops reading. Kept bytes that fit no small block do not count, so that the look can still
    /// read.
    private int lookEnd(Buffer held) {
        int from = this.from - keptFrom > smallBytes() ? this.from : keptFrom;
        return Math.min(held.capacity(), from + smallBytes());
    }

    private int stayingBytes() {
        return loop.pool().isScarce() ? smallBytes() : Integer.MAX_VALUE;
    }

    /// Whether more can be read behind what its block holds.
    public boolean hasRoom() {
        loop.requireCurrent();
        return block != null && to < block.capacity();
    }

    /// Passes its block on, with `[first, end)` between position and limit, and continues in a fresh block: the
    /// unconsumed bytes move there. Does not wait for that block.
    ///
    /// @return the block, owned by the caller; null if there is no memory: nothing has changed then
    public @Nullable Buffer passOn(int first, int end) {
        loop.requireCurrent();
        Buffer held = block;
        if (held == null) return null;
        Buffer fresh = trySpare();
        if (fresh == null) return null;
        int rest = to - from;
        fresh.bytes().put(headroom, held.bytes().clear(), from, rest);
        take(fresh);
        to += rest;
        held.bytes().limit(end).position(first);
        return held;
    }

    /// Acquires a block in advance, if that leaves enough for others; false if it does not.
    public boolean takeSpare() {
        loop.requireCurrent();
        Buffer fresh = trySpare();
        if (fresh != null) take(fresh);
        return fresh != null;
    }

    private @Nullable Buffer trySpare() {
        Buffer fresh = loop.pool().tryAcquire(BlockSize.NORMAL, Urgency.OPTIONAL, loop.index(), purpose);
        // Why: a block that is not strictly needed must not make memory scarce for others.
        if (fresh == null || !loop.pool().isScarce()) return fresh;
        fresh.release();
        return null;
    }

    /// Moves the unconsumed bytes to the front, so that they begin at `at`.
    public void moveDownTo(int at) {
        ByteBuffer bytes = bytes();
        bytes.put(at, bytes, from, to - from);
        shift(from - at);
        keptFrom = from;
    }

    /// Stops reading and forgets the source: the bytes it holds are booked on `holder`.
    public void leaveSource(Account holder) {
        loop.requireCurrent();
        source = null;
        waiter.setAccount(null);
        if (block != null) block.setAccount(holder, loop.nowNanos());
    }

    /// Cancels the wait for memory.
    ///
    /// @param why the reason, for the counts
    public void stopWaiting(CancelReason why) {
        loop.requireCurrent();
        if (loop.pool().cancel(waiter, why)) waitedNanos += waiter.waitedNanos();
    }

    /// Marks the bytes up to `newFrom` as consumed; they are not kept.
    public void consumedTo(int newFrom) {
        loop.requireCurrent();
        from = newFrom;
        keptFrom = newFrom;
    }

    /// Marks the bytes up to `newFrom` as consumed and keeps those from `kept` on.
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

    /// To be called when nothing more will be read in this turn: an empty block is given back, and a rest moves to
    /// the smallest block that holds it.
    public void settle() {
        loop.requireCurrent();
        if (block == null) return;
        if (keptFrom == to) {
            block.release();
            block = null;
            keptFrom = from = to = headroom;
        } else if (!loop.chance().rarely(FlowPoint.INFLOW_STAYS_LARGE)) {
            shrinkToSmallBlock(block);
        }
    }

    /// Lets the next block be a normal one, however fast the last one was filled.
    public void useNormalBlock() {
        loop.requireCurrent();
        isFast = false;
    }

    /// To be called when the bytes in `[first, to)` wait for a sink that is slower than the source. They move to a
    /// smaller block if they lie in a large one and fit.
    ///
    /// @return by how much every position has decreased
    public int awaitSink(int first) {
        loop.requireCurrent();
        isFast = false;
        Buffer held = block;
        if (held == null || held.size() != BlockSize.LARGE) return 0;
        int consumed = keptFrom;
        keptFrom = Math.min(first, keptFrom);
        int moved = keptFrom;
        shrinkToSmallBlock(held);
        moved -= keptFrom;
        keptFrom = consumed - moved;
        return moved;
    }

    private void shrinkToSmallBlock(Buffer larger) {
        int bytes = to - keptFrom + headroom;
        BlockSize fitting = bytes <= BlockSize.SMALL.bytes() ? BlockSize.SMALL : BlockSize.NORMAL;
        if (bytes > fitting.bytes() || fitting.bytes() >= larger.capacity()) return;
        Buffer smaller = loop.pool().tryAcquire(fitting, urgency, loop.index(), purpose);
        if (smaller == null && fitting == BlockSize.SMALL && larger.capacity() > BlockSize.NORMAL.bytes()) {
            smaller = loop.pool().tryAcquire(BlockSize.NORMAL, urgency, loop.index(), purpose);
        }
        if (smaller != null) moveTo(smaller, larger);
    }

    private boolean acquire(Source reading) {
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
        keptFrom = from = to = headroom;
    }

    private void book(Buffer fresh) {
        Source reading = source;
        fresh.setAccount(reading == null ? null : reading.account(), loop.nowNanos());
    }

    private Fill read(Source reading, int bytesMax) {
        ByteBuffer bytes = bytes().position(to);
        if (bytes.remaining() > bytesMax) bytes.limit(to + bytesMax);
        if (loop.chance().rarely(FlowPoint.READ_ONE_BYTE)) bytes.limit(to + 1);
        int count = reading.read(bytes);
        if (count > 0) {
            to += count;
            isFast = count >= normalBytes();
            return Fill.READ;
        }
        if (count == 0) return Fill.EMPTY;
        return count == Transport.END ? Fill.ENDED : Fill.BROKEN;
    }

    /// Makes room behind `to` by moving the bytes to the front or by trying for a larger block.
    private boolean makeRoom() {
        Buffer held = block;
        if (held == null) return false;
        if (keptFrom == to) {
            keptFrom = from = to = headroom;
        } else if (keptFrom > headroom
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
        ByteBuffer front = bytes.slice(headroom, to - headroom);
        front.put(bytes);
        shift(keptFrom - headroom);
    }

    private void moveTo(Buffer other, Buffer held) {
        ByteBuffer bytes = held.bytes().limit(to).position(keptFrom);
        other.bytes().position(headroom).put(bytes);
        shift(keptFrom - headroom);
        // Why: not the account of the source, which the flow may have left.
        other.setAccount(held.account(), loop.nowNanos());
        held.release();
        block = other;
    }

    private void shift(int distance) {
        keptFrom -= distance;
        from -= distance;
        to -= distance;
    }
}
