package dev.weir.flow;

import dev.weir.memory.block.Account;
import dev.weir.memory.block.Buffer;
import org.jspecify.annotations.Nullable;

/// Decoded blocks of a body that were read ahead of what the sink takes, oldest first.
///
/// **Owns:** its blocks; each is given back when its last byte has been taken.
/// **Threads:** confined to the loop of the flow.
/// **Limits:** three blocks.
public final class Backlog {
    // Why: fields and no list, because each byte of an exchange is charged.
    private @Nullable Buffer first;
    private @Nullable Buffer second;
    private @Nullable Buffer third;

    /// An empty backlog.
    public Backlog() {}

    /// Whether it has no block.
    public boolean isEmpty() {
        return first == null;
    }

    /// Whether it has no room for one more block.
    public boolean isFull() {
        return third != null;
    }

    /// Bytes of its blocks.
    public int heldBytes() {
        return capacity(first) + capacity(second) + capacity(third);
    }

    /// Bytes that the sink has not taken yet.
    public int waitingBytes() {
        return waiting(first) + waiting(second) + waiting(third);
    }

    private static int capacity(@Nullable Buffer block) {
        return block == null ? 0 : block.capacity();
    }

    private static int waiting(@Nullable Buffer block) {
        return block == null ? 0 : block.bytes().remaining();
    }

    /// Adds a block behind the others.
    ///
    /// @param block owned by the backlog from now on; its bytes lie between position and limit
    public void add(Buffer block) {
        if (isFull()) throw new IllegalStateException("a backlog has three blocks");
        if (first == null) first = block;
        else if (second == null) second = block;
        else third = block;
    }

    /// Passes bytes to `sink` until it takes no more.
    ///
    /// @return bytes taken, or [Sink#GONE]
    public int drainTo(Sink sink) {
        int total = 0;
        while (first != null) {
            int taken = sink.take(first.bytes());
            if (taken < 0) return Sink.GONE;
            total += taken;
            // Why: if the sink went away meanwhile, it has released everything.
            if (first == null || first.bytes().hasRemaining()) return total;
            releaseFirst(first);
        }
        return total;
    }

    /// Books its blocks on `holder`.
    public void setAccount(Account holder, long nowNanos) {
        if (first != null) first.setAccount(holder, nowNanos);
        if (second != null) second.setAccount(holder, nowNanos);
        if (third != null) third.setAccount(holder, nowNanos);
    }

    /// Gives all blocks back.
    public void release() {
        while (first != null) releaseFirst(first);
    }

    private void releaseFirst(Buffer block) {
        first = second;
        second = third;
        third = null;
        block.release();
    }
}
