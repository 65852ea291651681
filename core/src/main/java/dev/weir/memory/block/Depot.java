package dev.weir.memory.block;

import dev.weir.ledger.LedgerListener;
import org.jspecify.annotations.Nullable;

/// Where blocks are acquired and returned: all that a block and its [Buffer] know of the pool above them.
///
/// **Threads:** thread-safe.
/// **Waits:** never waits.
public abstract class Depot {
    final LedgerListener listener;
    final boolean isKept;

    /// Null in production.
    final @Nullable DebugMode debug;

    /// Of the blocks of slabs.
    ///
    /// @param listener notified of every block that is lent, passed on and given back
    /// @param debug how wrong use is looked for
    protected Depot(LedgerListener listener, MemoryDebug debug) {
        this.listener = listener;
        this.isKept = false;
        this.debug = debug.isOff() ? null : new DebugMode(debug);
    }

    /// Of blocks that are kept for one purpose, beside those of `others`: the same is reported and checked.
    protected Depot(Depot others) {
        this.listener = others.listener;
        this.isKept = true;
        this.debug = others.debug;
    }

    /// Takes back a block whose lease has ended.
    ///
    /// @param loop the number of the loop whose cache may keep it, or [Buffer#NO_LOOP]
    protected abstract void putBack(Block block, int loop);

    /// Tries for a small block; never waits.
    ///
    /// @return a buffer, **owned by the caller**, or null
    public abstract @Nullable Buffer trySmall(Urgency urgency, int loop, String owner);

    /// Whether so many are free that one may be held for what need not be.
    protected boolean isSpare() {
        return true;
    }

    /// Whether the next one that is asked for is refused at random, for debugging.
    public final boolean refuses() {
        return debug != null && debug.refuses();
    }

    /// Whether what has lain longest is lent first, for debugging.
    public final boolean isColdFirst() {
        return debug != null && debug.settings().coldFirst();
    }

    /// How many were refused at random.
    public final long refused() {
        return debug == null ? 0 : debug.refused();
    }

    final void takeBack(Block block, int loop) {
        if (debug != null) debug.poison(block.bytes);
        putBack(block, loop);
    }
}
