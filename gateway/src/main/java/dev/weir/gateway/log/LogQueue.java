package dev.weir.gateway.log;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weir.memory.block.Buffer;
import org.jspecify.annotations.Nullable;

/// The queue of blocks between the loops and the writing thread.
///
/// **Owns:** the blocks in it.
/// **Threads:** guarded by this, for a few assignments; no I/O happens under the lock.
/// **Limits:** as many blocks as it was created for, and one more of each loop at the end.
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

    /// Adds a block, which the queue then owns.
    ///
    /// @return false when the queue is full; the caller then still owns the block
    synchronized boolean offer(Buffer owned) {
        return !isClosed && size < limit && add(owned);
    }

    /// Adds the last block of a loop, for which there is always room.
    ///
    /// @return false when the writer has ended; the caller then still owns the block
    synchronized boolean offerLast(Buffer owned) {
        if (isClosed) return false;
        if (!add(owned)) throw new IllegalStateException("more last blocks than loops");
        return true;
    }

    /// Closes the queue if it is empty.
    ///
    /// @return whether it is closed
    synchronized boolean closeIfEmpty() {
        isClosed = size == 0;
        return isClosed;
    }

    /// Removes the oldest block, **owned by the caller**; null when there is none.
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
