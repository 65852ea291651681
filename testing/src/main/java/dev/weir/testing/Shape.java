package dev.weir.testing;

import dev.weir.loop.EventLoop;
import dev.weir.memory.BlockSize;
import dev.weir.memory.MemoryPlan;
import java.util.List;

/// How large the loops of a test are; small, so that limits are reached.
///
/// **Threads:** immutable.
///
/// @param loops how many, at least 1
/// @param blocks normal blocks in the budget, at least 4
/// @param pipeBytes what one direction of an in-memory connection holds, at least 1
public record Shape(int loops, int blocks, int pipeBytes) {
    /// One loop, 64 blocks, pipes of 64 KiB.
    public static final Shape SMALL = new Shape(1, 64, 64 * 1024);

    /// The same with another number of loops.
    public Shape withLoops(int count) {
        return new Shape(count, blocks, pipeBytes);
    }

    /// The same with another budget.
    public Shape withBlocks(int count) {
        return new Shape(loops, count, pipeBytes);
    }

    /// The same with other pipes.
    public Shape withPipeBytes(int bytes) {
        return new Shape(loops, blocks, bytes);
    }

    /// Scratch blocks for each loop, and slabs of one block each.
    MemoryPlan plan() {
        var fixed = List.of(
                new MemoryPlan.Line("read scratch", loops, EventLoop.SCRATCH_BYTES),
                new MemoryPlan.Line("write scratch", loops, EventLoop.SCRATCH_BYTES));
        int normal = BlockSize.NORMAL.bytes();
        long budgetBytes = 2L * loops * EventLoop.SCRATCH_BYTES + (long) blocks * normal;
        return MemoryPlan.of(budgetBytes, fixed, List.of(), MemoryPlan.Settings.DEFAULT.withSlabBytes(normal));
    }
}
