package dev.weir.testing.proxy;

import dev.weir.loop.EventLoop;
import dev.weir.memory.block.BlockSize;
import dev.weir.memory.block.Buffer;
import dev.weir.memory.block.Urgency;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// Bytes in transit through the proxy, with their arrival times.
///
/// **Owns:** its blocks, until their last byte was sent.
/// **Threads:** confined to its loop.
/// **Limits:** as many blocks as it was created for; the source is not read while they are full.
final class DelayQueue {
    private final EventLoop loop;
    private final int blocksMax;
    private final ArrayDeque<Block> blocks = new ArrayDeque<>();
    private final ArrayDeque<Mark> marks = new ArrayDeque<>();
    private long came;
    private long gone;

    private static final class Block {
        final Buffer buffer;
        int filled;
        int emptied;

        Block(Buffer buffer) {
            this.buffer = buffer;
        }
    }

    /// All bytes before index `upTo`, counted from the first, had arrived at `nanos`.
    private record Mark(long upTo, long nanos) {}

    DelayQueue(EventLoop loop, int blocksMax) {
        this.loop = loop;
        this.blocksMax = blocksMax;
    }

    boolean isEmpty() {
        return came == gone;
    }

    /// The room for more bytes; null when it is full or no block is free.
    @Nullable
    ByteBuffer room() {
        Block last = blocks.peekLast();
        if (last == null || last.filled == last.buffer.capacity()) {
            if (blocks.size() == blocksMax) return null;
            Buffer fresh = loop.pool().tryAcquire(BlockSize.NORMAL, Urgency.DRAIN, loop.index(), "fault proxy");
            if (fresh == null) return null;
            last = new Block(fresh);
            blocks.add(last);
        }
        return last.buffer.bytes().clear().position(last.filled);
    }

    boolean isFull() {
        Block last = blocks.peekLast();
        return last != null && blocks.size() == blocksMax && last.filled == last.buffer.capacity();
    }

    /// Adds the `count` bytes that were put into the room.
    void put(int count, long nowNanos) {
        Block last = blocks.getLast();
        last.filled += Math.max(count, 0);
        came += Math.max(count, 0);
        if (count > 0) marks.add(new Mark(came, nowNanos));
        else if (last.filled == 0) blocks.removeLast().buffer.release();
    }

    /// When the first byte arrived; must not be empty.
    long firstNanos() {
        return marks.getFirst().nanos;
    }

    /// The first contiguous bytes that had arrived at `nanos`, at most `limit`.
    ByteBuffer first(int limit, long nanos) {
        long due = gone;
        for (Mark mark : marks) {
            if (mark.nanos - nanos > 0) break;
            due = mark.upTo;
        }
        Block block = blocks.getFirst();
        int count = (int) Math.min(Math.min(limit, due - gone), block.filled - block.emptied);
        return block.buffer.bytes().clear().position(block.emptied).limit(block.emptied + count);
    }

    /// Removes the first `count` bytes.
    void take(int count) {
        Block block = blocks.getFirst();
        block.emptied += count;
        gone += count;
        while (!marks.isEmpty() && marks.getFirst().upTo <= gone) marks.removeFirst();
        boolean isUsedUp = block.emptied == block.filled;
        if (isUsedUp && (isEmpty() || block.filled == block.buffer.capacity())) {
            blocks.removeFirst().buffer.release();
        }
    }

    void release() {
        while (!blocks.isEmpty()) blocks.removeFirst().buffer.release();
        marks.clear();
        gone = came;
    }

    int heldBytes() {
        return blocks.size() * BlockSize.NORMAL.bytes();
    }
}
