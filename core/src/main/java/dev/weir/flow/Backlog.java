package dev.weir.flow;

import dev.weir.memory.block.Account;
import dev.weir.memory.block.Buffer;
import org.jspecify.annotations.Nullable;

/// Blocks of a body that were read before its sink took them, decoded, oldest first.
///
/// **Owns:** its blocks; each is given back when its last byte has been taken.
/// **Threads:** confined to the loop of the flow.
/// **Limits:** three blocks.
public final class Backlog {
    // Why: fields and no list, because what an exchange weighs is charged.
    private @Nullable Buffer first;
    private @Nullable Buffer second;
    private @Nullable Buffer third;

    /// An empty one.
    public Backlog() {}

    /// Whether nothing waits in it.
    public boolean isEmpty() {
        return first == null;
    }

    /// Whether no more fits.
    public boolean isFull() {
        return third != null;
    }

    /// Bytes of its blocks.
    public int heldBytes() {
        return capacity(first) + capacity(second) + capacity(third);
    }

    /// What the sink has not taken.
    public int waitingBytes() {
        return waiting(first) + waiting(second) + waiting(third);
    }

    private static int capacity(@Nullable Buffer block) {
        return block == null ? 0 : block.capacity();
    }

    private static int waiting(@Nullable Buffer block) {
        return block == null ? 0 : block.bytes().remaining();
    }

    /// Puts a block behind the others.
    ///
    /// @param block taken over; what is to leave lies between its position and limit
    public void add(Buffer block) {
        if (isFull()) throw new IllegalStateException("a backlog has three blocks");
        if (first == null) first = block;
        else if (second == null) second = block;
        else third = block;
    }

    /// Lets `sink` take what it can.
    ///
    /// @return bytes taken, or [Sink#GONE]
    public int drainTo(Sink sink) {
        int total = 0;
        while (first != null) {
            int taken = sink.take(first.bytes());
            if (taken < 0) return Sink.GONE;
            total += taken;
            // Why: a sink that is gone by now has let everything go.
            if (first == null || first.bytes().hasRemaining()) return total;
            releaseFirst(first);
        }
        return total;
    }

    /// Says for whom its blocks are held.
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
