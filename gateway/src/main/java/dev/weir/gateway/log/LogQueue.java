package dev.weir.gateway.log;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weir.memory.block.Buffer;
import org.jspecify.annotations.Nullable;

/// Blocks full of lines on their way from the loops to the writing thread.
///
/// **Owns:** the blocks in it.
/// **Threads:** guarded by this, for the time of a few moves; nothing is written under it.
/// **Limits:** as many blocks as it was made with, and one more of each loop at the end.
final class LogQueue {
    @GuardedBy("this")
    private final @Nullable Buffer[] blocks;

    private final int limit;

    @GuardedBy("this")
    private int first;

    @GuardedBy("this")
    private int size;

    @GuardedBy("this")
    private boolean isClosed;

    LogQueue(int limit, int loops) {
        this.limit = limit;
        this.blocks = new @Nullable Buffer[limit + loops];
    }

    /// Takes over a block.
    ///
    /// @return false when the queue is full: the block is still the caller's
    synchronized boolean offer(Buffer owned) {
        return !isClosed && size < limit && add(owned);
    }

    /// Takes over the last block of a loop, for which there is always room.
    ///
    /// @return false when nobody writes any more: the block is still the caller's
    synchronized boolean offerLast(Buffer owned) {
        if (isClosed) return false;
        if (!add(owned)) throw new IllegalStateException("more last blocks than loops");
        return true;
    }

    /// Takes nothing more, unless there is something in it.
    ///
    /// @return whether it is closed
    synchronized boolean closeIfEmpty() {
        isClosed = size == 0;
        return isClosed;
    }

    /// The block that came first, **owned by the caller**; null when there is none.
    synchronized @Nullable Buffer poll() {
        if (size == 0) return null;
        Buffer oldest = blocks[first];
        blocks[first] = null;
        first = (first + 1) % blocks.length;
        size--;
        return oldest;
    }

    synchronized boolean isEmpty() {
        return size == 0;
    }

    @GuardedBy("this")
    private boolean add(Buffer owned) {
        if (size == blocks.length) return false;
        blocks[(first + size) % blocks.length] = owned;
        size++;
        return true;
    }
}
