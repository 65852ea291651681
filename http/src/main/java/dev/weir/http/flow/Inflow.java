package dev.weir.http.flow;

import dev.weir.connection.Connection;
import dev.weir.loop.EventLoop;
import dev.weir.memory.BlockSize;
import dev.weir.memory.Buffer;
import dev.weir.memory.Urgency;
import dev.weir.memory.Waiter;
import dev.weir.transport.Transport;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// What one direction of an exchange has read and not passed on yet: at most one block, and none while nothing
/// moves.
///
/// The bytes lie in `[from, to)` of the block. Before them is room for a head that grows when it is rewritten,
/// and, if
/// wanted, bytes that were passed on and are kept in case they must be sent again. A block is asked for only when
/// there
/// is something to read; a rest that fits moves to a small block, so that a slow sender costs 2 KiB.
///
/// **Owns:** one block at most, until [#release].
/// **Threads:** confined to its loop.
/// **Waits:** never waits; when memory is short a waiter of its own is queued and [Granted#granted] is told.
/// **Limits:** one block: [BlockSize#NORMAL].
/// **Source:** ADR 5, readiness first, memory second.
public final class Inflow {
    /// Bytes before the first one read: room for what a rewritten head has more than the one received.
    public static final int HEADROOM = 768;

    private final EventLoop loop;
    private final Urgency urgency;
    private final String owner;
    private final Granted listener;
    private final BlockWaiter waiter;
    private @Nullable Connection source;
    private @Nullable Buffer block;
    private int keptFrom;
    private int from;
    private int to;

    /// Who is told that the block waited for is there.
    public interface Granted {
        /// Read again: [Inflow#fill] has a block now.
        void granted();
    }

    /// A flow that reads nothing yet.
    ///
    /// @param owner what usage reports call its blocks
    public Inflow(EventLoop loop, Urgency urgency, String owner, Granted listener) {
        this.loop = loop;
        this.urgency = urgency;
        this.owner = owner;
        this.listener = listener;
        this.waiter = new BlockWaiter(loop);
    }

    private final class BlockWaiter extends Waiter {
        BlockWaiter(EventLoop home) {
            super(home);
        }

        @Override
        protected void granted(Buffer buffer) {
            Connection reading = source;
            if (reading == null || block != null) {
                buffer.release();
                return;
            }
            take(buffer);
            listener.granted();
        }
    }

    /// Reads from `connection` from now on.
    public void begin(Connection connection) {
        if (block != null) throw new IllegalStateException(owner + " still holds a block of the flow before");
        source = connection;
    }

    /// Gives everything back and forgets the connection.
    public void release() {
        loop.pool().cancel(waiter);
        if (block != null) block.release();
        block = null;
        source = null;
        keptFrom = from = to = HEADROOM;
    }

    /// Whether it may be begun again: no grant that was given up is still on its way.
    public boolean isFree() {
        return waiter.isFree();
    }

    /// The block with what was read.
    ///
    /// @throws IllegalStateException when it holds none
    public ByteBuffer bytes() {
        if (block == null) throw new IllegalStateException(owner + " holds no block");
        ByteBuffer bytes = block.bytes();
        return bytes.limit(bytes.capacity());
    }

    /// Where the bytes that nobody has consumed begin.
    public int from() {
        return from;
    }

    /// Where they end, exclusive.
    public int to() {
        return to;
    }

    /// Whether there are none.
    public boolean isEmpty() {
        return from == to;
    }

    /// Bytes of the block it holds; 0 when it holds none.
    public int heldBytes() {
        return block == null ? 0 : block.capacity();
    }

    /// Whether it waits for memory.
    public boolean isWaiting() {
        return waiter.isWaiting();
    }

    /// How long the last wait for memory took, in nanoseconds.
    public long waitedNanos() {
        return waiter.waitedNanos();
    }

    /// Reads once, if there is something to read; asks for a block only then.
    public Fill fill() {
        Connection reading = source;
        if (reading == null) return Fill.BROKEN;
        if (waiter.isWaiting()) return Fill.WAITING;
        if (block == null && !acquire(reading)) return Fill.WAITING;
        if (!makeRoom()) return Fill.FULL;
        return read(reading);
    }

    /// Like [#fill], but never waits for memory: `EMPTY` when there is none.
    public Fill tryFill() {
        Connection reading = source;
        if (reading == null) return Fill.BROKEN;
        if (block == null) {
            Buffer fresh = loop.pool().tryAcquire(BlockSize.NORMAL, Urgency.OPTIONAL, loop.index(), owner);
            if (fresh == null) return Fill.EMPTY;
            take(fresh);
        }
        if (!makeRoom()) return Fill.FULL;
        return read(reading);
    }

    /// Gives up waiting for memory.
    public void stopWaiting() {
        loop.pool().cancel(waiter);
    }

    /// Bytes up to `newFrom` are consumed; they are not kept.
    public void consumedTo(int newFrom) {
        from = newFrom;
        keptFrom = newFrom;
    }

    /// Bytes up to `newFrom` are consumed, and those from `kept` on are kept all the same.
    public void consumedButKept(int kept, int newFrom) {
        keptFrom = kept;
        from = newFrom;
    }

    /// Where the kept bytes begin; they end at [#from].
    public int keptFrom() {
        return keptFrom;
    }

    /// Nothing more will happen in this turn: an empty block goes back, a small rest moves to a small block.
    public void settle() {
        if (block == null) return;
        if (keptFrom == to) {
            block.release();
            block = null;
            keptFrom = from = to = HEADROOM;
        } else if (block.size() != BlockSize.SMALL && to - keptFrom <= BlockSize.SMALL.bytes() - HEADROOM) {
            stepDown(block);
        }
    }

    private void stepDown(Buffer large) {
        Buffer small = loop.pool().tryAcquire(BlockSize.SMALL, urgency, loop.index(), owner);
        if (small != null) moveTo(small, large);
    }

    private boolean acquire(Connection reading) {
        Buffer fresh = loop.pool().acquire(waiter, BlockSize.NORMAL, urgency, loop.index(), owner);
        if (fresh == null) {
            reading.pauseInput();
            return false;
        }
        take(fresh);
        return true;
    }

    private void take(Buffer fresh) {
        block = fresh;
        keptFrom = from = to = HEADROOM;
    }

    private Fill read(Connection reading) {
        ByteBuffer bytes = bytes().position(to);
        int count = reading.read(bytes);
        if (count > 0) {
            to += count;
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
        } else if (to == held.capacity() && keptFrom > HEADROOM) {
            compact(held.bytes());
        }
        if (to < held.capacity()) return true;
        if (held.size() != BlockSize.SMALL) return false;
        Buffer larger = loop.pool().tryAcquire(BlockSize.NORMAL, urgency, loop.index(), owner);
        if (larger == null) return false;
        moveTo(larger, held);
        return true;
    }

    private void compact(ByteBuffer bytes) {
        bytes.limit(to).position(keptFrom);
        ByteBuffer front = bytes.slice(HEADROOM, bytes.capacity() - HEADROOM);
        front.put(bytes);
        shift(keptFrom - HEADROOM);
    }

    private void moveTo(Buffer other, Buffer held) {
        ByteBuffer bytes = held.bytes().limit(to).position(keptFrom);
        other.bytes().position(HEADROOM).put(bytes);
        shift(keptFrom - HEADROOM);
        held.release();
        block = other;
    }

    private void shift(int distance) {
        keptFrom -= distance;
        from -= distance;
        to -= distance;
    }
}
